/** Addresses of the world beyond one a machine; they are added to the machine that is named here. */
export const worldPlan = {
  /** The second address of the name server, for the second name that every zone's NS records have. */
  secondNameServer: { host: 'authority', ipv4: '198.51.100.153', ipv6: '2001:db8:100::153' },
  /** The web service that answers with its caller's address. It has no IPv4, and so proves IPv6. */
  echo: { host: 'authority', ipv6: '2001:db8:100::80' },
  /** The archive of Debian. */
  debian: { host: 'authority', ipv4: '198.51.100.81', ipv6: '2001:db8:100::81' },
  /** GitHub, where the lab has a copy of acme.sh for it. */
  github: { host: 'authority', ipv4: '198.51.100.82', ipv6: '2001:db8:100::82' },
} as const;

/** The public resolvers that Brevduva asks by itself. In the lab all of them are its one resolver. */
export const publicResolvers = {
  ipv4: ['1.1.1.1', '8.8.8.8', '9.9.9.9'],
  ipv6: ['2606:4700:4700::1111', '2001:4860:4860::8888', '2620:fe::fe'],
} as const;
