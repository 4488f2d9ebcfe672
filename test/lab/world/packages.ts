/**
 * What the world calls on this machine, and the Debian package that has it: what the lab must install. `dkimsign`
 * and `dehydrated` are for tests alone, which sign and order certificates with somebody else's programs. With `dbconfig-no-thanks` opendmarc needs no database.
 */
export const worldNeeds: readonly { readonly command: string; readonly package: string }[] = [
  { command: 'curl', package: 'curl' },
  { command: 'dehydrated', package: 'dehydrated' },
  { command: 'dig', package: 'bind9-dnsutils' },
  { command: 'dkimsign', package: 'python3-dkim' },
  { command: 'dovecot', package: 'dovecot-imapd' },
  { command: 'knotd', package: 'knot' },
  { command: 'opendkim', package: 'opendkim' },
  { command: 'opendmarc', package: 'dbconfig-no-thanks' },
  { command: 'opendmarc', package: 'opendmarc' },
  { command: 'openssl', package: 'openssl' },
  { command: 'pebble', package: 'pebble' },
  { command: 'policyd-spf', package: 'postfix-policyd-spf-python' },
  { command: 'postfix', package: 'postfix' },
  { command: 'unbound', package: 'unbound' },
];
