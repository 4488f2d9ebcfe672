import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Guide } from '../../../src/guide/guide.ts';
import { loadGuide } from '../../../src/guide/load.ts';
import { anAuthority, shownBy } from '../../probe/certificates.ts';
import { plan } from '../addresses.ts';
import {
  checkpointsIn,
  publishName,
  type Stage,
  serverName,
  setStage,
  type ToldCheckpoint,
} from '../first-checkpoints.ts';
import type { Suite } from '../packages.ts';

/** The steps by which mail of a sender is trusted, in the guide's order. */
export const senderSteps = ['add-sender', 'dkim', 'spf', 'dmarc'] as const;
/** One of them. */
export type SenderStep = (typeof senderSteps)[number];

/** The sender that the guide adds. Its password has all that a script could quote wrongly. */
export const sender = { address: 'i@example.com', password: ` 'a "long\\n $secret %s ü pass` } as const;

/** A record as `brevduva dns --json` tells it. */
export interface ToldRecord {
  readonly step: string;
  readonly name: string;
  readonly type: string;
  readonly value: string;
  /** Of a TXT value: what a zone file has, each at most 255 bytes. */
  readonly strings: readonly string[];
}

/** How a verb ended: all that it printed, and the checkpoints in it. */
export interface Called {
  readonly printed: string;
  readonly told: ReadonlyMap<string, ToldCheckpoint>;
}

/** A server with chasquid, and the operator who goes on with a guide of these steps. */
export interface SenderStage extends Stage {
  /** `brevduva run`, one step, unattended. */
  run(step: SenderStep): Promise<Called>;
  /** `brevduva check`. */
  check(): Promise<Called>;
  /** What `brevduva dns` prints with these words. */
  dns(...words: readonly string[]): Promise<string>;
  records(): Promise<readonly ToldRecord[]>;
  /** Publishes the records of a step, as they are told. */
  publish(step: SenderStep): Promise<void>;
  /** Runs a script of a step on the server as the guide does, whatever its verify says. Throws LabError where it fails. */
  script(step: SenderStep, role: 'run' | 'undo'): Promise<string>;
  /** Runs lines in the server's shell, past the network. Throws LabError where they fail. */
  shell(lines: string): Promise<string>;
}

const shipped = join(import.meta.dirname, '../../..');
/** What the steps need before them. Here they are stand-ins: what they do is put in place by plain commands. */
const stepsBefore = ['name-server', 'service-status'] as const;

/** Boots a server, and brings it to where these steps begin: it has its name, IPv6, a certificate, and its suite's chasquid. */
export async function setSenderStage(suite: Suite): Promise<SenderStage> {
  const stage = await setStage(suite);
  try {
    return await bringToTheSteps(stage);
  } catch (error) {
    await stage.remove();
    throw error;
  }
}

