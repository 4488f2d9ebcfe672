import type { Finding } from '../finding.ts';

/**
 * What is right and wrong with the SPF record among all TXT records of `name` (each with its strings joined), as far as
 * the text alone tells: RFC 7208. Empty records mean that there is none.
 */
export function lintSpf(_records: readonly string[], _name: string): readonly Finding[] {
  throw new Error('lintSpf is being written.');
}
