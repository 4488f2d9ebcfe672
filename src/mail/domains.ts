import { getDomain } from 'tldts';

/**
 * The organizational domain of a name: what somebody registered below a public suffix; the name itself where it has
 * none, as `localhost`. RFC 9989 §4.10 finds it by walking up the DNS; the Public Suffix List, which came before that,
 * needs no DNS and differs only for domains that publish `psd=`.
 */
export function organizationalDomain(name: string): string {
  const host = canonicalName(name);
  // why: a name under somebody's shared domain (github.io) belongs to that customer, as RFC 9989's psd=y has it
  return getDomain(host, { allowPrivateDomains: true }) ?? host;
}

/** How two domains stand to each other (RFC 9989 §4.10.2). */
export type Alignment = 'same' | 'organizational' | 'none';

/** `same` satisfies strict alignment, `organizational` only the relaxed one. */
export function alignmentOf(one: string, other: string): Alignment {
  const [first, second] = [canonicalName(one), canonicalName(other)];
  if (first === '' || second === '') return 'none';
  if (first === second) return 'same';
  return organizationalDomain(first) === organizationalDomain(second) ? 'organizational' : 'none';
}

/** The domain of an address, or the text itself where it has no `@`; canonical. `@example.com` and `i@example.com` are both read. */
export function domainOf(address: string): string {
  return canonicalName(address.slice(address.lastIndexOf('@') + 1).replace(/^<|>$/g, ''));
}

/** A name in lower case without the dot at its end. */
export function canonicalName(name: string): string {
  return name.trim().toLowerCase().replace(/\.$/, '');
}
