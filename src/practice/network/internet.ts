import { addressesOf, places, publicResolvers } from './addresses.ts';
import { CertificateAuthority } from './certificates.ts';
import { Registrar } from './dns/registrar.ts';
import { type DnsFault, Resolver } from './dns/resolver.ts';
import { zoneSeeds } from './dns/seeds.ts';
import { type DnsService, serveDns } from './dns/server.ts';
import { Zones } from './dns/zones.ts';
import { serveEcho } from './echo.ts';
import { type Gmail, startGmail } from './gmail/gmail.ts';
import { type Listening, Network, type Route } from './network.ts';

/** How the world is. */
export interface InternetOptions {
  /** The domain whose zone the operator has. */
  readonly domain?: string;
  /** Milliseconds; the world's clock, which may run faster than life. */
  readonly now?: () => number;
  /** Seconds for which a DNS answer may be remembered, also that there is nothing. */
  readonly ttl?: number;
  /** Seconds until what is published reaches resolvers; the zone's own name servers have it at once. */
  readonly propagation?: number;
}

/** The practice world but for the server: addresses, names, an authority for certificates. */
export interface Internet {
  readonly network: Network;
  readonly zones: Zones;
  readonly registrar: Registrar;
  readonly authority: CertificateAuthority;
  /** The resolver of the server and of the operator. */
  readonly resolver: Resolver;
  readonly gmail: Gmail;
  /** Faults of the name servers of a zone and of every resolver, by the zone's apex. */
  readonly dnsFaults: Map<string, DnsFault>;
  /** The addresses of a name, as the server sees them. */
  lookUp(name: string, family: 4 | 6): Promise<readonly string[]>;
  /** What becomes of a connection that the server opens. */
  reach(address: string, port: number): Route;
  /** What becomes of a connection that the operator's own machine opens: what a probe `from: here` sees. */
  reachFromOutside(address: string, port: number): Route;
  /** Lets all resolvers know what is published at this moment, as if a long time had gone by. */
  settle(): void;
  /** All resolvers, Gmail's own among them. */
  readonly resolvers: readonly Resolver[];
  /** Ends all of it; resolves when no socket is left. */
  close(): Promise<void>;
}

/** Starts the world's services on loopback. Rejects, with nothing left open, where loopback has no port for one. */
export async function startInternet(options: InternetOptions = {}): Promise<Internet> {
  const { domain = 'example.com', now = Date.now, ttl = 60, propagation = 0 } = options;
  const network = new Network();
  const zones = new Zones(zoneSeeds(ttl), { now, ttl });
  const aResolver = () => new Resolver(zones, { now, delayMs: propagation * 1_000 });
  const resolver = aResolver();
  const publics = publicResolvers.map((at) => ({ at, resolver: aResolver() }));
  const gmailsResolver = aResolver();
  const resolvers = [resolver, gmailsResolver, ...publics.map((each) => each.resolver)];
  const dnsFaults = new Map<string, DnsFault>();
  const fault: DnsService['fault'] = ({ name }) => dnsFaults.get(zones.apexOf(name) ?? '');
  const services: readonly DnsService[] = [
    {
      at: [places.firstNameServer, places.secondNameServer],
      is: 'authority',
      reply: (asked) => zones.reply(asked),
      fault,
    },
    { at: [places.resolver], is: 'resolver', reply: (asked) => resolver.reply(asked), fault },
    ...publics.map(({ at, resolver: one }): DnsService => {
      return { at: [at], is: 'resolver', reply: (asked) => one.reply(asked), fault };
    }),
  ];
  const listening: Listening[] = [];
  const close = async (): Promise<void> => {
    await Promise.all(listening.map((each) => each.close()));
    await network.close();
  };
  const authority = new CertificateAuthority(() => new Date(now()));
  const start = async (): Promise<Gmail> => {
    for (const service of services) listening.push(await serveDns(network, service));
    listening.push(await serveEcho(network));
    return startGmail({ network, resolver: gmailsResolver, authority, now: () => new Date(now()) });
  };
  const gmail = await start().catch(async (error) => {
    await close();
    throw error;
  });
  const families = { 4: 'A', 6: 'AAAA' } as const;
  return {
    network,
    zones,
    registrar: new Registrar(zones, domain),
    authority,
    resolver,
    dnsFaults,
    gmail,
    lookUp: async (name, family) => resolver.lookUp(name, families[family]),
    reach: (to, port) => {
      const family = to.includes(':') ? 'ipv6' : 'ipv4';
      return network.route({ from: places.server[family], to, port });
    },
    reachFromOutside: (to, port) => {
      const family = to.includes(':') ? 'ipv6' : 'ipv4';
      return network.route({ from: places.operator[family], to, port });
    },
    settle: () => {
      zones.settle();
      for (const each of resolvers) each.forget();
    },
    resolvers,
    close,
  };
}

/** The addresses of all public resolvers, IPv4 first: where a probe asks what the world sees. */
export const publicResolverAddresses: readonly string[] = publicResolvers.map(({ ipv4 }) => ipv4);

/** The address that the server's and the operator's /etc/resolv.conf name. */
export const resolverAddress: string = addressesOf(places.resolver)[0] ?? '';
