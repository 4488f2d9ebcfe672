import type { Finding } from '../finding.ts';
import { findingsAbout } from '../finding.ts';
import { tagListOf, tagOf } from '../tag-list.ts';
import type { RecordKind } from './only-one.ts';
import { onlyOne, shortened } from './only-one.ts';

const report = findingsAbout('tls-rpt');
const kind: RecordKind = {
  subject: 'tls-rpt',
  title: 'TLS-RPT',
  begins: /^v[ \t]*=[ \t]*TLSRPTv1[ \t]*(?:;|$)/,
  attempt: /tls-?rpt/i,
  version: 'v=TLSRPTv1;',
  isNeeded: false,
};

/** What is right and wrong with the TXT records of `_smtp._tls.DOMAIN`, where none is right too: RFC 8460 §3. */
export function lintTlsRpt(records: readonly string[], domain: string): readonly Finding[] {
  const { record, findings } = onlyOne(records, `_smtp._tls.${domain}`, kind);
  if (record === null) return findings;
  const remedy = `Write rua=mailto: and an address that exists, such as rua=mailto:tls@${domain}`;
  const uris = (tagOf(tagListOf(record), 'rua') ?? '')
    .split(',')
    .map((uri) => uri.trim())
    .filter((uri) => uri !== '');
  if (uris.length === 0) return [report.bad(`The TLS-RPT record of ${domain} has no rua=.`, remedy)];
  const wrong = uris.find((uri) => !/^(?:mailto:[^\s@]+@[^\s@]+|https:\/\/\S+)$/i.test(uri));
  if (wrong !== undefined) {
    return [
      report.bad(`In the TLS-RPT record of ${domain}, “${shortened(wrong)}” is neither mailto: nor https:.`, remedy),
    ];
  }
  return [report.good(`Reports about TLS to ${domain} go to ${uris.join(', ')}.`)];
}
