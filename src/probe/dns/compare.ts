import { isIPv6 } from 'node:net';
import { canonicalIpv6 } from './name.ts';

/** What is wanted under one name and type, and what one server says is published there. */
export interface Published {
  /** The full name, as `dnsName` gives it. */
  readonly name: string;
  readonly type: string;
  readonly wanted: readonly string[];
  readonly published: readonly string[];
  /** `exact`: nothing but the wanted. `among`: others may stand beside them where they contradict nothing. */
  readonly match: 'exact' | 'among';
  /** The zone's name, where it is known, to recognise a name that got it twice. */
  readonly zone?: string | undefined;
}

/** A mistake that is made so often that it has a name. */
export type RecordMistake = 'quotes-inside' | 'several-spf' | 'several-dmarc' | 'domain-twice';

/** How what is published differs from what is wanted. Values are shown as they were written. */
export interface RecordComparison {
  /** Everything wanted is published, and nothing contradicts it. */
  readonly holds: boolean;
  /** Wanted, and nothing in its place. */
  readonly missing: readonly string[];
  /** Something else stands in the place of what is wanted. */
  readonly different: readonly { readonly published: string; readonly wanted: string }[];
  /** Published beside it, and contradicts it. */
  readonly extra: readonly string[];
  /** Published beside it, and to be thought about: mail may go there too. */
  readonly doubtful: readonly string[];
  readonly mistakes: readonly RecordMistake[];
}

/** Compares what is published with what is wanted, as those who read such records would. */
export function compareRecords(records: Published): RecordComparison {
  const { type, match } = records;
  const absent = records.wanted.filter((wanted) => !records.published.some((value) => isThe(type, value, wanted)));
  const others = records.published.filter((value) => !records.wanted.some((wanted) => isThe(type, value, wanted)));
  const paired = pairUp(type, absent, others);
  const extra = paired.others.filter((value) => match === 'exact' || contradicts(type, value, records.wanted));
  const isRoute = type === 'MX' || type === 'SRV';
  const mistakes = mistakesIn(records, paired.different);
  return {
    holds: absent.length === 0 && extra.length === 0 && mistakes.length === 0,
    missing: paired.missing,
    different: paired.different,
    extra,
    doubtful: isRoute && match === 'among' ? paired.others : [],
    mistakes,
  };
}

/** A value in the one form in which equal values are equal texts. */
export function canonicalValue(type: string, value: string): string {
  const text = value.trim();
  switch (type) {
    case 'A':
      return text;
    case 'AAAA':
      return isIPv6(text) ? canonicalIpv6(text) : text.toLowerCase();
    case 'TXT':
      return canonicalTxt(unquoted(value));
    case 'CAA':
      return text.replaceAll('"', '').replace(/\s+/g, ' ').toLowerCase();
    case 'TLSA': {
      const [usage, selector, matching, ...hex] = text.toLowerCase().split(/\s+/);
      return [usage, selector, matching, hex.join('')].join(' ');
    }
    default:
      return text.toLowerCase().replace(/\s+/g, ' ').replace(/\.$/, '');
  }
}

/** Whether a published value is the wanted one. An MX is wanted with its preference, or by its host alone. */
function isThe(type: string, published: string, wanted: string): boolean {
  // why: quotes that were published are part of the value, and a mistake
  const seen = type === 'TXT' ? canonicalTxt(published) : canonicalValue(type, published);
  const asked = canonicalValue(type, wanted);
  return seen === asked || (type === 'MX' && !asked.includes(' ') && seen.split(' ')[1] === asked);
}

/** Values that can only be meant for one another: the one SPF record, the one address, the MX of the same host. */
function pairUp(
  type: string,
  absent: readonly string[],
  others: readonly string[],
): {
  readonly missing: readonly string[];
  readonly different: readonly { readonly published: string; readonly wanted: string }[];
  readonly others: readonly string[];
} {
  const left = [...others];
  const missing: string[] = [];
  const different: { readonly published: string; readonly wanted: string }[] = [];
  for (const wanted of absent) {
    const at = left.findIndex((published) => isMeantFor(type, published, wanted));
    const [published] = at === -1 ? [] : left.splice(at, 1);
    if (published === undefined) missing.push(wanted);
    else different.push({ published, wanted });
  }
  return { missing, different, others: left };
}

