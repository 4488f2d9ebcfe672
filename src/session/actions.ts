import type { Guide, Step } from '../guide/guide.ts';
import type { AttemptRunner } from '../remote/attempt.ts';
import type { Connection } from '../remote/connection.ts';
import type { Acted, FollowOptions } from './act.ts';
import { act, goOnWith } from './act.ts';
import type { Clock } from './clock.ts';
import type { Outcome } from './events.ts';
import type { Guard } from './guard.ts';
import { armGuard, callOff, guardNotice } from './guard.ts';
import type { Ledger } from './ledger.ts';
import type { Line } from './line.ts';
import { stepOf } from './look.ts';
import type { OutputPane } from './receive.ts';
import { expectsReinstall } from './reinstall.ts';
import type { AttemptRecord } from './state.ts';
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
  /** Every secret that is known in this process; none is shown or saved. */
  readonly secrets: ReadonlyMap<string, string>;
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
  /**
   * Goes on following an attempt whose end was never seen. Null where that cannot be done: another action runs, or it
   * was bound to a line that is gone. Throws RemoteError.
   */
  goOn(request: {
    readonly step: Step;
    readonly attempt: AttemptRecord;
    readonly signal: AbortSignal;
  }): Promise<Outcome | null>;
  /** First: asks the command to stop. Second: leaves it running. False where nothing runs. */
  interrupt(): Promise<boolean>;
  /** Ends what runs for good, and tells whether it is gone. */
  cancel(): Promise<void>;
}

interface RunningAction {
  readonly step: string;
  readonly attempt: string;
  runner: AttemptRunner;
  readonly detach: AbortController;
  interrupts: number;
}

/** A runner, and the connection that it is on; null: it is on this machine. */
interface Place {
  readonly runner: AttemptRunner;
  readonly connection: Connection | null;
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

  async function placeFor(step: Step, on: 'target' | 'here', signal: AbortSignal): Promise<Place> {
    if (on === 'here') return { runner: options.attemptsHere, connection: null };
    return placeOn(await openFor(step, signal), signal);
  }

  async function placeOn(connection: Connection, signal: AbortSignal): Promise<Place> {
    const runner = runners.get(connection) ?? (await options.attemptsOn(connection, signal));
    runners.set(connection, runner);
    return { runner, connection };
  }

  /** How an attempt is followed, over as many lines as it takes. */
  function following(step: Step, place: Place, detach: AbortController): FollowOptions {
    const signal = AbortSignal.any([detach.signal, closing]);
    let { connection } = place;
    return {
      step,
      runner: place.runner,
      goBack: async (why, tries) => {
        if (connection === null) throw new Error('What runs on this machine needs no line.');
        const reason = why.replace(/\.$/, '');
        tell({
          tone: 'warning',
          sentence: `The line broke (${reason}). The action runs on there; getting back to it.`,
        });
        const reinstall = expectsReinstall(step, ledger.view.getState().session);
        connection = await line.reopen({ broken: connection, why, tries, expectsReinstall: reinstall, signal });
        const { runner } = await placeOn(connection, signal);
        if (running !== null) running.runner = runner;
        tell({
          tone: 'calm',
          sentence: 'The line is back. The action ran on meanwhile, and none of its output is missing.',
        });
        return runner;
      },
      concealed: [...options.secrets.values()],
      ledger,
      sessionDirectory: options.journal.directory,
      output: options.output,
      detach: signal,
    };
  }

  function begin(action: Omit<RunningAction, 'interrupts'>, purpose: 'run' | 'undo', since: string): void {
    running = { ...action, interrupts: 0 };
    ledger.setActivity(action.step, { kind: 'running', purpose, since, interrupts: 0 });
  }

  function tellOfLog({ logFailure }: Acted): void {
    if (logFailure !== null) tell({ tone: 'warning', sentence: `The output could not be saved whole: ${logFailure}.` });
  }

  async function start({ step, purpose, secrets, signal }: ActionRequest): Promise<Outcome | null> {
    const script = purpose === 'run' ? step.run : step.undo;
    if (script === undefined) return null;
    const place = await placeFor(step, script.on, signal);
    const { runner } = place;
    if (runner.endsWithLine !== null) tell({ tone: 'warning', sentence: runner.endsWithLine });
    const guard = purpose === 'run' ? await guardOf(step, signal) : null;
    const detach = new AbortController();
    const since = clock.now().toISOString();
    const acted = await act({
      ...following(step, place, detach),
      script,
      purpose,
      environment: scriptEnvironment(ledger.view.getState().values),
      secrets,
      onIntended: (attempt) => begin({ step: step.id, attempt, runner, detach }, purpose, since),
    });
    tellOfLog(acted);
    if (guard !== null) tell(guardNotice(await callOff(guard, line.openAnother, { clock, signal: closing })));
    return acted.outcome;
  }

  async function goOn(step: Step, attempt: AttemptRecord, signal: AbortSignal): Promise<Outcome | null> {
    const { purpose } = attempt;
    const script = purpose === 'run' ? step.run : step.undo;
    if (script?.on === 'here') return null;
    const place = await placeFor(step, 'target', signal);
    const { runner } = place;
    if (runner.endsWithLine !== null) return null;
    const detach = new AbortController();
    begin({ step: step.id, attempt: attempt.id, runner, detach }, purpose, attempt.intendedAt);
    const hasSecrets = guide.inputs.some(({ type }) => type === 'secret');
    const acted = await goOnWith(attempt, { ...following(step, place, detach), hasSecrets });
    tellOfLog(acted);
    return acted.outcome;
  }

  /** One action at a time; null where another one runs, which has been told then. */
  async function alone(step: Step, doing: () => Promise<Outcome | null>): Promise<Outcome | null> {
    if (taken !== null) {
      const { title } = stepOf(guide, taken);
      tell({ tone: 'warning', sentence: `“${title}” is still running; only one action runs at a time.` });
      return null;
    }
    taken = step.id;
    try {
      return await doing();
    } finally {
      running = null;
      taken = null;
    }
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
    run: (request) => alone(request.step, () => start(request)),
    goOn: ({ step, attempt, signal }) => alone(step, () => goOn(step, attempt, signal)),
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
