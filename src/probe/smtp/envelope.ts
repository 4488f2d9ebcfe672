import type { Judgement } from '../conclude.ts';
import { dnsName } from '../dns/name.ts';
import { ProbeInputError } from '../values.ts';
import type { Answer } from './act.ts';
import { judgeReply } from './act.ts';
import type { Conversation } from './conversation.ts';
import { isPositive } from './reply.ts';

/** Names a sender and a recipient, whom the server takes or not; no message follows, so nothing comes of it. */
export async function nameEnvelope(
  conversation: Conversation,
  { from, to, is }: { readonly from: string; readonly to: string; readonly is: Answer },
): Promise<Judgement> {
  const sender = `MAIL FROM:<${from}>`;
  const first = await conversation.say(sender);
  if (!isPositive(first)) return judgeReply(first, { is, asked: sender });
  const recipient = `RCPT TO:<${to}>`;
  const second = await conversation.say(recipient);
  await conversation.say('RSET');
  return judgeReply(second, { is, asked: recipient });
}

/**
 * An address as it stands between the angle brackets of a command; `<>` is no address at all, the sender of bounces
 * (RFC 5321 §4.5.5). Its domain is written in A-labels. Throws ProbeInputError for what would not be one address.
 */
export function addressOf(written: string): string {
  if (written === '<>') return '';
  const { local, domain } = /^(?<local>[\x21-\x7e]+)@(?<domain>[^\s@]+)$/.exec(written)?.groups ?? {};
  if (local === undefined || domain === undefined || /[<>]/.test(written)) {
    throw new ProbeInputError({
      sentence: `“${written}” is no address that the server can be asked about.`,
      remedy: 'Give an address such as postmaster@example.com, its part before the @ in ASCII.',
    });
  }
  return `${local}@${domain.startsWith('[') ? domain : dnsName(domain)}`;
}
