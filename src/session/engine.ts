import { createStore } from 'zustand/vanilla';
import type { Guide, Step } from '../guide/guide.ts';
import { validateInput } from '../guide/validate-input.ts';
import type { ProbeSettings } from '../probe/settings.ts';
import type { AttemptRunner } from '../remote/attempt.ts';
import type { Connection, TargetOptions } from '../remote/connection.ts';
import { RemoteError } from '../remote/error.ts';
import { createActions } from './actions.ts';
import { basisOf } from './basis.ts';
import type { Clock } from './clock.ts';
import { JournalError } from './error.ts';
import { dueGate, pinning } from './gates.ts';
import type { Journal } from './journal.ts';
import { openLedger } from './ledger.ts';
import type { Connect } from './line.ts';
import { createLine } from './line.ts';
import { stepOf } from './look.ts';
import { openAttempt } from './open-attempt.ts';
import { OutputRing } from './output-ring.ts';
import { createQuestions } from './questions.ts';
import { stepRecord } from './reducer.ts';
import { expectsReinstall } from './reinstall.ts';
import type { Engine, Notice, OutputView } from './view.ts';
import { createWork } from './work.ts';

/** What an engine is made of. */
export interface EngineOptions {
  readonly guide: Guide;
  /** Opened, with at least its first event. */
  readonly journal: Journal;
  readonly target: TargetOptions;
  readonly connect: Connect;
  /** The attempts on the target of a connection, and those on the operator's own machine. */
  readonly attemptsOn: (connection: Connection, signal: AbortSignal) => Promise<AttemptRunner>;
  readonly attemptsHere: AttemptRunner;
  readonly settings: ProbeSettings;
  readonly clock: Clock;
  /** Secrets that are known from the start; they stay in memory. */
  readonly secrets: ReadonlyMap<string, string>;
}

/**
 * The engine of one session: takes intents, has them done, and lets the ledger decide where each checkpoint stands. It
 * knows nothing of screens; everything that it has to say is in its view.
 */
