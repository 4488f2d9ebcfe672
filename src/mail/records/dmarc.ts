import { alignmentOf, canonicalName } from '../domains.ts';
import type { Finding } from '../finding.ts';
import { findingsAbout } from '../finding.ts';
import type { TagList } from '../tag-list.ts';
import { repeatedTags, tagListOf, tagOf } from '../tag-list.ts';
import { mailDomain, reportFindings, reportUris } from './dmarc-reports.ts';
import type { RecordKind } from './only-one.ts';
import { onlyOne, shortened } from './only-one.ts';

const dmarc = findingsAbout('dmarc');
const kind: RecordKind = {
  subject: 'dmarc',
  title: 'DMARC',
  begins: /^v[ \t]*=[ \t]*DMARC1[ \t]*(?:;|$)/,
  attempt: /dmarc/i,
  version: 'v=DMARC1;',
  isNeeded: true,
};

const policies = ['none', 'quarantine', 'reject'];

/** What each tag may say (RFC 9989 §4.7); a list's items are parted by colons. */
const allowed: ReadonlyMap<string, readonly string[]> = new Map([
  ['p', policies],
  ['sp', policies],
  ['np', policies],
  ['adkim', ['r', 's']],
  ['aspf', ['r', 's']],
  ['psd', ['y', 'n', 'u']],
  ['t', ['y', 'n']],
  ['fo', ['0', '1', 'd', 's']],
]);
const others = ['v', 'rua', 'ruf'];
/** Tags of RFC 7489 that RFC 9989 took away. */
const removed = ['pct', 'rf', 'ri'];

/** What is right and wrong with the TXT records (each with its strings joined) of `_dmarc.DOMAIN`: RFC 9989 §4.7. */
export function lintDmarc(records: readonly string[], domain: string): readonly Finding[] {
  const name = `_dmarc.${domain}`;
  const { record, findings } = onlyOne(records, name, kind);
  if (record === null) return findings;
  const tags = tagListOf(record);
  const faults = [
    ...formFaults(tags),
    ...valueFaults(tags),
    ...policyFaults(tags),
    ...reportFindings(tags, domain),
    ...unusualTags(tags),
  ];
  if (faults.some(({ verdict }) => verdict !== 'good')) return faults;
  return [dmarc.good(`The DMARC policy of ${domain} is ${tagOf(tags, 'p')}: ${shortened(record)}`), ...faults];
}

/** A record that another domain must publish before it is sent reports about this one (RFC 9990 §4). */
export interface ReportAuthorization {
  /** `example.com._report._dmarc.reports.example.net` */
  readonly name: string;
  /** The domain that the reports go to. */
  readonly destination: string;
}

/** The records that must exist for the report addresses of a DMARC record outside its own domain. */
export function reportAuthorizations(record: string, domain: string): readonly ReportAuthorization[] {
  const tags = tagListOf(record);
  const destinations = ['rua', 'ruf']
    .flatMap((tag) => reportUris(tagOf(tags, tag)))
    .flatMap((uri) => mailDomain(uri) ?? [])
    .filter((destination) => alignmentOf(destination, domain) === 'none');
  return [...new Set(destinations)].map((destination) => ({
    name: `${canonicalName(domain)}._report._dmarc.${destination}`,
    destination,
  }));
}

/** What the TXT records found at an authorization's name mean. */
export function lintReportAuthorization(
  records: readonly string[],
  { name, destination }: ReportAuthorization,
): readonly Finding[] {
  if (records.some((record) => kind.begins.test(record))) {
    return [dmarc.good(`${destination} agrees to take reports about the domain (${name}).`)];
  }
  return [
    dmarc.bad(
      `${destination} does not say that it takes reports about the domain, so nobody sends them.`,
      `Let ${destination} publish a TXT record at ${name} with the value v=DMARC1; or send the reports to an address of the domain itself.`,
    ),
  ];
}

function formFaults(tags: TagList): readonly Finding[] {
  const found: Finding[] = [];
  const repeated = repeatedTags(tags);
  if (repeated.length > 0) {
    found.push(dmarc.bad(`The DMARC record has ${repeated.join(', ')} more than once.`, 'Keep one of each.'));
  }
  const [stray] = tags.strays;
  if (stray !== undefined) {
    found.push(
      dmarc.bad(
        `In the DMARC record, “${shortened(stray)}” is no name=value.`,
        'Part the tags with semicolons, each name=value.',
      ),
    );
  }
  return found;
}

function valueFaults({ tags }: TagList): readonly Finding[] {
  return tags.flatMap(({ name, value }) => {
    const values = allowed.get(name);
    const given = name === 'fo' ? value.split(':').map((item) => item.trim().toLowerCase()) : [value.toLowerCase()];
    if (values === undefined || given.every((item) => values.includes(item))) return [];
    return [
      dmarc.bad(
        `In the DMARC record, “${name}=${shortened(value)}” is not a value that there is.`,
        `Write ${name}= and ${values.join(', ')}${name === 'fo' ? ', parted by colons' : ' (these very words, in English)'}.`,
      ),
    ];
  });
}

function policyFaults(tags: TagList): readonly Finding[] {
  const policy = tagOf(tags, 'p')?.toLowerCase();
  const found: Finding[] = [];
  if (policy === undefined) {
    const hasReports = tagOf(tags, 'rua') !== undefined;
    found.push(
      hasReports
        ? dmarc.warning(
            'The DMARC record has no p=, which counts as p=none, and as no record at all for older receivers.',
            'Write the policy: p=none, p=quarantine or p=reject.',
          )
        : dmarc.bad(
            'The DMARC record has neither p= nor rua=, so it does nothing.',
            'Write v=DMARC1; p=none to begin with.',
          ),
    );
  } else if (tags.tags[1]?.name !== 'p') {
    found.push(
      dmarc.warning(
        'In the DMARC record, p= is not the second tag, as older receivers want it.',
        'Put p= right after v=DMARC1;',
      ),
    );
  }
  if (tagOf(tags, 't')?.toLowerCase() === 'y') {
    found.push(
      dmarc.warning(
        'The DMARC record says t=y: it is being tested, and receivers act one step more mildly than p= says.',
        'Take t=y out once the reports show that all of your mail passes.',
      ),
    );
  }
  const subdomains = tagOf(tags, 'sp')?.toLowerCase();
  if (policy !== undefined && policy !== 'none' && subdomains === 'none') {
    found.push(
      dmarc.warning(
        `The DMARC policy is ${policy}, and for subdomains it is none: anybody can send as one of them.`,
        'Take sp= out, or give it the same policy.',
      ),
    );
  }
  if (tagOf(tags, 'psd')?.toLowerCase() === 'y') {
    found.push(
      dmarc.warning(
        'The DMARC record says psd=y, that others register names below the domain.',
        'Take psd= out, unless that is so.',
      ),
    );
  }
  return found;
}

function unusualTags({ tags }: TagList): readonly Finding[] {
  return tags.flatMap(({ name, value }) => {
    if (removed.includes(name)) {
      return [
        dmarc.warning(
          `The DMARC record has ${name}=${shortened(value)}, which RFC 9989 took away: receivers ignore it, or the older ones do not.`,
          name === 'pct' ? 'Take it out; for a trial write t=y.' : 'Take it out.',
        ),
      ];
    }
    if (allowed.has(name) || others.includes(name)) return [];
    return [
      dmarc.warning(`The DMARC record has a tag “${name}” that there is not; receivers ignore it.`, 'Take it out.'),
    ];
  });
}
