import { createWriteStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import { LabError } from '../error.ts';
import type { Namespace } from '../namespace.ts';

/** Something of the world that runs until it is stopped. */
export interface Server {
  /** Ends its process and resolves when it is gone. */
  stop(): Promise<void>;
}

/** A program to run, and how one sees that it does its work. */
export interface ServerPlan {
  /** What the lab calls it: `the name server`. */
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  /** Added to its environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** A file that takes everything it prints. */
  readonly log: string;
  /** Asks it what it is there for; `false` as long as it does not answer. */
  readonly answers: () => Promise<boolean>;
}

const startTimeoutMs = 30_000;

/**
 * Starts a server in a namespace and resolves when it has answered. Throws LabError with the end of its log when it
 * ends before, or does not answer in time.
 */
export async function startServer(namespace: Namespace, plan: ServerPlan): Promise<Server> {
  const running = namespace.spawn(plan.command, plan.args, plan.env === undefined ? {} : { env: plan.env });
  const log = createWriteStream(plan.log, { flags: 'a' });
  running.stdout.pipe(log, { end: false });
  running.stderr.pipe(log, { end: false });
  let isGone = false;
  const gone = running.then(() => {
    isGone = true;
    log.end();
  });
  const stop = async () => {
    running.kill('SIGTERM');
    await gone;
  };
  const deadline = Date.now() + startTimeoutMs;
  while (!(await plan.answers())) {
    if (isGone || Date.now() > deadline) {
      await stop();
      throw await notAnswering(plan, isGone);
    }
    // Only its answer proves that a server is ready, and nothing tells when to ask again.
    await setTimeout(50);
  }
  return { stop };
}

/** Stops servers, the last started first. */
export async function stopAll(servers: readonly Server[]): Promise<void> {
  for (const server of servers.toReversed()) await server.stop();
}

async function notAnswering(plan: ServerPlan, isGone: boolean): Promise<LabError> {
  const said = (await readFile(plan.log, 'utf8')).trim().slice(-2_000);
  return new LabError({
    sentence: `In the lab ${plan.name} ${isGone ? 'ended at once' : 'does not answer'}. It said: ${said}`,
    remedy: `Look whether Debian’s package of ${plan.command} is installed and whole.`,
  });
}
