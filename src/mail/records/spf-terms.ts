import { isIP } from 'node:net';

/** What is wrong with one term of an SPF record: a predicate and a remedy. */
export interface TermFault {
  readonly what: string;
  readonly remedy: string;
}

/** One term of an SPF record (RFC 7208 §4.6.1). */
export interface SpfTerm {
  readonly text: string;
  readonly kind: 'mechanism' | 'modifier';
  /** In lower case. */
  readonly name: string;
  readonly qualifier: '+' | '-' | '~' | '?';
  /** After the colon or equals sign, with a prefix length; empty where there is none. */
  readonly value: string;
}

const mechanisms = ['all', 'include', 'a', 'mx', 'ptr', 'ip4', 'ip6', 'exists'];
/** Each costs a lookup; at most ten may be needed in all (RFC 7208 §4.6.4). */
const lookingUp = ['include', 'a', 'mx', 'ptr', 'exists', 'redirect'];
/** Ranges wider than these allow strangers by the thousand; Gmail calls such a record suspicious. */
const widestRange: Readonly<Record<'ip4' | 'ip6', number>> = { ip4: 16, ip6: 32 };

/** Parts a record after its `v=spf1`. */
export function spfTerms(record: string): readonly SpfTerm[] {
  return record
    .split(' ')
    .slice(1)
    .filter((text) => text !== '')
    .map(spfTerm);
}

/** True where a receiver must ask the DNS for it. */
export function needsLookup({ name }: SpfTerm): boolean {
  return lookingUp.includes(name);
}

/** True for an `ip4:` or `ip6:` that covers very many addresses. */
export function isWide({ name, value }: SpfTerm): boolean {
  if (name !== 'ip4' && name !== 'ip6') return false;
  const prefix = value.split('/')[1];
  return prefix !== undefined && Number(prefix) < widestRange[name];
}

/** What makes a whole record invalid for every receiver, in one of its terms; null where the term is well formed. */
export function termFault(term: SpfTerm): TermFault | null {
  const { name, kind, value, text } = term;
  if (/["'“”\\]/.test(text)) return { what: 'has quotes or backslashes in it', remedy: 'Take them out.' };
  if (kind === 'modifier') {
    if (name === 'redirect' && value === '') return { what: 'names no domain', remedy: 'Write redirect=other.domain' };
    return null;
  }
  if (!mechanisms.includes(name)) return unknownMechanism(term);
  switch (name) {
    case 'all':
      return value === '' ? null : { what: 'has a value, and all has none', remedy: 'Write only its sign and all.' };
    case 'include':
    case 'exists':
      return isDomainSpec(value) ? null : { what: 'names no domain', remedy: `Write ${name}:the.domain` };
    case 'ip4':
    case 'ip6':
      return addressFault(term);
    default:
      return hostFault(term);
  }
}

function spfTerm(text: string): SpfTerm {
  const modifier = /^(?<name>[A-Za-z][A-Za-z0-9._-]*)=(?<value>.*)$/.exec(text)?.groups;
  if (modifier !== undefined) {
    return {
      text,
      kind: 'modifier',
      name: (modifier.name ?? '').toLowerCase(),
      qualifier: '+',
      value: modifier.value ?? '',
    };
  }
  const signed = /^[-+~?]/.test(text);
  const bare = signed ? text.slice(1) : text;
  const end = bare.search(/[:/]/);
  const sign = text[0];
  return {
    text,
    kind: 'mechanism',
    name: (end === -1 ? bare : bare.slice(0, end)).toLowerCase(),
    qualifier: sign === '-' || sign === '~' || sign === '?' ? sign : '+',
    value: end === -1 ? '' : bare.slice(bare[end] === ':' ? end + 1 : end),
  };
}

function unknownMechanism({ name, text }: SpfTerm): TermFault {
  const what = 'is no mechanism that there is, so receivers call the whole record invalid';
  if (/^ip(?:v?4)?$/.test(name)) return { what, remedy: 'Write ip4: before an IPv4 address.' };
  if (name === 'ipv6') return { what, remedy: 'Write ip6: before an IPv6 address.' };
  if (isIP(text) !== 0) return { what, remedy: `Write ip${isIP(text)}:${text}` };
  return { what, remedy: `The mechanisms are ${mechanisms.join(', ')}.` };
}

function addressFault({ name, value }: SpfTerm): TermFault | null {
  const family = name === 'ip4' ? 4 : 6;
  const [address = '', prefix, ...more] = value.split('/');
  const longest = family === 4 ? 32 : 128;
  const found = isIP(address);
  if (found !== 0 && found !== family) {
    return { what: `holds an IPv${found} address`, remedy: `Write ip${found}:${value}` };
  }
  if (found === 0) {
    return {
      what: `holds no IPv${family} address`,
      remedy: `Write an address, not a name: ${name}:…, or a: and the name.`,
    };
  }
  const isPrefix = prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= longest);
  return isPrefix && more.length === 0
    ? null
    : { what: 'has no valid prefix length', remedy: `After the slash comes a number from 0 to ${longest}.` };
}

/** `a`, `mx` and `ptr`: with or without a domain; `a` and `mx` with prefix lengths (RFC 7208 §5.3). */
function hostFault({ name, value }: SpfTerm): TermFault | null {
  const { domain = '', prefix = '' } = /^(?<domain>[^/]*)(?<prefix>.*)$/.exec(value)?.groups ?? {};
  if (domain !== '' && !isDomainSpec(domain)) return { what: 'names no domain', remedy: `Write ${name}:the.name` };
  if (isIP(domain) !== 0) return { what: 'holds an address', remedy: `Write ip${isIP(domain)}:${domain}` };
  const lengths = /^(?:\/(?<four>\d{1,2}))?(?:\/\/(?<six>\d{1,3}))?$/.exec(prefix)?.groups;
  const isPrefix = lengths !== undefined && Number(lengths.four ?? 0) <= 32 && Number(lengths.six ?? 0) <= 128;
  return isPrefix ? null : { what: 'has no valid prefix length', remedy: `Write ${name}:the.name/24//64, or none.` };
}

/** A domain, or one with macros, which only a receiver can fill in (RFC 7208 §7). */
function isDomainSpec(text: string): boolean {
  if (text.includes('%')) return true;
  const labels = text.replace(/\.$/, '').split('.');
  return text.length <= 254 && labels.every((label) => /^[A-Za-z0-9_-]{1,63}$/.test(label));
}
