import type { Finding } from '../finding.ts';

/** What is right and wrong with the TXT records of `_smtp._tls.DOMAIN`: RFC 8460 §3. */
export function lintTlsRpt(_records: readonly string[], _domain: string): readonly Finding[] {
  throw new Error('lintTlsRpt is being written.');
}
