import type { Finding } from '../finding.ts';

/** What is right and wrong with the TXT records of `_mta-sts.DOMAIN`: RFC 8461 §3.1. */
export function lintMtaStsRecord(_records: readonly string[], _domain: string): readonly Finding[] {
  throw new Error('lintMtaStsRecord is being written.');
}

/** What is right and wrong with the text of `https://mta-sts.DOMAIN/.well-known/mta-sts.txt` for a domain's MX hosts: RFC 8461 §3.2. */
export function lintMtaStsPolicy(_text: string, _mxHosts: readonly string[]): readonly Finding[] {
  throw new Error('lintMtaStsPolicy is being written.');
}
