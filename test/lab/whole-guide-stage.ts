import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { inject } from 'vitest';
import type { Evidence } from '../../src/probe/evidence.ts';
import { plan } from './addresses.ts';
import { checkpointsIn, type Stage, sessionWords, setStage } from './first-checkpoints.ts';
import type { Ended } from './namespace.ts';
import type { Suite } from './packages.ts';
import type { Called } from './part-of-guide.ts';
import { passwordFile, savedFromGmail, senderAddress, sendThroughServer } from './send-through-server.ts';
import { installAcmeShStandIn } from './world/acme-sh.ts';

/** Every step of the guide for a mail server, in its order. */
export const wholeGuide = [
  'choose-server',
  'wait-for-os',
  'prepare-system',
  'open-ports',
  'ipv6',
  'name-server',
  'reverse-dns',
  'certificate',
  'install-chasquid',
  'server-name',
  'service-status',
  'add-sender',
  'dkim',
  'spf',
  'dmarc',
  'receive-mail',
  'gmail-send-as',
  'send-test',
  'backup-conf',
  'deliverability',
] as const;

/** One of them. */
export type GuideStep = (typeof wholeGuide)[number];

/** The password of the sender that the guide adds. It has all that a script could quote wrongly. */
export const senderPassword = ` 'a "long\\n $secret %s ü pass`;

/** A verb that has ended: how, all that it printed, and the checkpoints in it. */
export interface GuideCalled extends Called {
  readonly status: number | undefined;
}

/** A bare server, the world around it, and the operator who takes it through the whole guide. */
export interface WholeGuideStage extends Stage {
  /** `brevduva run --yes`, from the first checkpoint to the last. `more`: further words of the command line. */
  run(...more: readonly string[]): Promise<GuideCalled>;
  /** `brevduva check`. */
  check(): Promise<GuideCalled>;
  /** Takes steps back, in this order, through the engine. Resolves to where each stands then. */
  undo(steps: readonly GuideStep[]): Promise<readonly Undone[]>;
  /** What a person does at the panels after a run has ended: publishes all records that `brevduva dns` has to tell. */
  publishWhatIsTold(): Promise<void>;
  /** What a person does at Gmail, for the checkpoint Send from Gmail: sends as the sender. Resolves to the file of what arrived. */
  sendFromGmail(): Promise<string>;
  /** The words that begin a session of the finished guide, for a person who types the secrets and saved the first letter. */
  wordsForPerson(): Promise<readonly string[]>;
  /** A file with the certificates of the authorities that the operator trusts here. */
  readonly authorities: string;
}

/** Where a step stands after its undo. */
export interface Undone {
  readonly id: string;
  readonly state: { readonly kind: string };
  /** What the verify saw afterwards. */
  readonly evidence: readonly Evidence[];
}

/** Boots a bare server, which knows the lab's authority as any server knows those of the Internet; nothing is done on it. */
export async function setWholeGuideStage(suite: Suite): Promise<WholeGuideStage> {
  const stage = await setStage(suite);
  try {
    return await withOperator(stage);
  } catch (error) {
    await stage.remove();
    throw error;
  }
}

/** Takes a bare server to the end: runs, and publishes what is told, until all is proven. Resolves to the last run. */
export async function finishGuide(stage: WholeGuideStage): Promise<GuideCalled> {
  // It stops where the server's name is not published yet, and where the key for signing is not.
  for (let stops = 0; stops < 2; stops += 1) {
    await stage.run();
    await stage.publishWhatIsTold();
  }
  await stage.run();
  return stage.run('--set', `gmail_eml=${await stage.sendFromGmail()}`);
}

