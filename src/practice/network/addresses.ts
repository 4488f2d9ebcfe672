/** A host of the practice world, by its addresses. All are of the ranges kept for documentation (RFC 5737, RFC 3849). */
export interface Place {
  readonly ipv4?: string;
  readonly ipv6?: string;
}

/** Who has which address: the same as in the lab, so that one guide reads alike on both. */
export const places = {
  /** The practice server. */
  server: { ipv4: '203.0.113.10', ipv6: '2001:db8:113::10' },
  /** Whoever practises: where probes `from: here` come from. */
  operator: { ipv4: '192.0.2.20', ipv6: '2001:db8:2::20' },
  firstNameServer: { ipv4: '198.51.100.53', ipv6: '2001:db8:100::53' },
  secondNameServer: { ipv4: '198.51.100.153', ipv6: '2001:db8:100::153' },
  /** The resolver that the server and the operator are configured with. */
  resolver: { ipv4: '198.51.100.54', ipv6: '2001:db8:100::54' },
  acme: { ipv4: '198.51.100.14', ipv6: '2001:db8:100::14' },
  gmail: { ipv4: '198.51.100.25', ipv6: '2001:db8:100::25' },
  /** Tells its caller the caller's address. It has no IPv4, and so proves IPv6. */
  echo: { ipv6: '2001:db8:100::80' },
  debian: { ipv4: '198.51.100.81', ipv6: '2001:db8:100::81' },
  github: { ipv4: '198.51.100.82', ipv6: '2001:db8:100::82' },
} as const satisfies Record<string, Place>;

/** The public resolvers that Brevduva asks by itself. Each is a cache of its own here. */
export const publicResolvers = [
  { ipv4: '1.1.1.1', ipv6: '2606:4700:4700::1111' },
  { ipv4: '8.8.8.8', ipv6: '2001:4860:4860::8888' },
  { ipv4: '9.9.9.9', ipv6: '2620:fe::fe' },
] as const satisfies readonly Place[];

/** The addresses that a host has. */
export function addressesOf({ ipv4, ipv6 }: Place): readonly string[] {
  return [ipv4, ipv6].filter((address) => address !== undefined);
}

/** An address in one spelling, so that `2001:db8:0::1` and `2001:DB8::1` are the same (RFC 5952). */
export function canonicalAddress(address: string): string {
  return address.includes(':') ? new URL(`http://[${address}]`).hostname.slice(1, -1) : address;
}
