import type { Finding } from '../finding.ts';
import { findingsAbout } from '../finding.ts';
import type { RecordKind } from './only-one.ts';
import { onlyOne, shortened } from './only-one.ts';
import type { SpfTerm } from './spf-terms.ts';
import { isWide, needsLookup, spfTerms, termFault } from './spf-terms.ts';

const spf = findingsAbout('spf');
const kind: RecordKind = {
  subject: 'spf',
  title: 'SPF',
  begins: /^v=spf1(?: |$)/i,
  attempt: /\bspf\d*\b/i,
  version: 'v=spf1',
  isNeeded: true,
};

/** RFC 7208 §4.6.4. */
const mostLookups = 10;
/** RFC 7208 §3.4: with the other records of the name, an answer should fit in 512 bytes. */
const longestRecord = 450;

/**
 * What is right and wrong with the SPF record among all TXT records of `name` (each with its strings joined), as far as
 * the text alone tells: RFC 7208. Lookups inside of includes are not counted.
 */
export function lintSpf(records: readonly string[], name: string): readonly Finding[] {
  const { record, findings } = onlyOne(records, name, kind);
  if (record === null) return findings;
  const terms = spfTerms(record);
  const faults = [...termFaults(terms), ...lookupFaults(terms), ...endFaults(terms), ...lengthFaults(record)];
  return faults.length === 0 ? [spf.good(summary(record, terms, name))] : faults;
}

function summary(record: string, terms: readonly SpfTerm[], name: string): string {
  const lookups = terms.filter(needsLookup).length;
  return `There is one SPF record at ${name}, well formed, with ${lookups} of at most ${mostLookups} lookups of its own: ${shortened(record)}`;
}

function termFaults(terms: readonly SpfTerm[]): readonly Finding[] {
  return terms.flatMap((term) => {
    const fault = termFault(term);
    if (fault !== null) return [spf.bad(`In the SPF record, “${term.text}” ${fault.what}.`, fault.remedy)];
    if (isWide(term)) {
      return [
        spf.warning(
          `In the SPF record, “${term.text}” allows very many addresses.`,
          'Allow only the addresses that send for the domain; Gmail calls such a record suspicious.',
        ),
      ];
    }
    return term.name === 'ptr' && term.kind === 'mechanism'
      ? [
          spf.warning(
            'The SPF record uses ptr, which is given up (RFC 7208 §5.5).',
            'Name the addresses or hosts instead.',
          ),
        ]
      : [];
  });
}

function lookupFaults(terms: readonly SpfTerm[]): readonly Finding[] {
  const count = terms.filter(needsLookup).length;
  if (count <= mostLookups) return [];
  return [
    spf.bad(
      `The SPF record needs ${count} lookups itself, and more than ${mostLookups} make it invalid (RFC 7208 §4.6.4).`,
      'Put ip4: and ip6: in the place of includes, a and mx, and take out who no longer sends for the domain.',
    ),
  ];
}

/** What the record says of everybody else. */
function endFaults(terms: readonly SpfTerm[]): readonly Finding[] {
  const all = terms.findIndex(({ kind, name }) => kind === 'mechanism' && name === 'all');
  const redirects = terms.filter(({ kind, name }) => kind === 'modifier' && name === 'redirect');
  const found: Finding[] = [];
  if (redirects.length > 1) {
    found.push(spf.bad('The SPF record has redirect= more than once (RFC 7208 §6).', 'Keep one of them.'));
  }
  const last = terms[all];
  if (last === undefined) {
    if (redirects.length === 0) {
      found.push(
        spf.warning('The SPF record says nothing of all other addresses: it ends without all.', 'End it with ~all'),
      );
    }
    return found;
  }
  if (last.qualifier === '+') {
    found.push(
      spf.bad(`The SPF record allows everybody to send for the domain: “${last.text}”.`, 'Write ~all in its place.'),
    );
  }
  if (last.qualifier === '?') {
    found.push(spf.warning('The SPF record says nothing of all other addresses: “?all”.', 'Write ~all in its place.'));
  }
  const ignored = [...terms.slice(all + 1).filter((term) => term.kind === 'mechanism'), ...redirects];
  if (ignored.length > 0) {
    const texts = ignored.map(({ text }) => text).join(' ');
    found.push(
      spf.warning(
        `In the SPF record, “${texts}” counts for nothing beside “${last.text}”.`,
        'Let all come last, without redirect=.',
      ),
    );
  }
  return found;
}

function lengthFaults(record: string): readonly Finding[] {
  const length = Buffer.byteLength(record);
  if (length <= longestRecord) return [];
  return [
    spf.warning(
      `The SPF record is ${length} bytes long, and answers over 512 bytes do not reach everybody (RFC 7208 §3.4).`,
      'Take out what no longer sends for the domain.',
    ),
  ];
}
