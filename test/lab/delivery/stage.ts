import { generateKeyPairSync } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Evidence } from '../../../src/probe/evidence.ts';
import { plan } from '../addresses.ts';
import {
  checkpointsIn,
  publishName,
  publishReverseNames,
  type Stage,
  serverName,
  setStage,
} from '../first-checkpoints.ts';
import type { Suite } from '../packages.ts';
import { makeServerCertificate } from '../world/server-certificate.ts';
import { trust } from '../world/trust.ts';

/** The sender that there is on the server of the stage. Its password has all that a script could quote wrongly. */
export const sender = { address: 'i@example.com', password: 'a "long\\ $secret\' pass' } as const;

/** Where a checkpoint stands, with what was seen and said. */
export interface Looked {
  readonly state: string;
  readonly evidence: readonly Evidence[];
  /** Every evidence that is not true: what it saw, and what it says is to be done. */
  readonly untrue: readonly string[];
  /** All that the program printed. */
  readonly printed: string;
}

/** A server that sends and is trusted, as the checkpoints before the last ones leave it. */
export interface DeliveryStage extends Stage {
  /** Runs one checkpoint unattended; `settings` are further words of the command line. */
  run(step: string, ...settings: readonly string[]): Promise<Looked>;
  /** Only looks. */
  look(step: string, ...settings: readonly string[]): Promise<Looked>;
  /** Runs a line in the server's shell, past the network, and resolves to what it printed. Any status is an answer. */
  shell(line: string): Promise<string>;
  /** Runs the undo of a step on the server. Resolves to what it printed. */
  undo(step: string): Promise<string>;
}

/** Part of a guide that comes with Brevduva. */
export interface PartOfGuide {
  /** The guide whose inputs count: `smtp`. */
  readonly guide: string;
  /** Its steps that are looked at, as paths below `steps/`, without `.md`. */
  readonly steps: readonly string[];
  /** The words of the command line that give its inputs. */
  readonly settings: readonly string[];
}

const root = join(import.meta.dirname, '../../..');

/** Boots a server, makes it a mail server by plain commands, and publishes all that its mail needs. */
export async function setDeliveryStage(suite: Suite, part: PartOfGuide): Promise<DeliveryStage> {
  const stage = await setStage(suite);
  try {
    return await furnish(stage, part);
  } catch (error) {
    await stage.remove();
    throw error;
  }
}

async function furnish(stage: Stage, part: PartOfGuide): Promise<DeliveryStage> {
  const { lab, vps } = stage;
  const { folder } = lab.network;
  const shell = async (line: string) => {
    const { out, err } = await vps.exec('sh', ['-c', line], { mayFail: true });
    return `${out}${err}`.trim();
  };
  const authorities = await becomeMailServer(stage);
  await publishForMail(stage);
  const password = join(folder, 'sender-password');
  await writeFile(password, `${sender.password}\n`, { mode: 0o600 });
  const words = [
    ...[...lab.operator.vps, '--guide', await writeGuide(folder, part), '--trust', '--accept-new-host-key', '--json'],
    ...[...authorities.flatMap((file) => ['--authority', file]), '--set', 'domain=example.com'],
    ...['--set', `ipv4=${plan.vps.ipv4}`, '--set', `ipv6=${plan.vps.ipv6}`],
    ...['--secret-file', `sender_password=${password}`, ...part.settings],
  ];
  const call = async (verb: readonly string[], step: string, settings: readonly string[]): Promise<Looked> => {
    const { out, err } = await lab.operator.brevduva([...verb, ...words, ...settings]);
    const told = checkpointsIn(out).get(step);
    const evidence = told?.evidence ?? [];
    const untrue = evidence.filter(({ verdict }) => verdict !== 'true');
    return {
      state: told?.state.kind ?? 'untold',
      evidence,
      untrue: untrue.map(({ verdict, observed, remedy }) => `${verdict}: ${observed} | ${remedy ?? ''}`),
      printed: `${out}\n${err}`,
    };
  };
  const stepFile = (step: string) =>
    join(root, 'steps', `${part.steps.find((path) => path.endsWith(step)) ?? step}.md`);
  return {
    ...stage,
    run: (step, ...settings) => call(['run', '--yes', '--step', step], step, settings),
    look: (step, ...settings) => call(['check'], step, settings),
    shell,
    undo: async (step) => {
      const text = /^```sh undo\n(?<script>.*?)^```$/ms.exec(await readFile(stepFile(step), 'utf8'))?.groups?.script;
      const { out, err } = await vps.exec('sh', ['-s'], {
        input: text ?? '',
        env: { HOME: '/root', DOMAIN: 'example.com' },
        mayFail: true,
      });
      return `${out}${err}`.trim();
    },
  };
}

