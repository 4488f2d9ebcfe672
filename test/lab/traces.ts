import type { Vps } from './vps.ts';

/**
 * All that a step of the guide could leave behind on a server, a line a thing: each file of /etc, /root and
 * /usr/local with its rights and what is in it, packages, the name, addresses and kernel settings of the network, and
 * which services run. Two equal texts: nothing was changed between them. What Brevduva itself keeps there of its attempts
 * is none of a step's.
 */
export async function tracesOn(vps: Vps): Promise<string> {
  return (await vps.exec('sh', ['-c', script])).out;
}

/** The lines that are in one text and not in the other, marked with - and +. */
export function changesBetween(before: string, after: string): readonly string[] {
  const old = new Set(before.split('\n'));
  const now = new Set(after.split('\n'));
  return [
    ...[...old].filter((line) => !now.has(line)).map((line) => `- ${line}`),
    ...[...now].filter((line) => !old.has(line)).map((line) => `+ ${line}`),
  ];
}

const script = `set -eu
attempts=/root/.local/state/brevduva
find /etc /root /usr/local -path "$attempts" -prune -o ! -type d -printf 'file %p %M %u:%g %l\\n' | sort
find /etc /root /usr/local -path "$attempts" -prune -o -type f -exec sha256sum {} + | sort -k 2
find /etc /root /usr/local -path "$attempts" -prune -o -type d ! -path "\${attempts%/*}" ! -path /root/.local \\
  -printf 'folder %p %M %u:%g\\n' | sort
dpkg-query -W -f 'package \${Package} \${Version} \${db:Status-Status}\\n'
echo "name $(uname -n)"
ip -o addr show | sed -E 's/ valid_lft .*//; s/^[0-9]+: //'
ip route show
ip -6 route show | sed '/^fe80/d'
for part in all default eth0; do echo "disable_ipv6 $part $(cat /proc/sys/net/ipv6/conf/$part/disable_ipv6)"; done
systemctl list-units --type=service --state=running --plain --no-legend | awk '{ print "service " $1 }' | sort
systemctl list-units --type=timer --plain --no-legend | awk '{ print "timer " $1 }' | sort
`;
