import type { Answer } from 'dns-packet';

/** Records that every zone has: its SOA, its name servers and, where they stand in it, their addresses. */
export function aZone(apex: string, nameServers: Readonly<Record<string, string>>): readonly Answer[] {
  return [
    {
      type: 'SOA',
      name: apex,
      ttl: 900,
      data: { mname: `ns1.${apex}`, rname: `hostmaster.${apex}`, serial: 1, minimum: 600 },
    },
    ...Object.keys(nameServers).map((data): Answer => ({ type: 'NS', name: apex, ttl: 300, data })),
    ...Object.entries(nameServers).map(
      ([name, data]): Answer =>
        data.includes(':') ? { type: 'AAAA', name, ttl: 300, data } : { type: 'A', name, ttl: 300, data },
    ),
  ];
}

/** An address record. */
export function address(name: string, data: string, ttl = 300): Answer {
  return data.includes(':') ? { type: 'AAAA', name, ttl, data } : { type: 'A', name, ttl, data };
}

/** A TXT record of one string or more. */
export function txt(name: string, ...strings: readonly string[]): Answer {
  return { type: 'TXT', name, ttl: 300, data: [...strings] };
}
