/** What can be broken by name outside of the server, and what is broken then. The lab breaks the same, by the same names. */
export const networkFaults = {
  'outbound-25-blocked': 'What the server sends to TCP port 25 of others is dropped on its way, over IPv4 and IPv6.',
  'ptr-missing': 'The server’s addresses have no reverse name: nothing is published where their PTR records were.',
  'ptr-of-ipv6-missing': 'The server’s IPv6 address has no reverse name, its IPv4 address has one.',
  'aaaa-wrong': 'The AAAA record of the server’s name leads to an address that is not the server’s.',
  'behind-proxy': 'The A record of the server’s name leads to a proxy for web sites, which takes no mail.',
  'dkim-cut-off': 'Of the published DKIM key there are only the first 255 characters.',
  'dkim-name-doubled': 'The DKIM key is published under a name that has the domain twice.',
  'dkim-name-bare': 'The DKIM key is published under a name without the underscore.',
  'spf-missing': 'There is no SPF record for the domain.',
  'spf-without-ipv6': 'The SPF record of the domain allows the server’s IPv4 address alone.',
  'spf-twice': 'There are two SPF records at the domain, each of them right.',
  'spf-too-deep': 'The SPF record of the domain includes eleven others.',
  'spf-not-everywhere': 'The SPF record is published, and public resolvers still remember that there was none.',
  'dmarc-reports-unasked': 'DMARC reports are to go to a domain that has not agreed to it.',
  'address-listed': 'A blocklist lists the server’s IPv4 address.',
  'blocklist-refuses': 'A blocklist refuses to answer the resolver that the server asks.',
} as const;

/** The name of such a fault. */
export type NetworkFaultName = keyof typeof networkFaults;
