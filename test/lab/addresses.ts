/** An address with the length of its prefix, as `ip addr add` takes it. */
export type Prefixed = `${string}/${number}`;

/** One machine of the lab: its name, and the addresses it has on the backbone. */
export interface HostPlan {
  readonly name: string;
  readonly ipv4: string;
  readonly ipv6: string;
}

/**
 * Who has which address, always the same, so that a zone file and a test can name them. All are of the ranges that are
 * kept for documentation (RFC 5737, RFC 3849): nothing of the lab can be mistaken for a machine of the Internet.
 *
 * The vps has a network of its own, as at a provider; the world and the operator have theirs; between them the
 * backbone routes.
 */
export const plan = {
  vps: { name: 'vps', ipv4: '203.0.113.10', ipv6: '2001:db8:113::10' },
  authority: { name: 'authority', ipv4: '198.51.100.53', ipv6: '2001:db8:100::53' },
  resolver: { name: 'resolver', ipv4: '198.51.100.54', ipv6: '2001:db8:100::54' },
  acme: { name: 'acme', ipv4: '198.51.100.14', ipv6: '2001:db8:100::14' },
  gmail: { name: 'gmail', ipv4: '198.51.100.25', ipv6: '2001:db8:100::25' },
  operator: { name: 'operator', ipv4: '192.0.2.20', ipv6: '2001:db8:2::20' },
} as const satisfies Record<string, HostPlan>;

/** A name of the plan. */
export type HostName = keyof typeof plan;

/** What the backbone itself answers to: the gateway of each network. */
export const gateways: readonly Prefixed[] = [
  '203.0.113.1/24',
  '198.51.100.1/24',
  '192.0.2.1/24',
  '2001:db8:113::1/64',
  '2001:db8:100::1/64',
  '2001:db8:2::1/64',
  'fe80::1/64',
];

/** The gateway that a machine of the plan uses for IPv4. */
export function gateway4Of({ ipv4 }: HostPlan): string {
  return ipv4.replace(/\d+$/, '1');
}

/** The gateway that every machine uses for IPv6: many providers, Contabo among them, give out this one. */
export const gateway6 = 'fe80::1';

/** The machine's addresses with the prefixes of its networks. */
export function prefixedAddresses({ ipv4, ipv6 }: HostPlan): readonly Prefixed[] {
  return [`${ipv4}/24`, `${ipv6}/64`];
}
