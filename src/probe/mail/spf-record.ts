import { isIPv6 } from 'node:net';

/**
 * An SPF record that says what those published say, and allows `addresses` as well: what to publish in their place.
 * Several are merged into one (RFC 7208 §3.2). `others`: what a record says of strangers that said nothing of them.
 */
export function spfWith(published: readonly string[], addresses: readonly string[], others: '~all' | '-all'): string {
  const terms = [...new Set(published.flatMap((record) => record.trim().split(/\s+/).slice(1)))];
  const kept = terms.filter((term) => !/^[-+?~]?all$/i.test(term) && !/^redirect=/i.test(term));
  const allowed = addresses
    .map((address) => `${isIPv6(address) ? 'ip6' : 'ip4'}:${address}`)
    .filter((term) => !kept.includes(term));
  const end =
    terms.find((term) => /^[-~]all$/i.test(term)) ??
    (terms.some((term) => /all$/i.test(term)) ? undefined : terms.find((term) => /^redirect=/i.test(term)));
  return ['v=spf1', ...allowed, ...kept, end ?? others].join(' ');
}
