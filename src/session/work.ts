import type { Guide, Step } from '../guide/guide.ts';
import type { ProbeSettings } from '../probe/settings.ts';
import type { AttemptRunner } from '../remote/attempt.ts';
import type { Connection } from '../remote/connection.ts';
import { RemoteError } from '../remote/error.ts';
import type { OutputPane } from './act.ts';
import { act } from './act.ts';
import { basisOf } from './basis.ts';
import type { Clock } from './clock.ts';
import type { Outcome } from './events.ts';
import { hintLines } from './hint.ts';
import type { Ledger } from './ledger.ts';
import type { Line } from './line.ts';
import type { Look } from './look.ts';
import { lookAt, needsTarget, stepOf } from './look.ts';
import { missingSecrets, scriptEnvironment } from './values.ts';
import type { Notice } from './view.ts';

/** How long an action has to end by itself after TERM, before KILL; milliseconds. */
const cancelGraceMs = 5_000;

/** What doing the work of a session needs. */
export interface WorkOptions {
  readonly guide: Guide;
  readonly ledger: Ledger;
  readonly line: Line;
  readonly secrets: ReadonlyMap<string, string>;
  readonly output: OutputPane;
  readonly settings: ProbeSettings;
  readonly clock: Clock;
  readonly attemptsOn: (connection: Connection) => AttemptRunner;
  readonly attemptsHere: AttemptRunner;
  readonly journal: { readonly directory: string };
  readonly closing: AbortSignal;
  readonly tell: (notice: Notice) => void;
}

/** The work on checkpoints: looking, acting, waiting. At most one action at a time; looks go on beside it. */
export interface Work {
  run(id: string): Promise<void>;
  /** `isSweep`: one look, no waiting, and a step that cannot be looked at now is left alone. */
  verify(id: string, options: { readonly isSweep: boolean }): Promise<void>;
  undo(id: string): Promise<void>;
  hint(id: string): Promise<void>;
  confirm(id: string): Promise<void>;
  interrupt(): Promise<void>;
  cancel(): Promise<void>;
  /** True where something waited for secrets and goes on now. */
  secretsGiven(): boolean;
  /** Resolves when everything that was under way has ended, after `closing`. */
  settled(): Promise<void>;
}

interface RunningAction {
  readonly step: string;
  readonly attempt: string;
  readonly runner: AttemptRunner;
  readonly detach: AbortController;
  interrupts: number;
}

