import type { Internet } from '../internet.ts';
import { Machine } from '../machine.ts';
import { plan } from '../plan.ts';
import { smallPrograms, ubuntuPrograms } from '../programs/programs.ts';
import { inImage, mirror } from './packages.ts';

const version = '24.04.3 LTS';

/** What the provider's netplan file says: IPv4 is on, IPv6 stands there and is commented out, as at Contabo. */
const netplan = `network:
  version: 2
  renderer: networkd
  ethernets:
    eth0:
      addresses:
        - ${plan.ipv4}/24
#        - ${plan.ipv6}/64
      routes:
        - to: 0.0.0.0/0
          via: ${plan.gateway4}
          on-link: true
#        - to: ::/0
#          via: ${plan.gateway6}
#          on-link: true
      nameservers:
        addresses: [${plan.resolver}]
`;

const files: Readonly<Record<string, string>> = {
  '/etc/os-release': `PRETTY_NAME="Ubuntu ${version}"\nNAME="Ubuntu"\nVERSION_ID="24.04"\nVERSION="${version} (Noble Numbat)"\nVERSION_CODENAME=noble\nID=ubuntu\nID_LIKE=debian\n`,
  '/etc/hostname': `${plan.firstName}\n`,
  '/etc/hosts': `127.0.0.1 localhost\n127.0.1.1 ${plan.firstName}\n::1 localhost ip6-localhost ip6-loopback\n`,
  '/etc/resolv.conf': `nameserver ${plan.resolver}\n`,
  '/etc/nsswitch.conf': 'hosts: files dns\n',
  '/etc/passwd': 'root:x:0:0:root:/root:/bin/bash\nwww-data:x:33:33:www-data:/var/www:/usr/sbin/nologin\n',
  '/etc/group': 'root:x:0:\nwww-data:x:33:\n',
  '/etc/localtime': 'TZif2 Europe/Berlin\n',
  '/etc/timezone': 'Europe/Berlin\n',
  '/etc/locale.gen': '# en_US.UTF-8 UTF-8\n# zh_CN.UTF-8 UTF-8\n',
  '/etc/sysctl.conf': '# /etc/sysctl.conf\n',
  '/etc/sysctl.d/90-provider.conf': ['all', 'default', 'lo']
    .map((part) => `net.ipv6.conf.${part}.disable_ipv6 = 1\n`)
    .join(''),
  '/etc/cloud/cloud.cfg.d/90-provider.cfg': 'preserve_hostname: false\n',
  '/run/systemd/netif/links/2': 'NETWORK_FILE=/run/systemd/network/10-netplan-eth0.network\n',
  '/sys/class/net/eth0/ifindex': '2\n',
};

const folders = [
  '/run/systemd/system',
  '/tmp',
  '/var/tmp',
  '/var/lib/apt/lists',
  '/var/backups',
  '/etc/apt/apt.conf.d',
  '/etc/default',
  '/usr/local/bin',
  '/usr/local/sbin',
  '/root',
];

/** A new server as a provider hands it over: Ubuntu, with nothing on it but SSH. */
export async function bootUbuntu(internet: Internet, speed = 1): Promise<Machine> {
  const machine = new Machine({
    hostName: plan.firstName,
    kernel: '6.8.0-71-generic',
    greeting: `Welcome to Ubuntu ${version} (GNU/Linux 6.8.0-71-generic x86_64)\n\n`,
    banner: 'OpenSSH_9.6p1 Ubuntu-3ubuntu13.13',
    programs: [...smallPrograms, ...ubuntuPrograms],
    mirror,
    internet,
    speed,
  });
  await machine.boot();
  for (const folder of folders) await machine.files.mkdir(folder, { recursive: true });
  for (const [path, text] of Object.entries(files)) await machine.files.put(path, text);
  await machine.files.put('/etc/netplan/01-netcfg.yaml', netplan, { mode: 0o600 });
  for (const name of inImage) await machine.packages.install(name, machine);
  await machine.network.boot({ isIpv6Off: true });
  return machine;
}
