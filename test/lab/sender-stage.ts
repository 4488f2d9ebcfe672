import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Stage, setStage } from './first-checkpoints.ts';
import { makeMailServer } from './mail-server.ts';
import type { Suite } from './packages.ts';
import type { Called, Rehearsal } from './part-of-guide.ts';
import { rehearse } from './part-of-guide.ts';

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

/** A server with chasquid, and the operator who goes on with a guide of these steps. */
export interface SenderStage extends Stage {
  readonly rehearsal: Rehearsal;
  /** `brevduva run`, one step, unattended. */
  run(step: SenderStep): Promise<Called>;
  /** `brevduva check`. */
  check(): Promise<Called>;
  /** What `brevduva dns` prints with these words. */
  dns(...words: readonly string[]): Promise<string>;
  records(): Promise<readonly ToldRecord[]>;
  /** Publishes the records of a step, as they are told. */
  publish(step: SenderStep): Promise<void>;
  /** Runs a script of a step, with the sender and its password. */
  script(step: SenderStep, role: 'run' | 'undo'): Promise<string>;
  /** Runs lines in the server's shell, past the network. Throws LabError where they fail. */
  shell(lines: string): Promise<string>;
}

/** Boots a server, and brings it to where these steps begin: it has its name, IPv6, a certificate, and its suite's chasquid. */
export async function setSenderStage(suite: Suite): Promise<SenderStage> {
  const stage = await setStage(suite, 'with-chasquid');
  try {
    return await bringToTheSteps(stage);
  } catch (error) {
    await stage.remove();
    throw error;
  }
}

async function bringToTheSteps(stage: Stage): Promise<SenderStage> {
  const { lab, vps, world } = stage;
  const authority = await makeMailServer(stage);
  const password = join(lab.network.folder, 'sender-password');
  await writeFile(password, `${sender.password}\n`, { mode: 0o600 });
  const secret = ['--secret-file', `sender_password=${password}`];
  const rehearsal = await rehearse(stage, { steps: senderSteps }, ['--authority', authority, ...secret]);
  const dns = async (...more: readonly string[]) => (await lab.operator.brevduva(['dns', ...more])).out;
  const records = async () =>
    (await dns('--json'))
      .split('\n')
      .filter((line) => line !== '')
      .map((line): ToldRecord => JSON.parse(line));
  return {
    ...stage,
    rehearsal,
    run: (step) => rehearsal.call(['run', '--yes', '--step', step]),
    check: () => rehearsal.call(['check']),
    dns,
    records,
    publish: async (step) => {
      for (const { name, type, strings } of (await records()).filter((record) => record.step === step)) {
        await world.publish({ name, type, value: inZoneFile(...strings) });
      }
    },
    script: (step, role) =>
      rehearsal.script(step, role, { environment: { SENDER: 'i' }, secrets: `${sender.password}\n` }),
    shell: async (lines) => (await vps.exec('sh', ['-euc', lines])).out,
  };
}

/** Strings of a TXT record as a zone file has them. */
export function inZoneFile(...strings: readonly string[]): string {
  return strings.map((text) => `"${text}"`).join(' ');
}
