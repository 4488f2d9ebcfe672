import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadGuide } from '../../src/guide/load.ts';
import { plan } from './addresses.ts';
import { type Stage, serverName } from './first-checkpoints.ts';
import type { Ended } from './namespace.ts';
import type { Vps } from './vps.ts';

/** The steps that bring chasquid, in the guide's order. */
export const chasquidSteps = ['install-chasquid', 'server-name', 'service-status'] as const;
type ChasquidStep = (typeof chasquidSteps)[number];

/** What those need before them. Here they are stand-ins, since what they do is put in place by hand. */
const stepsBefore = ['certificate', 'reverse-dns'] as const;

const shipped = join(import.meta.dirname, '..', '..');

/** A guide of these steps alone, as they are, with the mail guide's own inputs. */
export interface ShortGuide {
  /** The path of its index. */
  readonly index: string;
  /** Runs a script of a step on the server as the guide does, but whatever its verify says. */
  runScript(vps: Vps, step: ChasquidStep, role: 'run' | 'undo', choice?: string): Promise<Ended>;
}

/** Writes that guide into a folder that does not exist yet. */
export async function writeShortGuide(folder: string): Promise<ShortGuide> {
  for (const part of ['runbook', 'steps']) await mkdir(join(folder, part), { recursive: true });
  const stepFile = (id: string) => join(folder, 'steps', `${id}.md`);
  const whole = await readFile(join(shipped, 'runbook/smtp.md'), 'utf8');
  const list = [...stepsBefore, ...chasquidSteps].map((id, index) => `${index + 1}. [${id}](../steps/${id}.md)\n`);
  const index = join(folder, 'runbook/smtp.md');
  await writeFile(index, whole.slice(0, whole.indexOf('\n1. ') + 1) + list.join(''));
  for (const id of stepsBefore) {
    const fence = '```';
    await writeFile(stepFile(id), `---\ntitle: ${id}\n---\nDone.\n\n${fence}sh verify\ntrue\n${fence}\n`);
  }
  for (const id of chasquidSteps) {
    await writeFile(stepFile(id), await readFile(join(shipped, 'steps', `${id}.md`), 'utf8'));
  }
  const guide = await loadGuide(index, { shippedDirectory: shipped });
  return {
    index,
    runScript: async (vps, step, role, choice = 'newest') => {
      const script = guide.steps.find(({ id }) => id === step)?.[role];
      if (script === undefined) throw new Error(`The step ${step} has no ${role}.`);
      return vps.exec('sh', ['-c', script.text], {
        env: { FQDN: serverName, DOMAIN: 'example.com', CHASQUID: choice, IPV4: plan.vps.ipv4, IPV6: plan.vps.ipv6 },
      });
    },
  };
}

/**
 * Brings a bare server to where these steps begin: IPv6 is on, acme.sh has a certificate (one that the server made itself),
 * and the program is there that hands it to chasquid, word by word out of the step before.
 */
export async function prepareServer({ vps }: Pick<Stage, 'vps'>): Promise<void> {
  const step = await readFile(join(shipped, 'steps/certificate.md'), 'utf8');
  const hook = /<<'END'\n(#!\/bin\/sh\n# brevduva-install-certificate FQDN.*?\n)END\n/s.exec(step)?.[1];
  if (hook === undefined) throw new Error('The step certificate no longer writes brevduva-install-certificate.');
  await vps.exec('sh', ['-euc', preparation, 'prepare', serverName, plan.vps.ipv6], { input: hook });
}

const preparation = `
for part in all default lo eth0; do echo 0 >"/proc/sys/net/ipv6/conf/$part/disable_ipv6"; done
ip -6 addr add "$2/64" dev eth0 nodad
ip -6 route add default via fe80::1 dev eth0
folder=/root/.acme.sh/$1_ecc
mkdir -p "$folder"
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj "/CN=$1" \\
  -addext "subjectAltName=DNS:$1" -keyout "$folder/$1.key" -out "$folder/fullchain.cer" 2>/dev/null
echo "Le_Domain=$1" >"$folder/$1.conf"
cat >/usr/local/sbin/brevduva-install-certificate
chmod 0755 /usr/local/sbin/brevduva-install-certificate
/usr/local/sbin/brevduva-install-certificate "$1"
`;

/** The words of `brevduva` for the session of that guide, with which chasquid is wanted. */
export function chasquidWords({ lab }: Pick<Stage, 'lab'>, { index }: ShortGuide, choice: string): readonly string[] {
  const inputs = { domain: 'example.com', ipv4: plan.vps.ipv4, ipv6: plan.vps.ipv6, chasquid: choice };
  const settings = Object.entries(inputs).flatMap(([name, value]) => ['--set', `${name}=${value}`]);
  return [...lab.operator.vps, '--guide', index, '--trust', '--accept-new-host-key', '--json', ...settings];
}

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
