/** The systems that the lab boots. */
export const suites = ['bookworm', 'trixie'] as const;
export type Suite = (typeof suites)[number];

/**
 * What a provider's image has beside Debian's minimum (debootstrap's variant minbase). What the guide installs itself is
 * left out on purpose: curl, git, acl, unattended-upgrades.
 */
export const imagePackages: readonly string[] = [
  'ca-certificates',
  'cron',
  'dbus',
  'init',
  'iproute2',
  'libpam-systemd',
  'locales',
  'netbase',
  'netplan.io',
  'openssh-server',
  'procps',
  'sudo',
  'systemd-sysv',
];

/** What the guide's steps install, offered to apt in a folder: nothing else can be installed in the lab. */
export const mirrorPackages: readonly string[] = [
  'acl',
  'age',
  'ca-certificates',
  'chasquid',
  'curl',
  'git',
  'locales',
  'openssl',
  'python3-dkim',
  'socat',
  'swaks',
  'systemd-timesyncd',
  'tzdata',
  'ufw',
  'unattended-upgrades',
];
