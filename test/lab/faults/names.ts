/** Everything that can be broken by name, and what is broken then. */
export const faults = {
  'outbound-25-blocked': 'What the server sends to TCP port 25 of others is dropped on its way, over IPv4 and IPv6.',
  'ptr-missing': 'The server’s addresses have no reverse name: nothing is published where their PTR records were.',
  'ipv6-down': 'IPv6 is switched off on the server, and with it its address and its route are gone.',
  'aaaa-wrong': 'The AAAA record of the server’s name leads to an address that is not the server’s.',
  'hostname-on-loopback': 'On the server itself its own name means 127.0.1.1, because /etc/hosts says so.',
} as const;

/** The name of a fault. */
export type FaultName = keyof typeof faults;

/** The names of all faults. */
export const faultNames = Object.keys(faults) as readonly FaultName[];
