import type { Finding } from '../finding.ts';

/** Where a DKIM key is published. */
export interface DkimPlace {
  readonly selector: string;
  readonly domain: string;
}

/**
 * What is right and wrong with the TXT records (each with its strings joined) of `SELECTOR._domainkey.DOMAIN`: RFC 6376
 * §3.6.1, RFC 8301, RFC 8463.
 */
export function lintDkim(_records: readonly string[], _place: DkimPlace): readonly Finding[] {
  throw new Error('lintDkim is being written.');
}
