import type { Machine } from '../machine.ts';
import type { Package } from '../state/packages.ts';
import type { UnitFile } from '../state/services.ts';

/** Starts and enables a package's units, as Debian's packages do. */
function withUnits(...units: readonly UnitFile[]): (machine: Machine) => Promise<void> {
  return async ({ services }) => {
    for (const unit of units) {
      services.add(unit);
      services.setEnabled(unit.name, true);
      await services.start(unit.name);
    }
  };
}

const aptTimers: readonly UnitFile[] = [
  { name: 'apt-daily.timer', description: 'Daily apt download activities' },
  { name: 'apt-daily-upgrade.timer', description: 'Daily apt upgrade and clean activities' },
];

/** The packages of the practice mirror. Versions are those of Ubuntu 24.04. */
export const mirror: readonly Package[] = [
  { name: 'apt', version: '2.8.3', size: 1376, unpack: withUnits(...aptTimers) },
  {
    name: 'ca-certificates',
    version: '20240203',
    size: 159,
    unpack: ({ files }) => files.put('/etc/ssl/certs/ca-certificates.crt', '-----BEGIN CERTIFICATE-----\n'),
  },
  {
    name: 'cron',
    version: '3.0pl1-184ubuntu2',
    size: 88,
    unpack: withUnits({ name: 'cron.service', description: 'Regular background program processing daemon' }),
  },
  { name: 'netplan.io', version: '1.1.2-2~ubuntu24.04.2', size: 69 },
  {
    name: 'openssh-server',
    version: '1:9.6p1-3ubuntu13.13',
    size: 509,
    unpack: withUnits({ name: 'ssh.service', description: 'OpenBSD Secure Shell server', listens: [22] }),
  },
  {
    name: 'rsyslog',
    version: '8.2312.0-3ubuntu9.1',
    size: 511,
    unpack: withUnits({ name: 'rsyslog.service', description: 'System Logging Service' }),
  },
  { name: 'acl', version: '2.3.2-1build1.1', size: 39 },
  { name: 'curl', version: '8.5.0-2ubuntu10.6', size: 227 },
  { name: 'git', version: '1:2.43.0-1ubuntu7.3', size: 3680 },
  { name: 'locales', version: '2.39-0ubuntu8.6', size: 4246 },
  { name: 'openssl', version: '3.0.13-0ubuntu3.6', size: 1003 },
  {
    name: 'systemd-timesyncd',
    version: '255.4-1ubuntu8.11',
    size: 35,
    unpack: withUnits({ name: 'systemd-timesyncd.service', description: 'Network Time Synchronization' }),
  },
  {
    name: 'tzdata',
    version: '2025b-0ubuntu0.24.04.1',
    size: 277,
    unpack: async ({ files }) => {
      // What a TZif file (RFC 8536) begins with, and the name: enough to tell one zone from another.
      for (const zone of ['UTC', 'Europe/Berlin', 'Asia/Shanghai'])
        await files.put(`/usr/share/zoneinfo/${zone}`, `TZif2 ${zone}\n`);
    },
  },
  {
    name: 'unattended-upgrades',
    version: '2.9.1+nmu4ubuntu1',
    size: 50,
    unpack: ({ files }) =>
      files.put(
        '/etc/apt/apt.conf.d/20auto-upgrades',
        'APT::Periodic::Update-Package-Lists "1";\nAPT::Periodic::Unattended-Upgrade "1";\n',
      ),
  },
];

/** What the provider's image brings. */
export const inImage: readonly string[] = [
  'apt',
  'ca-certificates',
  'cron',
  'netplan.io',
  'openssh-server',
  'openssl',
  'rsyslog',
  'tzdata',
];
