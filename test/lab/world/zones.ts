import { plan } from '../addresses.ts';
import { worldPlan } from './addresses.ts';

/** One record, its value as a zone file has it (RFC 1035 §5.1): a text in quotes, a name of a host with a last dot. */
export interface ZoneRecord {
  /** The full name, without a last dot: `smtp.example.com`; empty for the root. */
  readonly name: string;
  readonly type: string;
  readonly value: string;
}

/** A zone of the lab's Internet, as it is when the lab comes up. */
export interface Zone {
  /** Without a last dot; empty for the root. */
  readonly apex: string;
  /** Whether it is signed (DNSSEC), and its parent vouches for it. */
  readonly isSigned: boolean;
  /** Other than its SOA, its NS and the delegations of its children, which follow from the list of zones. */
  readonly records: readonly ZoneRecord[];
}

/** How long answers may be remembered, seconds; short, for a lab has no hours to wait. */
export const timeToLive = 60;

/** The two names that every zone has as its name servers. */
export const nameServers = [
  { name: 'ns1.example.net', ipv4: plan.authority.ipv4, ipv6: plan.authority.ipv6 },
  { name: 'ns2.example.net', ipv4: worldPlan.secondNameServer.ipv4, ipv6: worldPlan.secondNameServer.ipv6 },
] as const;

/** 203.0.113.0/24, backwards. */
export const reverseZone4 = '113.0.203.in-addr.arpa';

/** 2001:db8:113::/48, backwards. */
export const reverseZone6 = '3.1.1.0.8.b.d.0.1.0.0.2.ip6.arpa';

const nameServerAddresses = nameServers.flatMap(({ name, ipv4, ipv6 }) => addresses(name, { ipv4, ipv6 }));
const gmailHost = 'gmail-smtp-in.l.google.com';

/**
 * All zones, each before those below it. The operator's `example.com` and both reverse zones are empty: what stands
 * there is the operator's to publish. Google's are not signed, as in truth, and so are the reverse zones of a provider.
 */
export const zones: readonly Zone[] = [
  { apex: '', isSigned: true, records: nameServerAddresses },
  { apex: 'com', isSigned: true, records: [] },
  { apex: 'net', isSigned: true, records: nameServerAddresses },
  { apex: 'cn', isSigned: true, records: [] },
  { apex: 'org', isSigned: true, records: [] },
  { apex: 'arpa', isSigned: true, records: [] },
  { apex: 'example.com', isSigned: true, records: [] },
  { apex: 'example.net', isSigned: true, records: nameServerAddresses },
  { apex: reverseZone4, isSigned: false, records: [] },
  { apex: reverseZone6, isSigned: false, records: [] },
  { apex: 'debian.org', isSigned: false, records: addresses('deb.debian.org', worldPlan.debian) },
  { apex: 'github.com', isSigned: false, records: addresses('github.com', worldPlan.github) },
  { apex: 'google.com', isSigned: false, records: addresses(gmailHost, plan.gmail) },
  {
    apex: 'gmail.com',
    isSigned: false,
    records: [{ name: 'gmail.com', type: 'MX', value: `5 ${gmailHost}.` }, ...addresses('imap.gmail.com', plan.gmail)],
  },
  // The entries that each blocklist has for trying it (RFC 5782 §5): 127.0.0.2 is listed, 127.0.0.1 is not.
  {
    apex: 'spamhaus.org',
    isSigned: false,
    records: ['127.0.0.2', '127.0.0.4', '127.0.0.10'].map((value) => ({
      name: '2.0.0.127.zen.spamhaus.org',
      type: 'A',
      value,
    })),
  },
  {
    apex: 'spamcop.net',
    isSigned: false,
    records: [{ name: '2.0.0.127.bl.spamcop.net', type: 'A', value: '127.0.0.2' }],
  },
  { apex: 'ipw.cn', isSigned: false, records: addresses('6.ipw.cn', worldPlan.echo) },
  { apex: 'icanhazip.com', isSigned: false, records: addresses('ipv6.icanhazip.com', worldPlan.echo) },
  {
    apex: 'letsencrypt.org',
    isSigned: false,
    records: addresses('acme-v02.api.letsencrypt.org', plan.acme),
  },
];

/** The zone that a name is in: the one with the longest apex above it or at it. */
export function zoneOf(name: string): Zone {
  const above = zones.filter(({ apex }) => isAtOrBelow(name, apex));
  const [first, ...others] = above;
  if (first === undefined) throw new Error('The list of zones has no root.');
  return others.reduce((deepest, zone) => (zone.apex.length > deepest.apex.length ? zone : deepest), first);
}

/** The zones that a zone delegates to. */
export function childrenOf(zone: Zone): readonly Zone[] {
  return zones.filter((other) => other.apex !== '' && parentOf(other) === zone);
}

/** The file of a zone, with `delegationSigners` (DS records) for its signed children. */
export function zoneFile(zone: Zone, delegationSigners: readonly ZoneRecord[]): string {
  const [first] = nameServers;
  // The last number is how long an answer “there is no such thing” may be remembered (RFC 2308 §4).
  const soa = `${first.name}. hostmaster.example.net. 1 3600 600 86400 ${timeToLive}`;
  const delegations = [zone, ...childrenOf(zone)].flatMap(({ apex }) =>
    nameServers.map(({ name }) => ({ name: apex, type: 'NS', value: `${name}.` })),
  );
  const records = [{ name: zone.apex, type: 'SOA', value: soa }, ...delegations, ...delegationSigners, ...zone.records];
  return `$TTL ${timeToLive}\n${records.map(({ name, type, value }) => `${name}. ${type} ${value}\n`).join('')}`;
}

/** The name of the PTR record of an IPv4 address (RFC 1035 §3.5). */
export function reverseName4(address: string): string {
  return `${address.split('.').reverse().join('.')}.in-addr.arpa`;
}

/** The name of the PTR record of an IPv6 address (RFC 3596 §2.5), which may have one `::`. */
export function reverseName6(address: string): string {
  const [head = '', tail] = address.split('::').map((half) => half.split(':').filter((group) => group !== ''));
  const before = head === '' ? [] : head;
  const after = tail ?? [];
  const zeros = Array.from({ length: 8 - before.length - after.length }, () => '0');
  const digits = [...before, ...zeros, ...after].map((group) => group.padStart(4, '0')).join('');
  return `${[...digits].reverse().join('.')}.ip6.arpa`;
}

function parentOf(zone: Zone): Zone {
  const [, ...above] = zone.apex.split('.');
  return zoneOf(above.join('.'));
}

function isAtOrBelow(name: string, apex: string): boolean {
  return apex === '' || name === apex || name.endsWith(`.${apex}`);
}

function addresses(name: string, host: { readonly ipv4?: string; readonly ipv6: string }): readonly ZoneRecord[] {
  const four = host.ipv4 === undefined ? [] : [{ name, type: 'A', value: host.ipv4 }];
  return [...four, { name, type: 'AAAA', value: host.ipv6 }];
}
