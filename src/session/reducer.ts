import type { NewEvent, SessionEvent } from './events.ts';
import type { AttemptRecord, SessionState, StepRecord } from './state.ts';

const untouched: StepRecord = { attempts: [], outputs: {} };

/** The state of a session of which nothing has happened yet; only a `session-created` event makes sense on it. */
export const emptySession: SessionState = {
  guide: '',
  target: '',
  createdAt: '',
  inputs: {},
  steps: {},
  events: 0,
  lastAt: '',
};

/** Folds one event into the state. Pure and total: any journal that passed its schema can be folded. */
export function reduceSession(state: SessionState, event: SessionEvent): SessionState {
  return { ...applied(state, event), events: state.events + 1, lastAt: event.at };
}

/** What the journal says about a step; a step that it never named is untouched. */
export function stepRecord(state: SessionState, step: string): StepRecord {
  return state.steps[step] ?? untouched;
}

function applied(state: SessionState, event: SessionEvent): SessionState {
  switch (event.kind) {
    case 'session-created':
      return { ...state, guide: event.guide, target: event.target, createdAt: event.at };
    case 'opened':
      return { ...state, ssh: event.ssh };
    case 'guide-pinned':
      return {
        ...state,
        pinned: {
          digest: event.digest,
          file: event.file,
          shipped: event.shipped,
          steps: Object.fromEntries(event.steps.map((step) => [step.id, step.digests])),
        },
      };
    case 'input-set':
      return { ...state, inputs: withValue(state.inputs, event.name, event.value) };
    case 'target-seen':
      return { ...state, identity: { hostKey: event.hostKey, machine: event.machine } };
    case 'attempt-intended': {
      const attempt: AttemptRecord = {
        id: event.attempt,
        step: event.step,
        purpose: event.purpose,
        intendedAt: event.at,
        started: false,
        order: state.events,
        bytes: 0,
      };
      return withStep(state, event.step, (record) => ({
        ...record,
        attempts: [...record.attempts, attempt],
        skipped: undefined,
        confirmed: undefined,
      }));
    }
    case 'attempt-started':
      return withAttempt(state, event.attempt, (attempt) => ({ ...attempt, started: true, order: state.events }));
    case 'attempt-ended':
      return endedAttempt(state, event);
    case 'probed':
      return withStep(state, event.step, (record) => {
        const probe = {
          verdict: event.verdict,
          evidence: event.evidence,
          basis: event.basis,
          at: event.at,
          order: state.events,
        };
        const holds = event.verdict === 'true' || event.verdict === 'warning';
        return {
          ...record,
          probe,
          proof: holds ? probe : record.proof,
          skipped: holds ? undefined : record.skipped,
          outputs: { ...record.outputs, ...event.outputs },
        };
      });
    case 'skipped':
      return withStep(state, event.step, (record) => ({
        ...record,
        skipped: { reason: event.reason, at: event.at },
      }));
    case 'reopened':
      return withStep(state, event.step, (record) => ({ ...record, skipped: undefined, confirmed: undefined }));
    case 'confirmed':
      return withStep(state, event.step, (record) => ({
        ...record,
        confirmed: { at: event.at, basis: event.basis },
        skipped: undefined,
      }));
  }
}

function endedAttempt(state: SessionState, event: Extract<SessionEvent, { kind: 'attempt-ended' }>): SessionState {
  const step = stepOfAttempt(state, event.attempt);
  if (step === undefined) return state;
  const ended = withAttempt(state, event.attempt, (attempt) => ({
    ...attempt,
    outcome: event.outcome,
    endedAt: event.at,
    order: state.events,
    bytes: event.bytes,
  }));
  return withStep(ended, step, (record) => ({
    ...record,
    // What was taken back on purpose is not "no longer holding".
    proof: wasUndone(record.attempts.at(-1)) ? undefined : record.proof,
    outputs: { ...record.outputs, ...event.outputs },
  }));
}

/** True for an undo that did what it should. */
export function wasUndone(attempt: AttemptRecord | undefined): boolean {
  return attempt?.purpose === 'undo' && attempt.outcome?.kind === 'exited' && attempt.outcome.status === 0;
}

function stepOfAttempt(state: SessionState, id: string): string | undefined {
  return Object.keys(state.steps).find((step) => stepRecord(state, step).attempts.some((attempt) => attempt.id === id));
}

function withAttempt(state: SessionState, id: string, change: (attempt: AttemptRecord) => AttemptRecord): SessionState {
  const step = stepOfAttempt(state, id);
  if (step === undefined) return state;
  return withStep(state, step, (record) => ({
    ...record,
    attempts: record.attempts.map((attempt) => (attempt.id === id ? change(attempt) : attempt)),
  }));
}

function withStep(state: SessionState, step: string, change: (record: StepRecord) => StepRecord): SessionState {
  return { ...state, steps: { ...state.steps, [step]: change(stepRecord(state, step)) } };
}

function withValue(
  values: Readonly<Record<string, string>>,
  name: string,
  value: string | null,
): Readonly<Record<string, string>> {
  const { [name]: _, ...others } = values;
  return value === null ? others : { ...others, [name]: value };
}

/** Gives an event its identity: a new UUID and the time. */
export function stampEvent(event: NewEvent, stamp: { readonly id: string; readonly at: string }): SessionEvent {
  return { ...event, ...stamp };
}
