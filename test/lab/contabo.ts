import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { gateway4Of, gateway6, plan } from './addresses.ts';

/** The host name that a new server has before anybody names it. */
export const firstHostName = 'vmi1234567';

/**
 * Writes a provider's settings into a root folder, in the way of Contabo: IPv4 is on, IPv6 is off in the kernel's
 * settings, and its address and route stand in netplan's file but are commented out.
 */
export async function configureAsContabo(root: string): Promise<void> {
  const netplan = `network:
  version: 2
  renderer: networkd
  ethernets:
    eth0:
      addresses:
        - ${plan.vps.ipv4}/24
#        - ${plan.vps.ipv6}/64
      routes:
        - to: 0.0.0.0/0
          via: ${gateway4Of(plan.vps)}
          on-link: true
#        - to: ::/0
#          via: ${gateway6}
#          on-link: true
      nameservers:
        addresses: [${plan.resolver.ipv4}]
`;
  const noIpv6 = ['all', 'default', 'lo'].map((part) => `net.ipv6.conf.${part}.disable_ipv6 = 1\n`).join('');
  const files: Readonly<Record<string, { readonly text: string; readonly mode: number }>> = {
    'etc/netplan/01-netcfg.yaml': { text: netplan, mode: 0o600 },
    'etc/sysctl.d/90-provider.conf': { text: noIpv6, mode: 0o644 },
    // The lab has no translations of the descriptions of packages. Sid's index is valid for a week after it was signed,
    // and the lab keeps one (debian-sid.ts); who signed it is looked at all the same.
    'etc/apt/apt.conf.d/90-provider': {
      text: 'Acquire::Languages "none";\nAcquire::Check-Valid-Until "false";\n',
      mode: 0o644,
    },
    'etc/hostname': { text: `${firstHostName}\n`, mode: 0o644 },
    'etc/hosts': { text: `127.0.0.1 localhost\n127.0.1.1 ${firstHostName}\n::1 localhost\n`, mode: 0o644 },
    'etc/resolv.conf': { text: `nameserver ${plan.resolver.ipv4}\n`, mode: 0o644 },
  };
  for (const [path, { text, mode }] of Object.entries(files)) {
    await mkdir(join(root, dirname(path)), { recursive: true });
    await writeFile(join(root, path), text, { mode });
  }
}
