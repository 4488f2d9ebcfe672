import { canonicalName } from '../domains.ts';
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
};

/** RFC 8461 §3.2: about a year; less than a day protects hardly anybody. */
const longestAge = 31_557_600;
const shortestAge = 86_400;
/** RFC 8461 §3.3: a policy may be refused above this. */
const longestPolicy = 65_536;

/** What is right and wrong with the TXT records of `_mta-sts.DOMAIN`: RFC 8461 §3.1. */
export function lintMtaStsRecord(records: readonly string[], domain: string): readonly Finding[] {
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

/** What is right and wrong with the text of `https://mta-sts.DOMAIN/.well-known/mta-sts.txt` for a domain's MX hosts: RFC 8461 §3.2. */
export function lintMtaStsPolicy(text: string, mxHosts: readonly string[]): readonly Finding[] {
  if (text.length > longestPolicy) {
    return [
      sts.bad('The MTA-STS policy is over 64 KiB long, and senders refuse it.', 'Serve the policy, and nothing else.'),
    ];
  }
  const { lines, strays } = policyLines(text);
  const [stray] = strays;
  if (stray !== undefined || lines[0]?.key !== 'version' || lines[0].value !== 'STSv1') {
    return [
      sts.bad(
        stray === undefined
          ? 'The MTA-STS policy does not begin with “version: STSv1”.'
          : `In the MTA-STS policy, “${shortened(stray)}” is no “key: value”.`,
        'Serve plain text, a “key: value” a line, the first one version: STSv1',
      ),
    ];
  }
  const valueOfKey = (wanted: string) => lines.find(({ key }) => key === wanted)?.value;
  const mode = valueOfKey('mode');
  const patterns = lines.filter(({ key }) => key === 'mx').map(({ value }) => canonicalName(value));
  const faults = [
    ...modeFindings(mode),
    ...ageFindings(valueOfKey('max_age')),
    ...(mode === 'none' ? [] : hostFindings(patterns, mxHosts)),
  ];
  return faults.length === 0 ? [sts.good(`The MTA-STS policy is enforced for ${patterns.join(', ')}.`)] : faults;
}

interface PolicyLine {
  readonly key: string;
  readonly value: string;
}

function policyLines(text: string): { readonly lines: readonly PolicyLine[]; readonly strays: readonly string[] } {
  const written = text.split(/\r?\n/).filter((line) => line.trim() !== '');
  const lines: PolicyLine[] = [];
  const strays: string[] = [];
  for (const line of written) {
    const colon = line.indexOf(':');
    const key = line.slice(0, colon).trim();
    if (colon === -1 || !/^[A-Za-z0-9][A-Za-z0-9_.-]{0,31}$/.test(key)) strays.push(line.trim());
    else lines.push({ key, value: line.slice(colon + 1).trim() });
  }
  return { lines, strays };
}

function modeFindings(mode: string | undefined): readonly Finding[] {
  switch (mode) {
    case 'enforce':
      return [];
    case 'testing':
      return [
        sts.warning(
          'The MTA-STS policy is in testing: mail is delivered without valid TLS as well.',
          'Write mode: enforce once the TLS reports show no failures, and change the id of the record.',
        ),
      ];
    case 'none':
      return [
        sts.warning('The MTA-STS policy says mode: none, which ends it.', 'Write mode: testing to begin it again.'),
      ];
    default:
      return [
        sts.bad(
          `The MTA-STS policy has ${mode === undefined ? 'no mode' : `the mode “${shortened(mode)}”, which there is not`}.`,
          'Write mode: testing, later mode: enforce',
        ),
      ];
  }
}

function ageFindings(text: string | undefined): readonly Finding[] {
  const age = text !== undefined && /^\d{1,10}$/.test(text) ? Number(text) : null;
  if (age === null || age > longestAge) {
    return [
      sts.bad(
        `The MTA-STS policy has no valid max_age${text === undefined ? '' : `: ${shortened(text)}`}.`,
        `Write the seconds that it is remembered, at most ${longestAge}: max_age: 604800`,
      ),
    ];
  }
  if (age >= shortestAge) return [];
  return [
    sts.warning(`The MTA-STS policy is remembered for only ${age} seconds.`, 'Write a week or more: max_age: 604800'),
  ];
}

function hostFindings(patterns: readonly string[], mxHosts: readonly string[]): readonly Finding[] {
  if (patterns.length === 0) return [sts.bad('The MTA-STS policy names no mx.', 'Write a line mx: for each MX host.')];
  return mxHosts
    .map(canonicalName)
    .filter((host) => !patterns.some((pattern) => isCovered(host, pattern)))
    .map((host) =>
      sts.bad(
        `The MTA-STS policy does not name the MX host ${host}: senders will not deliver to it.`,
        `Add a line mx: ${host}`,
      ),
    );
}

/** RFC 8461 §4.1: a wildcard stands for exactly one label. */
function isCovered(host: string, pattern: string): boolean {
  return host === pattern || (pattern.startsWith('*.') && host.slice(host.indexOf('.')) === pattern.slice(1));
}
