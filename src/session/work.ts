import type { Guide, Step } from '../guide/guide.ts';
import type { ProbeSettings } from '../probe/settings.ts';
import type { Connection } from '../remote/connection.ts';
import { RemoteError } from '../remote/error.ts';
import type { Actions } from './actions.ts';
import { basisOf } from './basis.ts';
import type { Clock } from './clock.ts';
import type { Outcome } from './events.ts';
import { hintLines } from './hint.ts';
import type { Ledger } from './ledger.ts';
import type { Line } from './line.ts';
import type { Look } from './look.ts';
import { lookAt, needsTarget, stepOf } from './look.ts';
import { openAttempt } from './open-attempt.ts';
import { expectsReinstall } from './reinstall.ts';
import { missingSecrets, scriptEnvironment } from './values.ts';
import type { Notice } from './view.ts';

/** What doing the work of a session needs. */
export interface WorkOptions {
  readonly guide: Guide;
  readonly ledger: Ledger;
  readonly line: Line;
  readonly actions: Actions;
  readonly secrets: ReadonlyMap<string, string>;
  readonly settings: ProbeSettings;
  readonly clock: Clock;
  readonly closing: AbortSignal;
  readonly tell: (notice: Notice) => void;
}

/** The work on checkpoints: looking, acting, waiting. Several can be looked at or waited for beside each other. */
export interface Work {
  run(id: string): Promise<void>;
  /** `isSweep`: one look, no waiting, and a step that cannot be looked at now is left alone. */
  verify(id: string, options: { readonly isSweep: boolean }): Promise<void>;
  undo(id: string): Promise<void>;
  /** Goes on following what a step has left running (open-attempt.ts) to its end, then looks. */
  goOn(id: string): Promise<void>;
  hint(id: string): Promise<void>;
  /** Ends the latest look or wait. */
  interrupt(): void;
  /** True where something waited for secrets and goes on now. */
  secretsGiven(): boolean;
  /** Resolves when everything that was under way has ended, after `closing`. */
  settled(): Promise<void>;
}

/** The work of one session. */
export function createWork(options: WorkOptions): Work {
  const { guide, ledger, line, actions, secrets, clock, closing, tell } = options;
  const busy = new Map<string, AbortController>();
  const underWay = new Set<Promise<void>>();
  let wanted: { readonly step: Step; readonly go: () => void } | null = null;

  /** One thing at a time for one step; what is interrupted leaves what it had found, and no error. */
  async function working(step: Step, doing: (signal: AbortSignal) => Promise<void>): Promise<void> {
    if (busy.has(step.id)) return tell({ tone: 'calm', sentence: `“${step.title}” is being worked on already.` });
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

  function openFor(step: Step, signal: AbortSignal): Promise<Connection> {
    return line.open({ expectsReinstall: expectsReinstall(step, ledger.view.getState().session), signal });
  }

  async function lineFor(step: Step, signal: AbortSignal): Promise<Connection | RemoteError> {
    if (!needsTarget(step)) return new RemoteError('lost', { sentence: 'This probe needs no line to the target.' });
    try {
      return await openFor(step, signal);
    } catch (error) {
      if (error instanceof RemoteError) return error;
      throw error;
    }
  }

  async function look(step: Step, signal: AbortSignal): Promise<Look> {
    ledger.setActivity(step.id, { kind: 'verifying' });
    const open = await lineFor(step, signal);
    const seen = await lookAt(step, {
      values: ledger.view.getState().values,
      secrets: secretLines(step),
      line: open,
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
    try {
      await new Promise<void>((resolve, reject) => {
        wanted = { step, go: resolve };
        signal.addEventListener('abort', () => reject(signal.reason), { once: true });
      });
    } finally {
      wanted = null;
      ledger.view.setState({ gate: null });
    }
  }

  async function actOn(step: Step, purpose: 'run' | 'undo', signal: AbortSignal): Promise<Outcome | null> {
    return actions.run({ step, purpose, secrets: secretLines(step), signal });
  }

  /** What a step has left running is followed to its end before anything else is started for it. Null: nothing was. */
  async function settle(step: Step, signal: AbortSignal): Promise<Outcome | null> {
    const attempt = openAttempt(step, { guide, session: ledger.view.getState().session, secrets });
    const outcome = attempt === null ? null : await actions.goOn({ step, attempt, signal });
    return outcome?.kind === 'unknown' ? null : outcome;
  }

  function isBlocked(step: Step): boolean {
    const { state } = ledger.checkpoint(step.id);
    if (state.kind !== 'blocked') return false;
    const titles = state.by.map((needed) => `“${stepOf(guide, needed).title}”`).join(', ');
    tell({ tone: 'warning', sentence: `This checkpoint needs ${titles} first.` });
    return true;
  }

  return {
    async run(id) {
      const step = stepOf(guide, id);
      if (isBlocked(step)) return;
      await working(step, async (signal) => {
        await askSecrets(step, signal);
        const left = await settle(step, signal);
        if (left !== null && left.kind !== 'void') {
          if (endedWell(left) && step.verify.length > 0) await lookUntilSettled(step, signal);
          return;
        }
        if (step.verify.length > 0) {
          const before = await lookUntilSettled(step, signal);
          if (holds(before) && step.run !== undefined) {
            return tell({ tone: 'calm', sentence: 'This holds already; nothing was run.' });
          }
          if (holds(before) || before.verdict === 'not-yet') return;
        }
        const outcome = await actOn(step, 'run', signal);
        if (endedWell(outcome) && step.verify.length > 0) await lookUntilSettled(step, signal);
      });
    },
    async verify(id, { isSweep }) {
      const step = stepOf(guide, id);
      if (step.verify.length === 0) {
        if (!isSweep) tell({ tone: 'calm', sentence: 'No probe can see this; read it, then confirm it yourself.' });
        return;
      }
      if (isSweep && (busy.has(id) || missingSecrets(guide, step, secrets).length > 0)) return;
      await working(step, async (signal) => {
        await askSecrets(step, signal);
        await (isSweep ? look(step, signal) : lookUntilSettled(step, signal));
      });
    },
    async undo(id) {
      const step = stepOf(guide, id);
      await working(step, async (signal) => {
        await askSecrets(step, signal);
        await settle(step, signal);
        const outcome = await actOn(step, 'undo', signal);
        if (endedWell(outcome) && step.verify.length > 0) await look(step, signal);
      });
    },
    async goOn(id) {
      const step = stepOf(guide, id);
      await working(step, async (signal) => {
        const outcome = await settle(step, signal);
        if (step.verify.length === 0) return;
        if (endedWell(outcome)) await lookUntilSettled(step, signal);
        else if (outcome === null) await look(step, signal);
      });
    },
    async hint(id) {
      const step = stepOf(guide, id);
      const script = step.hint;
      if (script === undefined) return tell({ tone: 'calm', sentence: 'This checkpoint has no hint.' });
      await working(step, async (signal) => {
        ledger.setActivity(id, { kind: 'hinting' });
        const connection = await openFor(step, signal);
        const environment = scriptEnvironment(ledger.view.getState().values);
        const lines = await hintLines(connection, script.text, { environment, signal });
        ledger.view.setState(({ hints }) => ({ hints: { ...hints, [id]: lines } }));
      });
    },
    interrupt() {
      [...busy.values()].at(-1)?.abort(new Error('Interrupted.'));
    },
    secretsGiven() {
      const waiting = wanted;
      if (waiting === null || missingSecrets(guide, waiting.step, secrets).length > 0) return false;
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

function endedWell(outcome: Outcome | null): boolean {
  return outcome?.kind === 'exited' && outcome.status === 0;
}