export function createEngine(options: EngineOptions): Engine {
  const { guide, journal } = options;
  const ledger = openLedger(guide, journal);
  const { view } = ledger;
  const secrets = new Map(options.secrets);
  const output = {
    view: createStore<OutputView>(() => ({ step: null, attempt: null, lines: 0, dropped: 0, bytes: 0, file: null })),
    ring: new OutputRing(),
  };
  const closing = new AbortController();
  const questions = createQuestions(view);
  const line = createLine({
    target: options.target,
    connect: options.connect,
    answer: questions.ask,
    view,
    clock: options.clock,
    onConnected: (connection, signal) => meetTarget(connection, signal),
  });
  const actions = createActions({ ...options, ledger, line, output, secrets, closing: closing.signal, tell });
  const work = createWork({ ...options, ledger, line, actions, secrets, closing: closing.signal, tell });

  function tell(notice: Notice): void {
    view.setState({ notice });
  }

  /** Remembers who the target is; everything that was proven on another machine becomes stale by it. */
  async function meetTarget(connection: Connection, signal: AbortSignal): Promise<void> {
    const read = await connection.runScript('cat /etc/machine-id 2>/dev/null', { signal, limit: 256 });
    // A line that breaks here says nothing about the machine, least of all that it is another one.
    if (read.end.kind !== 'exited') return;
    const machine = new TextDecoder()
      .decode(read.stdout)
      .trim()
      .replace(/[^0-9a-f]/g, '');
    const { hostKey } = connection;
    const known = view.getState().session.identity;
    if (known?.machine === machine && known.hostKey.fingerprint === hostKey.fingerprint) return;
    ledger.append({ kind: 'target-seen', hostKey: { type: hostKey.type, fingerprint: hostKey.fingerprint }, machine });
  }

  /**
   * What goes wrong becomes something to read; only our own mistakes are thrown on. What was told before is over when
   * something new is wanted.
   */
  async function intent(action: () => Promise<void>): Promise<void> {
    if (closing.signal.aborted || view.getState().broken !== null) return;
    if (view.getState().notice !== null) view.setState({ notice: null });
    try {
      await action();
    } catch (error) {
      if (closing.signal.aborted) return;
      if (error instanceof JournalError) {
        view.setState({ broken: error });
        tell({ tone: 'error', sentence: error.sentence, remedy: error.remedy });
      } else if (error instanceof RemoteError) {
        tell({ tone: 'error', sentence: error.sentence, remedy: error.remedy });
      } else {
        throw error;
      }
    }
  }

  function enter(): void {
    const { session } = view.getState();
    if (session.pinned === undefined && guide.shipped) ledger.append(pinning(guide));
    view.setState({ gate: dueGate(guide, view.getState().session) });
  }

  async function proceed(): Promise<void> {
    enter();
    if (view.getState().gate === null) await sweep();
  }

  /** What was proven once, and what was left in the middle, is looked at again before anybody relies on it. */
  async function sweep(): Promise<void> {
    const { session } = view.getState();
    const open = guide.steps.filter((step) => openAttempt(step, { guide, session, secrets }) !== null);
    const due = guide.steps.filter((step) => {
      const record = stepRecord(session, step.id);
      const last = record.attempts.at(-1);
      return record.proof !== undefined || (last !== undefined && last.outcome?.kind !== 'exited');
    });
    await line.open({ expectsReinstall: guide.steps.some(isReinstallDue), signal: closing.signal });
    await Promise.all([goOnWithAll(open), lookAtAll(due.filter((step) => !open.includes(step)))]);
  }

  /** One after the other: only one action is followed at a time. */
  async function goOnWithAll(steps: readonly Step[]): Promise<void> {
    for (const step of steps) await work.goOn(step.id);
  }

  /** The session has come to where it waits for a reinstallation, which may have been done meanwhile. */
  function isReinstallDue(step: Step): boolean {
    const { kind } = ledger.checkpoint(step.id).state;
    return kind !== 'blocked' && kind !== 'skipped' && expectsReinstall(step, view.getState().session);
  }

  /** All in parallel, but first those that give what others look with. */
  async function lookAtAll(steps: readonly Step[]): Promise<void> {
    for (const wave of [
      steps.filter(({ gives }) => gives.length > 0),
      steps.filter(({ gives }) => gives.length === 0),
    ]) {
      await Promise.all(wave.map((step) => work.verify(step.id, { isSweep: true })));
    }
  }

  return {
    view,
    output: output.view,
    outputLines: (from, count) => output.ring.slice(from, count),
    enter: () => intent(async () => enter()),
    proceed: () => intent(proceed),
    trustGuide: () =>
      intent(async () => {
        ledger.append(pinning(guide));
        await proceed();
      }),
    setInputs: (values) =>
      intent(async () => {
        const refused = refusedInputs(guide, values);
        if (refused !== null) return tell({ tone: 'error', sentence: refused });
        const { session } = view.getState();
        for (const [name, value] of Object.entries(values)) {
          const isSecret = guide.inputs.some((input) => input.name === name && input.type === 'secret');
          if (isSecret) secrets.set(name, value);
          else if (session.inputs[name] !== value)
            ledger.append({ kind: 'input-set', name, value: value === '' ? null : value });
        }
        if (work.secretsGiven()) return;
        if (view.getState().gate?.kind === 'inputs') await proceed();
      }),
    run: (step) => intent(() => work.run(step)),
    verify: (step) => intent(() => work.verify(step, { isSweep: false })),
    verifyAll: () =>
      intent(async () => {
        await lookAtAll(guide.steps.filter((step) => step.verify.length > 0));
      }),
    undo: (step) => intent(() => work.undo(step)),
    hint: (step) => intent(() => work.hint(step)),
    skip: (step, reason) => intent(async () => ledger.append({ kind: 'skipped', step, reason: reason.trim() })),
    reopen: (step) => intent(async () => ledger.append({ kind: 'reopened', step })),
    confirm: (id) =>
      intent(async () => {
        const { session, values } = view.getState();
        ledger.append({ kind: 'confirmed', step: id, basis: basisOf(stepOf(guide, id), values, session) });
      }),
    interrupt: () =>
      intent(async () => {
        if (!(await actions.interrupt())) work.interrupt();
      }),
    cancel: () => intent(() => actions.cancel()),
    answer: questions.answer,
    async openShell(size) {
      let shell = null;
      await intent(async () => {
        shell = await (await line.open({ expectsReinstall: false, signal: closing.signal })).openShell(size);
      });
      return shell;
    },
    async close() {
      closing.abort(new Error('The session is closed.'));
      await work.settled();
      await line.close();
      journal.close();
    },
  };
}

function refusedInputs(guide: Guide, values: Readonly<Record<string, string>>): string | null {
  for (const [name, value] of Object.entries(values)) {
    const spec = guide.inputs.find((input) => input.name === name);
    if (spec === undefined) return `The guide has no input ${name}.`;
    if (value === '' && spec.optional) continue;
    const checked = validateInput(spec, value);
    if (!checked.ok) return `${spec.label}: ${checked.sentence}`;
  }
  return null;
}