/** Installs chasquid with a certificate, a sender and a DKIM key. Resolves to the files of the authorities to trust. */
async function becomeMailServer({ lab, vps, world }: Stage): Promise<readonly string[]> {
  const certificateFolder = join(lab.network.folder, 'server-certificate');
  await mkdir(certificateFolder, { recursive: true });
  const files = await makeServerCertificate(lab.network.host('operator'), {
    folder: certificateFolder,
    names: [serverName],
  });
  await vps.exec('sh', ['-c', script], {
    env: {
      PASSWORD: sender.password,
      CERTIFICATE: await readFile(files.certificate, 'utf8'),
      KEY: await readFile(files.key, 'utf8'),
      DKIM_KEY: dkim.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    },
  });
  await world.becomeTrusted(vps);
  await trust(vps, { 'mail-server': await readFile(files.certificate, 'utf8') });
  return [files.certificate, join(lab.network.folder, 'gmail', 'certificate.pem')];
}

const dkim = generateKeyPairSync('rsa', { modulusLength: 2048 });

const script = `set -eu
sysctl -qw net.ipv6.conf.all.disable_ipv6=0
ip addr add ${plan.vps.ipv6}/64 dev eth0 nodad
ip -6 route add default via fe80::1 dev eth0
hostname ${serverName}
echo ${serverName} >/etc/hostname
printf '%s\\n' '${plan.vps.ipv4} ${serverName}' '${plan.vps.ipv6} ${serverName}' >>/etc/hosts
apt-get -q update
apt-get -q -y --no-install-recommends install adduser chasquid curl
systemctl stop chasquid
echo 'hostname: "${serverName}"' >>/etc/chasquid/chasquid.conf
install -d -m 0750 -g chasquid /etc/chasquid/certs/${serverName}
printf '%s' "$CERTIFICATE" >/etc/chasquid/certs/${serverName}/fullchain.pem
printf '%s' "$KEY" >/etc/chasquid/certs/${serverName}/privkey.pem
chmod 0644 /etc/chasquid/certs/${serverName}/*.pem
install -d -m 0750 /etc/chasquid/domains/example.com
printf '%s' "$DKIM_KEY" >/etc/chasquid/domains/example.com/dkim:pigeon.pem
chasquid-util user-add ${sender.address} --password="$PASSWORD"
chown -R chasquid:chasquid /etc/chasquid/domains
# not by a pattern alone: that passes over a unit that is stopped, and its count of starts stays
systemctl reset-failed chasquid.service 'chasquid*'
systemctl start chasquid
`;

/** Publishes name, reverse names, SPF, DKIM and DMARC. */
async function publishForMail({ world }: Stage): Promise<void> {
  await publishName(world);
  await publishReverseNames(world);
  const key = dkim.publicKey.export({ type: 'spki', format: 'der' }).toString('base64');
  const half = Math.ceil(key.length / 2);
  const texts: Readonly<Record<string, readonly string[]>> = {
    'example.com': [`v=spf1 a:${serverName} ~all`],
    [serverName]: ['v=spf1 a -all'],
    'pigeon._domainkey.example.com': [`v=DKIM1; k=rsa; p=${key.slice(0, half)}`, key.slice(half)],
    '_dmarc.example.com': ['v=DMARC1; p=none; rua=mailto:dmarc@example.com'],
  };
  for (const [name, strings] of Object.entries(texts)) {
    await world.publish({ name, type: 'TXT', value: strings.map((text) => `"${text}"`).join(' ') });
  }
}

/** Writes the guide with no other steps than these, which then need none before them. */
async function writeGuide(folder: string, { guide, steps }: PartOfGuide): Promise<string> {
  const index = await readFile(join(root, 'runbook', `${guide}.md`), 'utf8');
  const frontMatter = index.slice(0, index.indexOf('\n---\n') + 5);
  for (const step of steps) {
    const text = await readFile(join(root, 'steps', `${step}.md`), 'utf8');
    const copy = join(folder, 'guide', 'steps', `${step}.md`);
    await mkdir(dirname(copy), { recursive: true });
    await writeFile(copy, text.replace(/^needs: .*\n/m, ''));
  }
  const links = steps.map((step, position) => `${position + 1}. [${step}](steps/${step}.md)`);
  const file = join(folder, 'guide', `${guide}.md`);
  await writeFile(file, `${frontMatter}\nSome of its steps.\n\n${links.join('\n')}\n`);
  return file;
}