async function bringToTheSteps(stage: Stage): Promise<SenderStage> {
  const { lab, vps, world } = stage;
  const { folder } = lab.network;
  const authority = await anAuthority();
  try {
    const { key, cert } = shownBy(await authority.issue([`DNS:${serverName}`]));
    const env = { FQDN: serverName, IPV6: plan.vps.ipv6, KEY: key, CERTIFICATE: cert };
    await vps.exec('sh', ['-euc', preparation], { env });
  } finally {
    await authority.remove();
  }
  await publishName(world);
  const index = await writeGuide(join(folder, 'guide'));
  const guide = await loadGuide(index, { shippedDirectory: shipped });
  const files = { authority: join(folder, 'authority.pem'), password: join(folder, 'sender-password') };
  await writeFile(files.authority, authority.root);
  await writeFile(files.password, `${sender.password}\n`, { mode: 0o600 });
  const words = [
    ...[...lab.operator.vps, '--guide', index, '--trust', '--accept-new-host-key', '--json'],
    ...['--authority', files.authority, '--secret-file', `sender_password=${files.password}`],
    ...['--set', 'domain=example.com', '--set', `ipv4=${plan.vps.ipv4}`, '--set', `ipv6=${plan.vps.ipv6}`],
  ];
  const call = async (verb: readonly string[]): Promise<Called> => {
    const { out, err } = await lab.operator.brevduva([...verb, ...words]);
    return { printed: `${out}\n${err}`, told: checkpointsIn(out) };
  };
  const dns = async (...more: readonly string[]) => (await lab.operator.brevduva(['dns', ...more])).out;
  const records = async () =>
    (await dns('--json'))
      .split('\n')
      .filter((line) => line !== '')
      .map((line): ToldRecord => JSON.parse(line));
  return {
    ...stage,
    run: (step) => call(['run', '--yes', '--step', step]),
    check: () => call(['check']),
    dns,
    records,
    publish: async (step) => {
      for (const { name, type, strings } of (await records()).filter((record) => record.step === step)) {
        await world.publish({ name, type, value: inZoneFile(...strings) });
      }
    },
    script: async (step, role) => {
      const { out } = await vps.exec('sh', ['-c', textOf(guide, step, role)], {
        env: { DOMAIN: 'example.com', FQDN: serverName, SENDER: 'i', IPV4: plan.vps.ipv4, IPV6: plan.vps.ipv6 },
        input: `${sender.password}\n`,
      });
      return out;
    },
    shell: async (lines) => (await vps.exec('sh', ['-euc', lines])).out,
  };
}

/** Strings of a TXT record as a zone file has them. */
export function inZoneFile(...strings: readonly string[]): string {
  return strings.map((text) => `"${text}"`).join(' ');
}

async function writeGuide(folder: string): Promise<string> {
  for (const part of ['runbook', 'steps']) await mkdir(join(folder, part), { recursive: true });
  const whole = await readFile(join(shipped, 'runbook/smtp.md'), 'utf8');
  const list = [...stepsBefore, ...senderSteps].map((id, at) => `${at + 1}. [${id}](../steps/${id}.md)\n`);
  const index = join(folder, 'runbook/smtp.md');
  await writeFile(index, whole.slice(0, whole.indexOf('\n1. ') + 1) + list.join(''));
  const fence = '```';
  for (const id of stepsBefore) {
    await writeFile(
      join(folder, 'steps', `${id}.md`),
      `---\ntitle: ${id}\n---\nDone.\n\n${fence}sh verify\ntrue\n${fence}\n`,
    );
  }
  for (const id of senderSteps) {
    await writeFile(join(folder, 'steps', `${id}.md`), await readFile(join(shipped, 'steps', `${id}.md`)));
  }
  return index;
}

function textOf(guide: Guide, step: SenderStep, role: 'run' | 'undo'): string {
  const script = guide.steps.find(({ id }) => id === step)?.[role];
  if (script === undefined) throw new Error(`The step ${step} has no ${role}.`);
  return script.text;
}

const preparation = `
for part in all default lo eth0; do echo 0 >"/proc/sys/net/ipv6/conf/$part/disable_ipv6"; done
ip -6 addr add "$IPV6/64" dev eth0 nodad
ip -6 route add default via fe80::1 dev eth0
apt-get -q update
apt-get -q -y --no-install-recommends install chasquid openssl
systemctl stop 'chasquid*'
folder=/etc/chasquid/certs/$FQDN
install -d -m 0750 -o root -g chasquid "$folder"
printf '%s' "$KEY" >"$folder/privkey.pem"
printf '%s' "$CERTIFICATE" >"$folder/fullchain.pem"
chown root:chasquid "$folder"/*.pem
chmod 0640 "$folder"/*.pem
install -d -m 0750 -o chasquid -g chasquid /etc/chasquid/domains/example.com
printf 'hostname: "%s"\\n' "$FQDN" >>/etc/chasquid/chasquid.conf
# by its name: a pattern passes over what is just inactive
systemctl reset-failed chasquid.service
systemctl start chasquid.service
`;
