/**
 * Debian's packages that the world is made of, for both suites; the lab installs what is missing of them. `openssl`
 * makes certificates, `dnsutils` asks and updates, and `dbconfig-no-thanks` spares opendmarc a database.
 */
export const worldPackages = [
  'bind9-dnsutils',
  'curl',
  'dbconfig-no-thanks',
  'dovecot-imapd',
  'knot',
  'opendkim',
  'opendkim-tools',
  'opendmarc',
  'openssl',
  'pebble',
  'postfix',
  'postfix-policyd-spf-python',
  'unbound',
] as const;
