import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { serverName, turnIpv6On } from './first-checkpoints.ts';
import type { Vps } from './vps.ts';

/** The steps that bring chasquid, in the guide's order. */
export const chasquidSteps = ['install-chasquid', 'server-name', 'service-status'] as const;

const shipped = join(import.meta.dirname, '..', '..');

/**
 * Brings a bare server to where these steps begin: IPv6 is on, acme.sh has a certificate (one that the server made itself),
 * and the program is there that hands it to chasquid, word by word out of the step before.
 */
export async function prepareServer(vps: Vps): Promise<void> {
  await turnIpv6On(vps);
  const step = await readFile(join(shipped, 'steps/certificate.md'), 'utf8');
  const hook = /<<'END'\n(#!\/bin\/sh\n# brevduva-install-certificate FQDN.*?\n)END\n/s.exec(step)?.[1];
  if (hook === undefined) throw new Error('The step certificate no longer writes brevduva-install-certificate.');
  await vps.exec('sh', ['-euc', preparation, 'prepare', serverName], { input: hook });
}

const preparation = `
folder=/root/.acme.sh/$1_ecc
mkdir -p "$folder"
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj "/CN=$1" \\
  -addext "subjectAltName=DNS:$1" -keyout "$folder/$1.key" -out "$folder/fullchain.cer" 2>/dev/null
echo "Le_Domain=$1" >"$folder/$1.conf"
cat >/usr/local/sbin/brevduva-install-certificate
chmod 0755 /usr/local/sbin/brevduva-install-certificate
/usr/local/sbin/brevduva-install-certificate "$1"
`;

/** When each file of chasquid was changed last, and which run of the service it is. */
export async function timesOn(vps: Vps): Promise<string> {
  const script = `find /etc/chasquid -printf '%p %C@\\n' | sort; systemctl show -p InvocationID chasquid.service`;
  return (await vps.exec('sh', ['-euc', script])).out;
}

/** Something that is broken on the server by one line of shell, and mended by another. */
export interface ShellFault {
  readonly what: string;
  readonly breaks: string;
  readonly mends: string;
}

/** Breaks it, has `looking` look, and mends it; chasquid is started anew after each. */
export async function whileBroken<T>(vps: Vps, { breaks, mends }: ShellFault, looking: () => Promise<T>): Promise<T> {
  const afresh = `systemctl stop 'chasquid*'
systemctl daemon-reload
systemctl reset-failed chasquid.service 'chasquid*'
systemctl start chasquid.service
`;
  await vps.exec('sh', ['-euc', `${breaks}\n${afresh}`]);
  try {
    return await looking();
  } finally {
    await vps.exec('sh', ['-euc', `${mends}\n${afresh}`]);
  }
}

/** Resolves when systemd has given chasquid up, or it has told that it listens. */
export async function untilSettled(vps: Vps): Promise<void> {
  await vps.exec('sh', ['-euc', settled]);
}

const settled = `until systemctl --quiet is-failed chasquid.service || {
  run=$(systemctl show -p InvocationID --value chasquid.service)
  journalctl --quiet --output=cat "_SYSTEMD_INVOCATION_ID=$run" | grep -q '^daemon listening on'
}; do
  sleep 0.1
done`;