/** The work of one session. */
export function createWork(options: WorkOptions): Work {
  const { guide, ledger, line, secrets, clock, closing, tell } = options;
  const busy = new Map<string, AbortController>();
  const underWay = new Set<Promise<void>>();
  const runners = new WeakMap<Connection, AttemptRunner>();
  let action: RunningAction | null = null;
  let acting: string | null = null;
  let wanted: { readonly step: Step; readonly go: () => void } | null = null;

  /** One thing at a time for one step; what is interrupted leaves what it had found, and no error. */
  async function working(step: Step, doing: (signal: AbortSignal) => Promise<void>): Promise<void> {
    if (busy.has(step.id)) {
      return tell({ tone: 'calm', sentence: `“${step.title}” is being worked on already.` });
    }
    const controller = new AbortController();
    busy.set(step.id, controller);
    const signal = AbortSignal.any([controller.signal, closing]);
    const promise = doing(signal)
      .catch((error: unknown) => {
        if (!signal.aborted) throw error;
      })
      .finally(() => {
        busy.delete(step.id);
        underWay.delete(promise);
        ledger.setActivity(step.id, null);
      });
    underWay.add(promise);
    await promise;
  }

  async function lineFor(step: Step, signal: AbortSignal): Promise<Connection | RemoteError> {
    try {
      return await line.open({ expectsReinstall: step.reinstalls, signal });
    } catch (error) {
      if (error instanceof RemoteError) return error;
      throw error;
    }
  }

  async function look(step: Step, signal: AbortSignal): Promise<Look> {
    ledger.setActivity(step.id, { kind: 'verifying' });
    const seen = await lookAt(step, {
      values: ledger.view.getState().values,
      secrets: secretLines(step),
      line: needsTarget(step)
        ? await lineFor(step, signal)
        : new RemoteError('lost', { sentence: 'No line is needed.' }),
      settings: options.settings,
      now: clock.now,
      signal,
    });
    signal.throwIfAborted();
    const outputs = Object.fromEntries(Object.entries(seen.outputs).filter(([name]) => step.gives.includes(name)));
    const { session, values } = ledger.view.getState();
    ledger.append({
      kind: 'probed',
      step: step.id,
      verdict: seen.verdict,
      evidence: [...seen.evidence],
      outputs,
      basis: basisOf(step, { ...values, ...outputs }, session),
    });
    return seen;
  }

  /** Looks until the answer is no longer "not yet", or the guide's time for that is over. */
  async function lookUntilSettled(step: Step, signal: AbortSignal): Promise<Look> {
    const began = clock.now().getTime();
    for (;;) {
      const seen = await look(step, signal);
      const now = clock.now().getTime();
      const until = began + seen.poll.for * 1_000;
      const next = now + seen.poll.every * 1_000;
      if (seen.verdict !== 'not-yet' || next > until) return seen;
      ledger.setActivity(step.id, {
        kind: 'waiting',
        next: new Date(next).toISOString(),
        until: new Date(until).toISOString(),
      });
      await clock.sleep(next - now, signal);
    }
  }

  function secretLines(step: Step): readonly string[] {
    return step.secrets.map((name) => secrets.get(name) ?? '');
  }

  /** Asks for what the step reads from standard input and nobody has given in this process yet. */
  async function askSecrets(step: Step, signal: AbortSignal): Promise<void> {
    const inputs = missingSecrets(guide, step, secrets);
    if (inputs.length === 0) return;
    ledger.view.setState({ gate: { kind: 'inputs', inputs } });
    await new Promise<void>((resolve, reject) => {
      wanted = { step, go: resolve };
      signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    });
  }

  async function runnerFor(step: Step, on: 'target' | 'here', signal: AbortSignal): Promise<AttemptRunner> {
    if (on === 'here') return options.attemptsHere;
    const connection = await line.open({ expectsReinstall: step.reinstalls, signal });
    const runner = runners.get(connection) ?? options.attemptsOn(connection);
    runners.set(connection, runner);
    return runner;
  }

  /** Runs the step's action or undo to its end. Null where it could not be started now; why has been told. */
  async function actOn(step: Step, purpose: 'run' | 'undo', signal: AbortSignal): Promise<Outcome | null> {
    const script = purpose === 'run' ? step.run : step.undo;
    if (script === undefined) return null;
    if (acting !== null) {
      tell({
        tone: 'warning',
        sentence: `“${stepOf(guide, acting).title}” is still running; only one action runs at a time.`,
      });
      return null;
    }
    acting = step.id;
    const detach = new AbortController();
    try {
      const runner = await runnerFor(step, script.on, signal);
      const since = clock.now().toISOString();
      const acted = await act({
        step,
        script,
        purpose,
        runner,
        environment: scriptEnvironment(ledger.view.getState().values),
        secrets: secretLines(step),
        ledger,
        sessionDirectory: options.journal.directory,
        output: options.output,
        detach: AbortSignal.any([detach.signal, closing]),
        onIntended: (attempt) => {
          action = { step: step.id, attempt, runner, detach, interrupts: 0 };
          ledger.setActivity(step.id, { kind: 'running', purpose, since, interrupts: 0 });
        },
      });
      if (acted.logFailure !== null) {
        tell({ tone: 'warning', sentence: `The output could not be saved whole: ${acted.logFailure}.` });
      }
      return acted.outcome;
    } finally {
      action = null;
      acting = null;
    }
  }

  return {
    run(id) {
      const step = stepOf(guide, id);
      const { state } = ledger.checkpoint(id);
      if (state.kind === 'blocked') {
        const titles = state.by.map((needed) => `“${stepOf(guide, needed).title}”`).join(', ');
        tell({ tone: 'warning', sentence: `This checkpoint needs ${titles} first.` });
        return Promise.resolve();
      }
      return working(step, async (signal) => {
        await askSecrets(step, signal);
        if (step.verify.length > 0) {
          const before = await lookUntilSettled(step, signal);
          if (holds(before)) return tell({ tone: 'calm', sentence: 'This holds already; nothing was run.' });
          if (before.verdict === 'not-yet' || step.run === undefined) return;
        }
        const outcome = await actOn(step, 'run', signal);
        if (outcome?.kind === 'exited' && outcome.status === 0 && step.verify.length > 0) {
          await lookUntilSettled(step, signal);
        }
      });
    },
    verify(id, { isSweep }) {
      const step = stepOf(guide, id);
      if (step.verify.length === 0) {
        if (!isSweep) tell({ tone: 'calm', sentence: 'No probe can see this; read it, then confirm it yourself.' });
        return Promise.resolve();
      }
      if (isSweep && (busy.has(id) || missingSecrets(guide, step, secrets).length > 0)) return Promise.resolve();
      return working(step, async (signal) => {
        await askSecrets(step, signal);
        await (isSweep ? look(step, signal) : lookUntilSettled(step, signal));
      });
    },
    undo(id) {
      const step = stepOf(guide, id);
      return working(step, async (signal) => {
        await askSecrets(step, signal);
        const outcome = await actOn(step, 'undo', signal);
        if (outcome?.kind === 'exited' && outcome.status === 0 && step.verify.length > 0) await look(step, signal);
      });
    },
    hint(id) {
      const step = stepOf(guide, id);
      const script = step.hint;
      if (script === undefined) return Promise.resolve();
      return working(step, async (signal) => {
        ledger.setActivity(id, { kind: 'hinting' });
        const connection = await line.open({ expectsReinstall: step.reinstalls, signal });
        const lines = await hintLines(connection, script.text, {
          environment: scriptEnvironment(ledger.view.getState().values),
          signal,
        });
        ledger.view.setState(({ hints }) => ({ hints: { ...hints, [id]: lines } }));
      });
    },
    async confirm(id) {
      const step = stepOf(guide, id);
      const { session, values } = ledger.view.getState();
      ledger.append({ kind: 'confirmed', step: id, basis: basisOf(step, values, session) });
    },
    async interrupt() {
      const running = action;
      if (running === null) {
        [...busy.values()].at(-1)?.abort(new Error('Interrupted.'));
        return;
      }
      running.interrupts += 1;
      if (running.interrupts > 1) return running.detach.abort(new Error('Detached.'));
      const { activity } = ledger.view.getState();
      const now = activity[running.step];
      if (now?.kind === 'running') ledger.setActivity(running.step, { ...now, interrupts: 1 });
      tell({
        tone: 'calm',
        sentence: 'The command was asked to stop. Ctrl-C again leaves it running and stops following it.',
      });
      await running.runner.interrupt(running.attempt, closing);
    },
    async cancel() {
      if (action === null) return tell({ tone: 'calm', sentence: 'Nothing is running.' });
      const { gone } = await action.runner.cancel(action.attempt, cancelGraceMs, closing);
      tell(
        gone
          ? { tone: 'calm', sentence: 'The action was ended; nothing of it is running any more.' }
          : {
              tone: 'error',
              sentence: 'The action was told to end, but some of its processes are still there.',
              remedy: 'Open a shell with ! and look for them with ps.',
            },
      );
    },
    secretsGiven() {
      const waiting = wanted;
      if (waiting === null || missingSecrets(guide, waiting.step, secrets).length > 0) return false;
      wanted = null;
      ledger.view.setState({ gate: null });
      waiting.go();
      return true;
    },
    async settled() {
      await Promise.allSettled(underWay);
    },
  };
}

function holds(look: Look): boolean {
  return look.verdict === 'true' || look.verdict === 'warning';
}
