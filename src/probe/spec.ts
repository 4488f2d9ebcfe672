import type * as z from 'zod';
import { bannerSpec } from './spec/banner.ts';
import { dnsSpec } from './spec/dns.ts';
import { mailSpec } from './spec/mail.ts';
import { smtpSpec } from './spec/smtp.ts';
import { tcpSpec } from './spec/tcp.ts';
import { tlsSpec } from './spec/tls.ts';

/**
 * What a guide may ask of a typed probe (a `yaml verify` fence). A fence is a list of maps with one key, the kind:
 * `- tcp: {from: target, host: mx.example.org, port: 25}`. Strings may hold `$NAME`: an input or output, as in a script.
 */

/** The schema of each kind, by the word that a guide uses. */
export const probeSchemas = {
  banner: bannerSpec,
  tcp: tcpSpec,
  dns: dnsSpec,
  smtp: smtpSpec,
  tls: tlsSpec,
  mail: mailSpec,
} as const;

/** The word that a guide uses for a kind of probe. */
export type ProbeKind = keyof typeof probeSchemas;

/** Whether a word names a kind of probe. */
export function isProbeKind(word: string): word is ProbeKind {
  return Object.hasOwn(probeSchemas, word);
}

/** One typed probe, its kind beside what it asks. */
export type ProbeSpec<Kind extends ProbeKind = ProbeKind> = {
  [K in Kind]: { readonly kind: K; readonly spec: z.infer<(typeof probeSchemas)[K]> };
}[Kind];
