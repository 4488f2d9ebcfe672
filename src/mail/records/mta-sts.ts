import type { Finding } from '../finding.ts';
import { findingsAbout } from '../finding.ts';
import { tagListOf, tagOf } from '../tag-list.ts';
import type { RecordKind } from './only-one.ts';
import { onlyOne, shortened } from './only-one.ts';

const sts = findingsAbout('mta-sts');
const kind: RecordKind = {
  subject: 'mta-sts',
  title: 'MTA-STS',
  begins: /^v[ \t]*=[ \t]*STSv1[ \t]*(?:;|$)/,
  attempt: /sts/i,
  version: 'v=STSv1;',
  isNeeded: false,
};

/** What is right and wrong with the TXT records of `_mta-sts.DOMAIN`, where none is right too: RFC 8461 §3.1. */
export function lintMtaSts(records: readonly string[], domain: string): readonly Finding[] {
  const { record, findings } = onlyOne(records, `_mta-sts.${domain}`, kind);
  if (record === null) return findings;
  const id = tagOf(tagListOf(record), 'id');
  if (id === undefined || !/^[A-Za-z0-9]{1,32}$/.test(id)) {
    return [
      sts.bad(
        `The MTA-STS record of ${domain} has no valid id: ${shortened(record)}`,
        'Write id= and 1 to 32 letters and digits, such as the time: id=20261124T100000',
      ),
    ];
  }
  return [sts.good(`There is one MTA-STS record of ${domain}, with the id ${id}.`)];
}
