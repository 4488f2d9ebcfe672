import type { Guide, Step } from '../guide/guide.ts';
import type { AttemptRunner } from '../remote/attempt.ts';
import type { Connection } from '../remote/connection.ts';
import type { OutputPane } from './act.ts';
import { act } from './act.ts';
import type { Clock } from './clock.ts';
import type { Outcome } from './events.ts';
import type { Guard, GuardEnd } from './guard.ts';
import { armGuard, callOff } from './guard.ts';
import type { Ledger } from './ledger.ts';
import type { Line } from './line.ts';
import { stepOf } from './look.ts';
import { expectsReinstall } from './reinstall.ts';
import { scriptEnvironment } from './values.ts';
import type { Notice } from './view.ts';

/** How long an action has to end by itself after TERM, before KILL; milliseconds. */
const cancelGraceMs = 5_000;

/** What running actions needs. */
export interface ActionsOptions {
  readonly guide: Guide;
  readonly ledger: Ledger;
  readonly line: Line;
  readonly output: OutputPane;
  readonly clock: Clock;
  readonly attemptsOn: (connection: Connection, signal: AbortSignal) => Promise<AttemptRunner>;
  readonly attemptsHere: AttemptRunner;
  readonly journal: { readonly directory: string };
  readonly closing: AbortSignal;
  readonly tell: (notice: Notice) => void;
}

/** What is asked of an action. */
export interface ActionRequest {
  readonly step: Step;
  readonly purpose: 'run' | 'undo';
  readonly secrets: readonly string[];
  readonly signal: AbortSignal;
}

/** The actions of a session: at most one runs at a time, and a person can stop it. */
export interface Actions {
  /** Runs a step's action or undo to its end. Null where it was not started; why has been told. Throws RemoteError. */
  run(request: ActionRequest): Promise<Outcome | null>;
  /** First: asks the command to stop. Second: leaves it running. False where nothing runs. */
  interrupt(): Promise<boolean>;
  /** Ends what runs for good, and tells whether it is gone. */
  cancel(): Promise<void>;
}

interface RunningAction {
  readonly step: string;
  readonly attempt: string;
  readonly runner: AttemptRunner;
  readonly detach: AbortController;
  interrupts: number;
}

function guardNotice(end: GuardEnd): Notice {
  switch (end) {
    case 'kept':
      return { tone: 'calm', sentence: 'A new connection got through, so the change stays.' };
    case 'reverted':
      return {
        tone: 'warning',
        sentence: 'No new connection got through in time, so the server has taken the change back.',
        remedy: 'Look at what the action printed, mend what cut the line, then run it again.',
      };
    case 'no-connection':
      return {
        tone: 'error',
        sentence: 'No new connection gets through. The server takes the change back by itself now.',
        remedy: 'Wait a minute, then verify again. If the server stays away, use its console at the provider.',
      };
  }
}

/** The actions of one session. */
export function createActions(options: ActionsOptions): Actions {
  const { guide, ledger, line, clock, closing, tell } = options;
  const runners = new WeakMap<Connection, AttemptRunner>();
  let running: RunningAction | null = null;
  /** The step whose action is being started or runs. */
  let taken: string | null = null;

  function openFor(step: Step, signal: AbortSignal): Promise<Connection> {
    return line.open({ expectsReinstall: expectsReinstall(step, ledger.view.getState().session), signal });
  }

  async function runnerFor(step: Step, on: 'target' | 'here', signal: AbortSignal): Promise<AttemptRunner> {
    if (on === 'here') return options.attemptsHere;
    const connection = await openFor(step, signal);
    const runner = runners.get(connection) ?? (await options.attemptsOn(connection, signal));
    runners.set(connection, runner);
    return runner;
  }

  async function start({ step, purpose, secrets, signal }: ActionRequest): Promise<Outcome | null> {
    const script = purpose === 'run' ? step.run : step.undo;
    if (script === undefined) return null;
    const runner = await runnerFor(step, script.on, signal);
    const guard = purpose === 'run' ? await guardOf(step, signal) : null;
    const detach = new AbortController();
    const since = clock.now().toISOString();
    const { outcome, logFailure } = await act({
      step,
      script,
      purpose,
      runner,
      environment: scriptEnvironment(ledger.view.getState().values),
      secrets,
      ledger,
      sessionDirectory: options.journal.directory,
      output: options.output,
      detach: AbortSignal.any([detach.signal, closing]),
      onIntended: (attempt) => {
        running = { step: step.id, attempt, runner, detach, interrupts: 0 };
        ledger.setActivity(step.id, { kind: 'running', purpose, since, interrupts: 0 });
      },
    });
    if (logFailure !== null) tell({ tone: 'warning', sentence: `The output could not be saved whole: ${logFailure}.` });
    if (guard !== null) tell(guardNotice(await callOff(guard, line.openAnother, { clock, signal: closing })));
    return outcome;
  }

  /** The guard of a step that can cut the line, standing. Null for others. */
  async function guardOf(step: Step, signal: AbortSignal): Promise<Guard | null> {
    const { reverts, undo, run } = step;
    if (reverts === undefined || undo === undefined || run?.on === 'here') return null;
    const connection = await openFor(step, signal);
    const environment = scriptEnvironment(ledger.view.getState().values);
    return armGuard(connection, { undo: undo.text, environment, seconds: reverts }, { clock, signal });
  }

  return {
    async run(request) {
      if (taken !== null) {
        const { title } = stepOf(guide, taken);
        tell({ tone: 'warning', sentence: `“${title}” is still running; only one action runs at a time.` });
        return null;
      }
      taken = request.step.id;
      try {
        return await start(request);
      } finally {
        running = null;
        taken = null;
      }
    },
    async interrupt() {
      const action = running;
      if (action === null) return false;
      action.interrupts += 1;
      if (action.interrupts > 1) {
        action.detach.abort(new Error('Detached.'));
        return true;
      }
      const now = ledger.view.getState().activity[action.step];
      if (now?.kind === 'running') ledger.setActivity(action.step, { ...now, interrupts: 1 });
      tell({
        tone: 'calm',
        sentence: 'The command was asked to stop. Ctrl-C again leaves it running and stops following it.',
      });
      await action.runner.interrupt(action.attempt, closing);
      return true;
    },
    async cancel() {
      if (running === null) return tell({ tone: 'calm', sentence: 'Nothing is running.' });
      const { gone } = await running.runner.cancel(running.attempt, cancelGraceMs, closing);
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
  };
}
