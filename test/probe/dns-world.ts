import type { Answer } from 'dns-packet';
import type { PublishedRecord } from '../../src/probe/probe.ts';
import { runTypedProbe } from '../../src/probe/probe.ts';
import type { ProbeSettings } from '../../src/probe/settings.ts';
import type { DnsSpec } from '../../src/probe/spec/dns.ts';
import { dnsSpec } from '../../src/probe/spec/dns.ts';
import type { Connection } from '../../src/remote/connection.ts';
import type { DnsDouble, DnsDoubleBehaviour } from '../dns-server.ts';
import { startDnsDouble } from '../dns-server.ts';
import { aZone } from './dns-zone-of.ts';

/** What each name server of the small world of `example.com` knows beside the zone itself. */
export interface WorldParts {
  /** ns1.example.com, at 127.0.0.1. */
  readonly ns1?: Partial<DnsDoubleBehaviour>;
  /** ns2.example.com, at ::1; without it the zone has one name server. */
  readonly ns2?: Partial<DnsDoubleBehaviour>;
  readonly public1?: Partial<DnsDoubleBehaviour>;
  readonly public2?: Partial<DnsDoubleBehaviour>;
  readonly system?: Partial<DnsDoubleBehaviour>;
}

/** Name servers of one zone, resolvers, and a way to probe them. */
export interface DnsWorld {
  readonly settings: ProbeSettings;
  readonly ns1: DnsDouble;
  probe(
    spec: Partial<DnsSpec>,
    more?: { readonly records?: readonly PublishedRecord[]; readonly connection?: Connection },
  ): ReturnType<typeof runTypedProbe>;
  stop(): Promise<void>;
}

/** Starts the world. Records given for one server are known to it alone. */
export async function aDnsWorld(parts: WorldParts): Promise<DnsWorld> {
  const nameServers = {
    'ns1.example.com': '127.0.0.1',
    ...(parts.ns2 === undefined ? {} : { 'ns2.example.com': '::1' }),
  };
  const zone = aZone('example.com', nameServers);
  const knowing = (part: Partial<DnsDoubleBehaviour> = {}, own: readonly Answer[] = zone): DnsDoubleBehaviour => ({
    ...part,
    records: [...own, ...(part.records ?? [])],
  });
  const authoritative = { isAuthoritative: true };
  const [ns1, ...ns2] = await startNameServers(
    { ...knowing(parts.ns1), ...authoritative },
    parts.ns2 === undefined ? null : { ...knowing(parts.ns2), ...authoritative },
  );
  const public1 = await startDnsDouble(knowing(parts.public1));
  const public2 = await startDnsDouble(knowing(parts.public2));
  const system = await startDnsDouble(knowing(parts.system));
  const settings: ProbeSettings = {
    resolvers: [public1, public2].map(({ address, port }) => ({ address, port })),
    systemResolvers: [{ address: system.address, port: system.port }],
    authorityPort: ns1.port,
    authorities: [],
    queryTimeoutMs: 500,
  };
  return {
    settings,
    ns1,
    probe: (spec, more = {}) =>
      runTypedProbe(
        { kind: 'dns', spec: dnsSpec.parse(spec) },
        {
          connection: more.connection ?? null,
          settings,
          values: { FQDN: 'mx.example.com', IPV4: '192.0.2.1' },
          secrets: {},
          records: more.records ?? [],
          signal: new AbortController().signal,
          now: () => new Date('2026-11-24T12:00:00Z'),
        },
      ),
    async stop() {
      await Promise.all([ns1, ...ns2, public1, public2, system].map((server) => server.stop()));
    },
  };
}

/** The name servers of one zone are asked on one port; where it is taken on ::1, both move to another one. */
async function startNameServers(
  ns1: DnsDoubleBehaviour,
  ns2: DnsDoubleBehaviour | null,
): Promise<[DnsDouble, ...DnsDouble[]]> {
  for (;;) {
    const first = await startDnsDouble(ns1);
    if (ns2 === null) return [first];
    try {
      return [first, await startDnsDouble(ns2, { address: '::1', port: first.port })];
    } catch (error) {
      await first.stop();
      if (!(error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')) throw error;
    }
  }
}
