import * as z from 'zod';
import { family, noroute, onMachine, port, refuse, seconds, silence, text, when } from './terms.ts';

/** Versions of TLS that no server should take any more (RFC 8996). */
export const oldVersions = ['TLSv1', 'TLSv1.1'] as const;
/** A version of TLS that no server should take any more. */
export type OldVersion = (typeof oldVersions)[number];

/** What a server shows in a TLS handshake. Each expectation is one evidence, for each port. */
export const tlsSpec = z
  .strictObject({
    from: onMachine,
    host: text,
    port: z.union([port, z.array(port).min(1)]),
    family,
    /** By the port, without it: 25 and 587 begin with SMTP's STARTTLS, any other with the handshake. */
    starttls: z.enum(['smtp', 'none']).optional(),
    /** The name that the server is asked for (SNI); `host`, without it, where that is a name. */
    servername: text.optional(),
    /** Names that the certificate must be for; `servername`, without it. `*.example.com` means that very entry. */
    names: z.union([text, z.array(text).min(1)]).optional(),
    /** It is false where the certificate ends in fewer days, and a warning in the last third of its time. */
    days: z.number().int().min(0).max(3_650).default(7),
    /** Whether an authority that we trust must have signed it. */
    chain: z.enum(['trusted', 'any']).default('trusted'),
    /** SHA-256 of the certificate, as `openssl x509 -noout -fingerprint -sha256` prints it or as bare digits. */
    fingerprint: text.optional(),
    /** Versions that the server must not take. */
    refuses: z.array(z.enum(oldVersions)).min(1).optional(),
    /** What it means where it takes one of them; `false`, without it. */
    old: z.enum(['false', 'warning']).optional(),
    /** A mail server sends no session tickets after a TLS 1.3 handshake (see tls/tickets.ts). */
    tickets: z.literal('absent').optional(),
    silence,
    noroute,
    timeout: seconds.default(10),
    remedy: text.optional(),
    when,
  })
  .superRefine(({ old, refuses }, context) => {
    if (old === undefined || refuses !== undefined) return;
    refuse(context, 'old', {
      message: 'has no meaning without `refuses`',
      remedy: 'Add `refuses: [TLSv1, TLSv1.1]`, or take it out.',
    });
  });

/** What a guide asks of a `tls` probe. */
export type TlsSpec = z.infer<typeof tlsSpec>;

/** Whether a port begins with SMTP's STARTTLS where the guide does not say. */
export function startTlsOf(port: number, starttls: TlsSpec['starttls']): 'smtp' | 'none' {
  return starttls ?? (port === 25 || port === 587 ? 'smtp' : 'none');
}
