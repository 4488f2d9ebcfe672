import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { inject } from 'vitest';
import { loadGuide } from '../../src/guide/load.ts';
import type { Evidence } from '../../src/probe/evidence.ts';
import { plan } from './addresses.ts';
import { checkpointsIn, type Stage, serverName, type ToldCheckpoint } from './first-checkpoints.ts';
import type { Ended } from './namespace.ts';

const shipped = join(import.meta.dirname, '..', '..');

/** Some steps of a guide that comes with Brevduva. What they need of the others is put in place by plain commands. */
export interface Part {
  /** The guide whose inputs count; `smtp` without it. */
  readonly guide?: string;
  /** Paths below `steps/`, without `.md`, in the guide's order. */
  readonly steps: readonly string[];
}

/** How a verb ended: all that it printed, and the checkpoints in it. */
export interface Called {
  readonly printed: string;
  readonly told: ReadonlyMap<string, ToldCheckpoint>;
}

/** Where one checkpoint stands, with what was seen and said. */
export interface Looked {
  /** `untold` where nothing was said of it. */
  readonly state: string;
  readonly evidence: readonly Evidence[];
  /** Every evidence that is not true, as `PROBE: VERDICT: OBSERVED | REMEDY`. */
  readonly untrue: readonly string[];
  readonly printed: string;
}

/** What a script of a step is given beside the server's names and addresses. */
export interface ScriptInput {
  readonly environment?: Readonly<Record<string, string>>;
  /** Its secrets, a line each. */
  readonly secrets?: string;
}

/** The operator, who goes through part of a guide on the server of a stage. `settings`: further words of the command line. */
export interface Rehearsal {
  /** The file of the guide that has this part alone. */
  readonly index: string;
  call(verb: readonly string[], ...settings: readonly string[]): Promise<Called>;
  /** Runs one checkpoint unattended. */
  run(step: string, ...settings: readonly string[]): Promise<Looked>;
  /** Only looks. */
  look(step: string, ...settings: readonly string[]): Promise<Looked>;
  /** Takes a step back, in the session that was run before. */
  undo(step: string): Promise<Ended>;
  /** Runs a script of a step on the server as the guide does, whatever its verify says. Throws LabError where it fails. */
  script(step: string, role: 'run' | 'undo', input?: ScriptInput): Promise<string>;
  /** Runs lines in the server's shell, past the network, and resolves to what they printed. Any status is an answer. */
  shell(lines: string): Promise<string>;
}

/** Writes part of a guide for the operator of a stage. `settings`: words that go with every call. */
export async function rehearse(
  { lab, vps }: Pick<Stage, 'lab' | 'vps'>,
  part: Part,
  settings: readonly string[] = [],
): Promise<Rehearsal> {
  const index = await writePart(join(lab.network.folder, 'guide'), part);
  const guide = await loadGuide(index, { shippedDirectory: shipped });
  const words = [
    ...[
      ...lab.operator.vps,
      '--guide',
      index,
      '--trust',
      '--accept-new-host-key',
      '--json',
      '--set',
      'domain=example.com',
    ],
    ...['--set', `ipv4=${plan.vps.ipv4}`, '--set', `ipv6=${plan.vps.ipv6}`, ...settings],
  ];
  const call: Rehearsal['call'] = async (verb, ...more) => {
    const { out, err } = await lab.operator.brevduva([...verb, ...words, ...more]);
    return { printed: `${out}\n${err}`, told: checkpointsIn(out) };
  };
  return {
    index,
    call,
    run: async (step, ...more) => lookedAt(step, await call(['run', '--yes', '--step', step], ...more)),
    look: async (step, ...more) => lookedAt(step, await call(['check'], ...more)),
    undo: async (step) => {
      const target = [plan.vps.ipv4, lab.operator.config, step];
      return lab.operator.node(inject('programs').undo, target, { env: { GUIDE: index } });
    },
    script: async (step, role, { environment = {}, secrets = '' } = {}) => {
      const text = guide.steps.find(({ id }) => id === step)?.[role]?.text;
      if (text === undefined) throw new Error(`The step ${step} has no ${role}.`);
      const given = { DOMAIN: 'example.com', FQDN: serverName, IPV4: plan.vps.ipv4, IPV6: plan.vps.ipv6 };
      const env = { HOME: '/root', ...given, ...environment };
      return (await vps.exec('sh', ['-c', text], { env, input: secrets })).out;
    },
    shell: async (lines) => {
      const { out, err } = await vps.exec('sh', ['-c', lines], { mayFail: true });
      return `${out}${err}`.trim();
    },
  };
}

function lookedAt(step: string, { printed, told }: Called): Looked {
  const evidence = told.get(step)?.evidence ?? [];
  return { state: told.get(step)?.state.kind ?? 'untold', evidence, untrue: untrueIn(evidence), printed };
}

/** Every evidence that is not true, as `PROBE: VERDICT: OBSERVED | REMEDY`. */
export function untrueIn(evidence: readonly Evidence[]): readonly string[] {
  return evidence
    .filter(({ verdict }) => verdict !== 'true')
    .map(({ probe, verdict, observed, remedy }) => `${probe}: ${verdict}: ${observed} | ${remedy ?? ''}`);
}

/** Writes the guide with no other steps than these, which need none but each other. */
async function writePart(folder: string, { guide = 'smtp', steps }: Part): Promise<string> {
  const ids = steps.map((step) => basename(step));
  for (const step of steps) {
    const text = await readFile(join(shipped, 'steps', `${step}.md`), 'utf8');
    const copy = join(folder, 'steps', `${step}.md`);
    await mkdir(dirname(copy), { recursive: true });
    await writeFile(
      copy,
      text.replace(/^needs: \[(.*)\]$/m, (_line, needs: string) => {
        const kept = needs.split(', ').filter((need) => ids.includes(need));
        return `needs: [${kept.join(', ')}]`;
      }),
    );
  }
  const whole = await readFile(join(shipped, 'runbook', `${guide}.md`), 'utf8');
  const list = steps.map((step, position) => `${position + 1}. [${step}](../steps/${step}.md)\n`);
  const index = join(folder, 'runbook', `${guide}.md`);
  await mkdir(dirname(index), { recursive: true });
  await writeFile(index, whole.slice(0, whole.indexOf('\n1. ') + 1) + list.join(''));
  return index;
}
