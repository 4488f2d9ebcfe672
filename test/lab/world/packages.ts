/**
 * What the world calls on this machine, and the Debian package that has it: what the lab must install. `dkimsign` is
 * for tests alone, which sign with somebody else's program. With `dbconfig-no-thanks` opendmarc needs no database.
 */
export const worldNeeds: readonly { readonly command: string; readonly package: string }[] = [
  { command: 'curl', package: 'curl' },
  { command: 'dig', package: 'bind9-dnsutils' },
  { command: 'dkimsign', package: 'python3-dkim' },
  { command: 'dovecot', package: 'dovecot-imapd' },
  { command: 'knotd', package: 'knot' },
  { command: 'opendkim', package: 'opendkim' },
  { command: 'opendmarc', package: 'dbconfig-no-thanks' },
  { command: 'opendmarc', package: 'opendmarc' },
  { command: 'openssl', package: 'openssl' },
  { command: 'policyd-spf', package: 'postfix-policyd-spf-python' },
  { command: 'postfix', package: 'postfix' },
  { command: 'unbound', package: 'unbound' },
];
