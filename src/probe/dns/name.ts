import { isIP, isIPv4, isIPv6 } from 'node:net';
import { domainToASCII } from 'node:url';
import { ProbeInputError } from '../values.ts';

/**
 * A name as it is asked for: lower case (RFC 4343), in A-labels where it has other letters (RFC 5891), without the last
 * dot. Throws ProbeInputError for what cannot be a name (RFC 1035 §2.3.4: labels of 1 to 63 octets, 255 in all).
 */
export function dnsName(written: string): string {
  const bare = written.trim().replace(/\.$/, '').toLowerCase();
  const ascii = /^[\x21-\x7e]*$/.test(bare) ? bare : domainToASCII(bare);
  const labels = ascii.split('.');
  if (ascii.length <= 253 && labels.every((label) => label.length >= 1 && label.length <= 63)) return ascii;
  throw new ProbeInputError({
    sentence: `“${written}” cannot be a DNS name.`,
    remedy: 'Mend the value, or the name in the guide.',
  });
}

/** An address as it is, or else a name as `dnsName` writes it. Throws ProbeInputError. */
export function nameOrAddress(written: string): string {
  return isIP(written) === 0 ? dnsName(written) : written;
}

/**
 * The name under which the reverse name of an address is published (RFC 1035 §3.5, RFC 3596 §2.5):
 * `10.113.0.203.in-addr.arpa`. `null` for what is no address.
 */
export function reverseName(address: string): string | null {
  if (isIPv4(address)) return `${address.split('.').reverse().join('.')}.in-addr.arpa`;
  if (!isIPv6(address)) return null;
  const digits = ipv6Groups(address).flatMap((group) => [...group.padStart(4, '0')]);
  return `${digits.reverse().join('.')}.ip6.arpa`;
}

/** An IPv6 address as RFC 5952 writes it, so that the same address is the same text. */
export function canonicalIpv6(address: string): string {
  if (!isIPv6(address)) return address;
  const [bare = address] = address.split('%');
  return new URL(`http://[${bare}]/`).hostname.slice(1, -1);
}

/** `203.0.113.10:25`, `[2001:db8::1]:25`, `mx.example.org:25`. */
export function hostAndPort(host: string, port: number): string {
  return isIP(host) === 6 ? `[${host}]:${port}` : `${host}:${port}`;
}

function ipv6Groups(address: string): readonly string[] {
  const [before = '', after] = canonicalIpv6(address).split('::');
  const head = before === '' ? [] : before.split(':');
  if (after === undefined) return head;
  const tail = after === '' ? [] : after.split(':');
  return [...head, ...Array<string>(8 - head.length - tail.length).fill('0'), ...tail];
}