async function withOperator(stage: Stage): Promise<WholeGuideStage> {
  const { lab, vps, world } = stage;
  const { folder } = lab.network;
  const file = (name: string) => join(folder, name);
  await world.becomeTrusted(vps);
  if (world.github === undefined) await installAcmeShStandIn(vps);
  const authorities = file('authorities.pem');
  const ofGmail = await readFile(join(folder, 'gmail', 'certificate.pem'), 'utf8');
  await writeFile(authorities, `${await world.certificateAuthority.root()}\n${ofGmail}`);
  const secrets = { sender_password: passwordFile(stage), mailbox_password: file('mailbox-password') };
  await writeFile(secrets.sender_password, `${senderPassword}\n`, { mode: 0o600 });
  await writeFile(secrets.mailbox_password, `${world.gmail.mailbox.password}\n`, { mode: 0o600 });
  const inputs = {
    ca: world.certificateAuthority.directory,
    mailbox: world.gmail.mailbox.address,
    forward_to: world.gmail.mailbox.address,
  };
  const set = (values: Readonly<Record<string, string>>) =>
    Object.entries(values).flatMap(([name, value]) => ['--set', `${name}=${value}`]);
  const words = [
    ...[...sessionWords(stage), ...set(inputs), '--authority', authorities],
    ...Object.entries(secrets).flatMap(([name, path]) => ['--secret-file', `${name}=${path}`]),
  ];
  return {
    ...stage,
    authorities,
    wordsForPerson: async () => {
      const saved = { gmail_eml: file(savedFromGmail), test_eml: file('first-letter.eml') };
      await writeFile(saved.test_eml, await world.gmail.arrival('First letter from example.com'));
      return [...lab.operator.vps, ...set({ domain: 'example.com', ...inputs, ...saved })];
    },
    run: async (...more) => called(await lab.operator.brevduva(['run', '--yes', ...words, ...more])),
    check: async () => called(await lab.operator.brevduva(['check', ...words])),
    undo: async (steps) => {
      const target = [plan.vps.ipv4, lab.operator.config, ...steps];
      const env = { SECRET_FILES: JSON.stringify(secrets), AUTHORITIES: JSON.stringify([authorities]) };
      const { out, err } = await lab.operator.node(inject('programs').undo, target, { env });
      const lines = out.split('\n').filter((line) => line !== '');
      if (lines.length !== steps.length) throw new Error(`Not all was undone.\n${out}\n${err}`);
      return lines.map((line): Undone => JSON.parse(line));
    },
    publishWhatIsTold: async () => {
      const { out } = await lab.operator.brevduva(['dns', '--json']);
      const told = out.split('\n').filter((line) => line !== '');
      for (const record of told.map((line): ToldRecord => JSON.parse(line))) await publish(stage, record);
    },
    sendFromGmail: () => sendFromGmail(stage),
  };
}

/** A record as `brevduva dns --json` tells it. */
interface ToldRecord {
  readonly name: string;
  readonly type: string;
  readonly priority?: number;
  readonly value: string;
  readonly strings?: readonly string[];
}

/** Types one record in at the panel where it belongs, unless it stands there already. */
async function publish({ world }: Stage, { name, type, priority, value, strings }: ToldRecord): Promise<void> {
  const host = type === 'MX' || type === 'PTR' ? `${value}.` : value;
  const preference = priority === undefined ? '' : `${priority} `;
  const text = strings?.map((part) => `"${part}"`).join(' ') ?? `${preference}${host}`;
  if ((await world.publishedNow(name, type)).length === 0) await world.publish({ name, type, value: text });
}

/**
 * Sends a message as Gmail does when its user writes as the sender; what arrives is saved as a file. The lab's Gmail has no
 * reverse name: the server's own /etc/hosts gives it one such as Google's machines have.
 */
async function sendFromGmail(stage: Stage): Promise<string> {
  const { lab, vps, world } = stage;
  await vps.exec('sh', ['-euc', `echo '${plan.gmail.ipv6} mail-lab.google.com' >>/etc/hosts`]);
  await sendThroughServer(stage, [
    `From: ${senderAddress}`,
    `To: ${world.gmail.mailbox.address}`,
    'Subject: Sent from Gmail',
    `Date: ${new Date().toUTCString()}`,
    'Message-ID: <by-gmail@mail.gmail.com>',
  ]);
  const saved = join(lab.network.folder, savedFromGmail);
  await writeFile(saved, await world.gmail.arrival('Sent from Gmail'));
  return saved;
}

function called({ status, out, err }: Ended): GuideCalled {
  return { status, printed: `${out}\n${err}`, told: checkpointsIn(out) };
}