function isMeantFor(type: string, published: string, wanted: string): boolean {
  const kind = kindOf(type, wanted);
  if (kind === '') return false;
  return kindOf(type, published) === kind || (type === 'MX' && kindOf(type, published).startsWith(`${kind}.`));
}

/** What a value is for; of one kind there is one at a name. Empty where any number may stand side by side. */
function kindOf(type: string, value: string): string {
  switch (type) {
    case 'TXT':
      return /^[\\"\s]*(v=[a-z0-9]+)(?=[\s;"]|$)/i.exec(value)?.[1]?.toLowerCase() ?? '';
    case 'MX':
      return canonicalValue(type, value).split(' ').at(-1) ?? '';
    case 'CAA':
    case 'TLSA':
    case 'NS':
    case 'SRV':
      return '';
    default:
      return type;
  }
}

/** Whether a value beside the wanted ones contradicts them. */
function contradicts(type: string, value: string, wanted: readonly string[]): boolean {
  if (type === 'MX' || kindOf(type, value) === '') return false;
  return wanted.some((one) => kindOf(type, one) === kindOf(type, value));
}

function mistakesIn(
  { name, type, published, wanted, zone }: Published,
  different: RecordComparison['different'],
): readonly RecordMistake[] {
  const mistakes = new Set<RecordMistake>();
  if (type === 'TXT') {
    const wants = (kind: string) => wanted.some((value) => kindOf(type, value) === kind);
    const count = (kind: string) => published.filter((value) => kindOf(type, value) === kind).length;
    if (wants('v=spf1') && count('v=spf1') > 1) mistakes.add('several-spf');
    if (wants('v=dmarc1') && count('v=dmarc1') > 1) mistakes.add('several-dmarc');
  }
  for (const pair of different) {
    const hasQuotes = pair.published.includes('"') || pair.published.includes('\\');
    if (type === 'TXT' && hasQuotes && canonicalTxt(unquoted(pair.published)) === canonicalValue(type, pair.wanted)) {
      mistakes.add('quotes-inside');
    }
    const suffixes = [zone ?? name, name].map((suffix) => `.${suffix}`);
    const longer = canonicalValue(type, pair.published);
    if (suffixes.some((suffix) => longer === `${canonicalValue(type, pair.wanted)}${suffix}`)) {
      mistakes.add('domain-twice');
    }
  }
  return [...mistakes];
}

/** The text in a TXT value that was written as in a zone file: `"v=DKIM1; p=ABC" "DEF"`. */
function unquoted(value: string): string {
  const text = value.trim().replaceAll('\\"', '"').replaceAll('\\;', ';');
  if (!/^".*"$/s.test(text)) return text;
  return text.slice(1, -1).replace(/"\s*"/g, '');
}

/**
 * DKIM and DMARC records are lists of tags in which spaces do not count (RFC 6376 §3.2, RFC 9989 §4.7); in SPF the case
 * of letters and the number of spaces do not (RFC 7208 §4.6.1, RFC 5234 §2.3). Other texts are compared as they are.
 */
function canonicalTxt(value: string): string {
  const text = value.trim();
  const kind = kindOf('TXT', text);
  if (kind === 'v=spf1') return text.toLowerCase().replace(/\s+/g, ' ');
  if (kind !== 'v=dkim1' && kind !== 'v=dmarc1') return text;
  const tags = text.split(';').map((tag) => {
    const [name = '', ...rest] = tag.split('=');
    const content = rest.join('=').replace(/\s+/g, '');
    return `${name.trim().toLowerCase()}=${kind === 'v=dmarc1' ? content.toLowerCase() : content}`;
  });
  return tags.filter((tag) => tag !== '=').join(';');
}
