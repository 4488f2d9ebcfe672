import * as z from 'zod';
import { family, noroute, onMachine, pattern, port, refuse, seconds, silence, text, variable, when } from './terms.ts';

/** How a conversation is protected; `starttls` begins in the clear (RFC 3207), `implicit` with TLS (RFC 8314 §3.3). */
export type SmtpSecurity = 'none' | 'starttls' | 'implicit';

/** The name that we say in EHLO: one that nobody has (RFC 2606 §2), so that it claims nothing. */
export const harmlessHelo = 'brevduva.invalid';

/** Keywords of an EHLO reply, each by itself or with one of its parameters: `AUTH`, `AUTH PLAIN`. */
const keywords = z.array(text).min(1).optional();
const answer = z.enum(['accepted', 'refused']).default('accepted');

/** A conversation with an SMTP server (RFC 5321). Each expectation is one evidence. No message is ever sent. */
export const smtpSpec = z
  .strictObject({
    from: onMachine,
    host: text,
    port,
    family,
    /** By the port, without it: 465 is `implicit`, 587 `starttls`, any other `none`. */
    security: z.enum(['none', 'starttls', 'implicit']).optional(),
    /** The name that we say. */
    helo: text.default(harmlessHelo),
    /** What the greeting must match, its code included. */
    greeting: pattern.optional(),
    /** The name that the server must give in its answer to EHLO; a certificate is held against it before a secret is sent. */
    name: text.optional(),
    /** What it must offer and lack before STARTTLS. */
    beforeTls: z.strictObject({ offers: keywords, lacks: keywords }).optional(),
    /** What it must offer and lack once the conversation is as secure as `security` says. */
    offers: keywords,
    lacks: keywords,
    /** A login by AUTH PLAIN, only ever under TLS. Only `password` may be a secret input. */
    login: z.strictObject({ user: text, password: text, is: answer }).optional(),
    /** A sender (`<>`: none) and a recipient, without a login, and never followed by a message. */
    envelope: z.strictObject({ from: text.default('<>'), to: text, is: answer }).optional(),
    /**
     * That a bare line feed does not end a message (SMTP smuggling). `to`: a recipient that the server accepts without a
     * login; it gets nothing (see smtp/line-feed.ts).
     */
    bareLineFeed: z.strictObject({ to: text }).optional(),
    silence,
    noroute,
    timeout: seconds.default(10),
    remedy: text.optional(),
    when,
  })
  .superRefine(checkSmtp);

/** What a guide asks of an `smtp` probe. */
export type SmtpSpec = z.infer<typeof smtpSpec>;

/** How a conversation on a port is protected where the guide does not say (RFC 8314 §3.3, RFC 6409 §3.1). */
export function securityOf(port: number, security: SmtpSecurity | undefined): SmtpSecurity {
  if (security !== undefined) return security;
  if (port === 465) return 'implicit';
  return port === 587 ? 'starttls' : 'none';
}

interface Checked {
  readonly port: number | string;
  readonly security?: SmtpSecurity | undefined;
  readonly beforeTls?: object | undefined;
  readonly offers?: readonly string[] | undefined;
  readonly login?: { readonly password: string; readonly is: 'accepted' | 'refused' } | undefined;
}

function checkSmtp(spec: Checked, context: z.RefinementCtx): void {
  const { login } = spec;
  if (login?.is === 'accepted' && !variable.test(login.password)) {
    refuse(context, ['login', 'password'], {
      message: 'is a password that the server accepts, and all who read the guide would know it',
      remedy: 'Make it an input of the type `secret`, write `$NAME` here, and list it in `secrets:`.',
    });
  }
  // what a port behind a variable means is known only when the probe runs
  if (spec.security === undefined && typeof spec.port === 'string' && variable.test(spec.port)) return;
  const security = securityOf(Number(spec.port), spec.security);
  if (login !== undefined && security === 'none') {
    refuse(context, 'login', {
      message: 'needs TLS, and this conversation has none',
      remedy: 'Add `security: starttls` or `security: implicit`.',
    });
  }
  if (spec.beforeTls !== undefined && security !== 'starttls') {
    refuse(context, 'beforeTls', {
      message: `has no meaning with \`security: ${security}\``,
      remedy: 'Add `security: starttls`, or use `offers` and `lacks` alone.',
    });
  }
  if (security !== 'none' && spec.offers?.some((keyword) => keyword.toUpperCase() === 'STARTTLS') === true) {
    refuse(context, 'offers', {
      message: 'names STARTTLS, which is never offered under TLS (RFC 3207 §4.2)',
      remedy: 'Write `beforeTls: {offers: [STARTTLS]}`.',
    });
  }
}
