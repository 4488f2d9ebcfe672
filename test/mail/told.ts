import type { Finding } from '../../src/mail/finding.ts';

/** Each finding as `verdict: sentence | remedy`. */
export function told(findings: readonly Finding[]): string {
  return findings
    .map(({ verdict, sentence, remedy }) => `${verdict}: ${sentence}${remedy === undefined ? '' : ` | ${remedy}`}`)
    .join('\n');
}
