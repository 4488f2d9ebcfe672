import type { Internet } from '../../../src/practice/network/internet.ts';
import { publicResolverAddresses, resolverAddress } from '../../../src/practice/network/internet.ts';
import type { ProbeContext } from '../../../src/probe/context.ts';
import type { ProbeSettings } from '../../../src/probe/settings.ts';

/** What probes of the product look with, in the practice world: its routes, its resolvers, its authority. */
export function practiceContext(internet: Internet, more: Partial<ProbeContext> = {}): ProbeContext {
  const settings: ProbeSettings = {
    resolvers: publicResolverAddresses.map((address) => ({ address, port: 53 })),
    systemResolvers: [{ address: resolverAddress, port: 53 }],
    authorityPort: 53,
    authorities: [internet.authority.rootPem],
    queryTimeoutMs: 300,
    route: async (address, port) => internet.reachFromOutside(address, port),
  };
  return {
    connection: null,
    settings,
    values: {},
    secrets: {},
    records: [],
    signal: new AbortController().signal,
    now: () => new Date(),
    ...more,
  };
}
