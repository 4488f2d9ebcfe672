import type { Judgement } from '../conclude.ts';
import { isFor, judgeTrust } from '../tls/certificate.ts';
import type { Handshake } from '../tls/handshake.ts';
import type { Answer } from './act.ts';
import { judgeReply } from './act.ts';
import type { Conversation } from './conversation.ts';
import type { Ehlo } from './reply.ts';
import { isOffered, replyText } from './reply.ts';

/** A login to try. */
export interface Login {
  readonly user: string;
  readonly password: string;
  /** Whether the password is a secret of the person, or one that the guide made up. */
  readonly isSecret: boolean;
  readonly is: Answer;
}

/** Whom the login is for. */
export interface LoginServer {
  readonly ehlo: Ehlo;
  readonly handshake: Handshake;
  /** The name that its certificate must be for. */
  readonly name: string;
}

/**
 * Logs in with AUTH PLAIN (RFC 4616, RFC 4954). TLS alone does not tell who is at the other end, so a secret is sent
 * only to a server whose certificate is trusted and for its name; a password that the guide made up is worth no care.
 */
export async function logIn(conversation: Conversation, login: Login, server: LoginServer): Promise<Judgement> {
  if (login.isSecret) {
    const distrust = distrustOf(server);
    if (distrust !== null) return distrust;
  }
  if (!isOffered('AUTH PLAIN', server.ehlo)) {
    const verdict = login.is === 'accepted' ? 'false' : 'unknown';
    const offers = server.ehlo.offers.join(', ');
    return { verdict, observed: `it does not offer AUTH PLAIN; it offers ${offers === '' ? 'nothing' : offers}` };
  }
  const token = Buffer.from(`\0${login.user}\0${login.password}`).toString('base64');
  const reply = await conversation.say(`AUTH PLAIN ${token}`, `AUTH PLAIN (as ${login.user})`);
  if (reply.code >= 300 && reply.code < 400) {
    return { verdict: 'unknown', observed: `AUTH PLAIN: it asked for more: ${replyText(reply)}` };
  }
  return judgeReply(reply, { is: login.is, asked: `AUTH PLAIN as ${login.user}` });
}

function distrustOf({ handshake, name }: LoginServer): Judgement | null {
  const trust = judgeTrust(handshake.certificate, handshake.distrust);
  const why = trust.verdict === 'true' ? wrongName(handshake, name) : trust.observed;
  if (why === null) return null;
  return {
    verdict: 'unknown',
    observed: `the password was not sent, since the certificate does not prove who this server is: ${why}`,
    remedy:
      trust.remedy ?? 'Let the server use a certificate for this name; the checkpoint of the certificate says how.',
  };
}

function wrongName({ certificate }: Handshake, name: string): string | null {
  return isFor(certificate, name) ? null : `it is for ${certificate.subjectAltName ?? 'no names'}, not for ${name}`;
}
