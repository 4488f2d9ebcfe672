import { plan } from '../../addresses.ts';

/** What every header with verdicts begins with here, as at Gmail (RFC 8601 §2.5). */
export const authserv = 'mx.google.com';

/** Where the milters listen, on loopback. */
export const verdictPorts = { opendkim: 8891, opendmarc: 8893 } as const;

/**
 * The configuration of opendkim, opendkim.conf(5): it verifies, says so also where there is no signature, and refuses
 * nothing. Debian builds it with libunbound, which begins at the real root servers unless it is told a resolver.
 */
export function opendkimConfig(): string {
  return `Mode v
Socket inet:${verdictPorts.opendkim}@127.0.0.1
UserID opendkim
AuthservID ${authserv}
AlwaysAddARHeader yes
RemoveARFrom ${authserv}
Nameservers ${plan.resolver.ipv4}
Syslog no
`;
}

/**
 * The configuration of opendmarc, opendmarc.conf(5). It believes the verdicts of the two before it, and of nobody
 * else; a message is judged, never refused.
 */
export function opendmarcConfig(): string {
  return `Socket inet:${verdictPorts.opendmarc}@127.0.0.1
UserID opendmarc
AuthservID ${authserv}
TrustedAuthservIDs ${authserv}
PublicSuffixList /usr/share/publicsuffix/public_suffix_list.dat
RejectFailures false
SPFIgnoreResults false
SPFSelfValidate false
FailureReports false
Syslog false
`;
}

/** The configuration of policyd-spf, policyd-spf.conf(5): it writes down what it finds, and refuses nothing. */
export function spfConfig(): string {
  return `debugLevel = 1
HELO_reject = No_Check
Mail_From_reject = False
PermError_reject = False
TempError_Defer = False
skip_addresses = 127.0.0.0/8,::ffff:127.0.0.0/104,::1
Header_Type = AR
Authserv_Id = ${authserv}
`;
}
