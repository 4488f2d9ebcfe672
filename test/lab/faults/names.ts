/** Everything that can be broken by name, and what is broken then. */
export const faults = {
  'outbound-25-blocked': 'What the server sends to TCP port 25 of others is dropped on its way, over IPv4 and IPv6.',
  'ptr-missing': 'The server’s addresses have no reverse name: nothing is published where their PTR records were.',
  'ipv6-down': 'IPv6 is switched off on the server, and with it its address and its route are gone.',
  'aaaa-wrong': 'The AAAA record of the server’s name leads to an address that is not the server’s.',
  'hostname-on-loopback': 'On the server itself its own name means 127.0.1.1, because /etc/hosts says so.',
  'users-of-root': 'The file of the senders belongs to root, and chasquid, which was started anew, cannot read it.',
  'sender-unseen': 'The file of the senders was put in its place after chasquid had started.',
  'dkim-key-of-root': 'The key for signing belongs to root alone.',
  'dkim-program-gone': 'The program by which the hook of an old chasquid signs is not there.',
  'dkim-cut-off': 'Of the published DKIM key there are only the first 255 characters.',
  'dkim-name-doubled': 'The DKIM key is published under a name that has the domain twice.',
  'dkim-name-bare': 'The DKIM key is published under a name without the underscore.',
  'spf-missing': 'There is no SPF record for the domain.',
  'spf-without-ipv6': 'The SPF record of the domain allows the server’s IPv4 address alone.',
  'spf-twice': 'There are two SPF records at the domain, each of them right.',
  'spf-too-deep': 'The SPF record of the domain includes eleven others.',
  'dmarc-reports-unasked': 'DMARC reports are to go to a domain that has not agreed to it.',
} as const;

/** The name of a fault. */
export type FaultName = keyof typeof faults;
