import { type Place, places } from '../addresses.ts';
import type { ZoneRecord } from './record.ts';
import type { ZoneSeed } from './zones.ts';

/** The two names that every zone has as its name servers. */
const nameServers = [
  { name: 'ns1.example.net', at: places.firstNameServer },
  { name: 'ns2.example.net', at: places.secondNameServer },
] as const;

/** 203.0.113.0/24, backwards. */
export const reverseZone4 = '113.0.203.in-addr.arpa';

/** 2001:db8:113::/48, backwards. */
export const reverseZone6 = '3.1.1.0.8.b.d.0.1.0.0.2.ip6.arpa';

/** Gmail's receiver. */
export const gmailHost = 'gmail-smtp-in.l.google.com';

/** The name of the machine that sends for those who set “Send mail as” in Gmail. */
export const gmailSender = 'mail-sor-f41.google.com';

const nameServerAddresses = nameServers.flatMap(({ name, at }) => addresses(name, at));

/** The entries that each blocklist has for trying it (RFC 5782 §5): 127.0.0.2 is listed, 127.0.0.1 is not. */
const spamhausEntries = ['127.0.0.2', '127.0.0.4', '127.0.0.10'].map(
  (value): ZoneRecord => ({ name: '2.0.0.127.zen.spamhaus.org', type: 'A', value }),
);

const contents: Readonly<Record<string, readonly ZoneRecord[]>> = {
  '': [],
  com: [],
  net: [],
  cn: [],
  org: [],
  arpa: [],
  'example.com': [],
  'example.net': nameServerAddresses,
  [reverseZone4]: [],
  [reverseZone6]: [],
  '100.51.198.in-addr.arpa': [{ name: '25.100.51.198.in-addr.arpa', type: 'PTR', value: `${gmailSender}.` }],
  'debian.org': addresses('deb.debian.org', places.debian),
  'github.com': addresses('github.com', places.github),
  'google.com': [...addresses(gmailHost, places.gmail), ...addresses(gmailSender, places.gmail)],
  'gmail.com': [
    { name: 'gmail.com', type: 'MX', value: `5 ${gmailHost}.` },
    { name: 'gmail.com', type: 'TXT', value: '"v=spf1 ip4:198.51.100.0/24 ip6:2001:db8:100::/48 ~all"' },
    { name: '_dmarc.gmail.com', type: 'TXT', value: '"v=DMARC1; p=none"' },
    ...addresses('imap.gmail.com', places.gmail),
  ],
  'spamhaus.org': spamhausEntries,
  'spamcop.net': [{ name: '2.0.0.127.bl.spamcop.net', type: 'A', value: '127.0.0.2' }],
  'ipw.cn': addresses('6.ipw.cn', places.echo),
  'icanhazip.com': addresses('ipv6.icanhazip.com', places.echo),
  'letsencrypt.org': addresses('acme-v02.api.letsencrypt.org', places.acme),
};

/**
 * The zones of the world at its beginning. The operator's `example.com` and both reverse zones are empty: what stands
 * there is the operator's to publish. `ttl`: seconds, also of an answer that there is nothing (RFC 2308 §4).
 */
export function zoneSeeds(ttl: number): readonly ZoneSeed[] {
  return Object.entries(contents).map(([apex, records]) => {
    const soa = `${nameServers[0].name}. hostmaster.example.net. 1 3600 600 86400 ${ttl}`;
    const authority: readonly ZoneRecord[] = [
      { name: apex, type: 'SOA', value: soa },
      ...nameServers.map(({ name }): ZoneRecord => ({ name: apex, type: 'NS', value: `${name}.` })),
    ];
    return { apex, records: [...authority, ...records] };
  });
}

function addresses(name: string, { ipv4, ipv6 }: Place): readonly ZoneRecord[] {
  return [
    ...(ipv4 === undefined ? [] : [{ name, type: 'A', value: ipv4 } as const]),
    ...(ipv6 === undefined ? [] : [{ name, type: 'AAAA', value: ipv6 } as const]),
  ];
}
