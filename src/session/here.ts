import type { AttemptEnd, AttemptRunner } from '../remote/attempt.ts';
import { environmentLines, runGuideScript, statusUnparsable } from '../shell/script.ts';

type Spawned = Awaited<ReturnType<typeof spawnShell>>;

interface HereRun {
  readonly process: Spawned['process'];
  cancelled: boolean;
  ended: Extract<AttemptEnd, { kind: 'exited' | 'void' | 'unknown' }> | null;
}

/**
 * Attempts on the operator's own machine, for the actions that a guide marks `on=here`. They live as long as this
 * process: detached from the terminal's signals, in a process group of their own so that cancelling ends all of it.
 */
export function attemptsHere(): AttemptRunner {
  const runs = new Map<string, HereRun>();
  return {
    endsWithLine: null,
    async start({ id, script, environment, secrets }) {
      const text = `${environmentLines(environment)}${runGuideScript(script, secrets)}exit "$status"\n`;
      runs.set(id, { ...(await spawnShell(text)), cancelled: false, ended: null });
    },
    async follow(id, _fromByte, onBytes, signal) {
      const run = known(runs, id);
      for await (const chunk of run.process.all ?? []) {
        signal.throwIfAborted();
        await onBytes(typeof chunk === 'string' ? Buffer.from(chunk) : chunk);
      }
      const { exitCode } = await run.process;
      run.ended =
        exitCode === undefined
          ? { kind: 'unknown', why: 'It was ended by a signal, without an exit status.' }
          : exitCode === statusUnparsable
            ? { kind: 'void', why: 'The script cannot be read by this machine’s sh.' }
            : { kind: 'exited', status: exitCode, cancelled: run.cancelled, outputs: {} };
      return run.ended;
    },
    async status(id) {
      const run = runs.get(id);
      if (run === undefined) return { kind: 'none' };
      return run.ended ?? { kind: 'running' };
    },
    async interrupt(id) {
      signalGroup(known(runs, id), 'SIGINT');
    },
    async cancel(id, graceMs) {
      const run = known(runs, id);
      run.cancelled = true;
      signalGroup(run, 'SIGTERM');
      const kill = setTimeout(() => signalGroup(run, 'SIGKILL'), graceMs);
      await run.process;
      clearTimeout(kill);
      return { gone: !signalGroup(run, 0) };
    },
  };
}

async function spawnShell(text: string) {
  // Few guides act here, and the library costs a start-up some 100 ms.
  const { execa } = await import('execa');
  return { process: execa('sh', [], { input: text, all: true, buffer: false, reject: false, detached: true }) };
}

function known(runs: ReadonlyMap<string, HereRun>, id: string): HereRun {
  const run = runs.get(id);
  if (run === undefined) throw new Error(`No attempt ${id} was started here.`);
  return run;
}

/** True where the group still has a process. */
function signalGroup(run: HereRun, signal: NodeJS.Signals | 0): boolean {
  if (run.process.pid === undefined) return false;
  try {
    return process.kill(-run.process.pid, signal);
  } catch {
    return false;
  }
}
