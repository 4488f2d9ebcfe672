import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Guide } from '../../src/guide/guide.ts';
import { attemptsOn } from '../../src/remote/attempts/attempts-on.ts';
import { connect } from '../../src/remote/connect.ts';
import type { TargetOptions } from '../../src/remote/connection.ts';
import type { Clock } from '../../src/session/clock.ts';
import { systemClock } from '../../src/session/clock.ts';
import { createEngine } from '../../src/session/engine.ts';
import { attemptsHere } from '../../src/session/here.ts';
import { openSession } from '../../src/session/open.ts';
import type { CheckpointState } from '../../src/session/state.ts';
import type { Engine, SessionView } from '../../src/session/view.ts';
import { aGuide, aStep } from '../guide/a-guide.ts';
import type { Sshd } from '../sshd.ts';

/** A directory for one test; it is removed when the test ends. */
export function aDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'brevduva-session-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

/** A guide of these steps as if it had come with Brevduva. */
export async function aGuideOf(
  steps: Readonly<Record<string, string>>,
  inputs: readonly string[] = [],
): Promise<Guide> {
  const folder = await aGuide(steps, inputs);
  return { ...(await folder.load()), shipped: true };
}

/** A step file of these fences; `settings` are lines of its front matter. */
export function aStepFile(
  settings: readonly string[],
  fences: readonly (readonly [info: string, script: string])[],
): string {
  return aStep(
    fences.flatMap(([info, script]) => [`\`\`\`${info}`, script, '```', '']),
    settings,
  );
}

/** How a test's session differs from the usual. */
export interface SessionMaking {
  readonly guide: Guide;
  readonly server: Pick<Sshd, 'port' | 'clientConfig'>;
  /** Where sessions are saved; the same directory resumes the same session. */
  readonly sessions: string;
  readonly secrets?: ReadonlyMap<string, string>;
  readonly target?: Partial<TargetOptions>;
  readonly clock?: Clock;
  /** PEM certificates that its probes trust beside the usual ones. */
  readonly authorities?: readonly string[];
}

/** A real session on a real server: its engine, and ways to wait for what happens in it. */
export interface TestSession {
  readonly engine: Engine;
  readonly directory: string;
  state(step: string): CheckpointState;
  /** Resolves when the view satisfies the condition; at once if it does. */
  until(condition: (view: SessionView) => boolean): Promise<void>;
  close(): Promise<void>;
}

/** Opens (or resumes) a session as the command line does. It is closed when the test ends, if it was not before. */
export async function openTestSession(making: SessionMaking): Promise<TestSession> {
  const { guide, server, sessions } = making;
  const { journal } = openSession({
    guide,
    target: 'test',
    sessions,
    by: 'tester@here',
    version: '0',
    now: () => new Date(),
    salvage: false,
    ssh: null,
  });
  const engine = createEngine({
    guide,
    journal,
    target: { host: '127.0.0.1', port: server.port, configFile: await server.clientConfig(), ...making.target },
    connect,
    attemptsOn,
    attemptsHere: attemptsHere(),
    settings: {
      resolvers: [],
      systemResolvers: [],
      authorityPort: 53,
      authorities: making.authorities ?? [],
      queryTimeoutMs: 1_000,
    },
    clock: making.clock ?? systemClock,
    secrets: making.secrets ?? new Map(),
  });
  let closed = false;
  const close = async () => {
    if (closed) return;
    closed = true;
    await engine.close();
  };
  onTestFinished(close);
  return {
    engine,
    directory: journal.directory,
    state(step) {
      const found = engine.view.getState().checkpoints.find(({ id }) => id === step);
      if (found === undefined) throw new Error(`The guide has no step ${step}.`);
      return found.state;
    },
    until: (condition) =>
      new Promise((resolve) => {
        if (condition(engine.view.getState())) return resolve();
        const stop = engine.view.subscribe((view) => {
          if (!condition(view)) return;
          stop();
          resolve();
        });
      }),
    close,
  };
}

/** Every byte of every file below a directory, for looking for what must not be there. */
export function everythingIn(directory: string): Buffer {
  const all = readdirSync(directory).map((name) => {
    const path = join(directory, name);
    return statSync(path).isDirectory() ? everythingIn(path) : readFileSync(path);
  });
  return Buffer.concat(all);
}
