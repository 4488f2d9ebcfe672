import type { Guide, Step } from '../guide/guide.ts';
import { basisOf, staleReason } from './basis.ts';
import { stepRecord, wasUndone } from './reducer.ts';
import type { AttemptRecord, Checkpoint, CheckpointState, SessionState, StepRecord } from './state.ts';

/** What decides the states, beside the journal. */
export interface Circumstances {
  /** Inputs and outputs in force, without secrets. */
  readonly values: Readonly<Record<string, string>>;
  /** Attempts that this process follows. An attempt without an end that nobody follows is unknown, not running. */
  readonly followed: ReadonlySet<string>;
  /** Steps whose probe is being repeated, with the time at which that ends (ISO 8601). */
  readonly waiting: Readonly<Record<string, string>>;
}

/** Where each checkpoint stands, in the guide's order. Pure; the only place that decides it. */
export function checkpointsOf(
  guide: Guide,
  session: SessionState,
  circumstances: Circumstances,
): readonly Checkpoint[] {
  const done: Checkpoint[] = [];
  for (const [index, step] of guide.steps.entries()) {
    const record = stepRecord(session, step.id);
    const own = ownState(guide, step, session, circumstances);
    const missing = unmetNeeds(step, done);
    done.push({
      number: index + 1,
      id: step.id,
      title: step.title,
      optional: step.optional,
      state: own.kind === 'todo' && missing.length > 0 ? { kind: 'blocked', by: missing } : own,
      evidence: record.probe?.evidence ?? [],
      lastAttempt: record.attempts.at(-1),
    });
  }
  return done;
}

/** True for the states after which the guide goes on: proven, confirmed, skipped, or (in a document) ran. */
export function isSettled(state: CheckpointState): boolean {
  return state.kind === 'proven' || state.kind === 'confirmed' || state.kind === 'skipped' || state.kind === 'ran';
}

/** True where nobody has seen an attempt's end, so that it may run still. */
export function isOpen({ outcome }: AttemptRecord): boolean {
  return outcome === undefined || outcome.kind === 'unknown';
}

function unmetNeeds(step: Step, before: readonly Checkpoint[]): readonly string[] {
  return step.needs.filter((id) => {
    const needed = before.find((checkpoint) => checkpoint.id === id);
    return needed !== undefined && !isSettled(needed.state);
  });
}

function ownState(
  guide: Guide,
  step: Step,
  session: SessionState,
  { values, followed, waiting }: Circumstances,
): CheckpointState {
  const record = stepRecord(session, step.id);
  const attempt = record.attempts.at(-1);

  if (attempt !== undefined && followed.has(attempt.id) && isOpen(attempt)) {
    return { kind: 'running', attempt: attempt.id, purpose: attempt.purpose, since: attempt.intendedAt };
  }
  if (record.skipped !== undefined) return { kind: 'skipped', reason: record.skipped.reason };
  if (record.confirmed !== undefined) {
    const why = staleReason(record.confirmed.basis, basisOf(step, values, session));
    return why === null
      ? { kind: 'confirmed', at: record.confirmed.at }
      : { kind: 'stale', why, at: record.confirmed.at };
  }
  const until = waiting[step.id];
  if (until !== undefined) return { kind: 'waiting', since: record.probe?.at ?? until, until };

  if (attempt !== undefined && attempt.order > (record.probe?.order ?? -1)) {
    const afterwards = afterAttempt(guide, attempt);
    if (afterwards !== null) return afterwards;
  }
  return afterProbe(step, record, staleness(step, record, session, values));
}

function unendedReason(attempt: AttemptRecord): string {
  return attempt.started
    ? 'The action was started, and its end was never seen.'
    : 'The action may have been started: its start was intended, and nothing more is known.';
}

/** What an ended attempt says by itself; null where only a probe can tell. */
function afterAttempt(guide: Guide, attempt: AttemptRecord): CheckpointState | null {
  const at = attempt.endedAt ?? attempt.intendedAt;
  const outcome = attempt.outcome;
  if (outcome === undefined) return { kind: 'unknown', why: unendedReason(attempt), at };
  const what = attempt.purpose === 'undo' ? 'The undo' : 'The action';
  switch (outcome.kind) {
    case 'unknown':
      return { kind: 'unknown', why: `${what} was started, and how it ended is not known: ${outcome.why}`, at };
    case 'void':
      return { kind: 'failed', why: `${what} did not run: ${outcome.why}`, at };
    case 'exited':
      if (outcome.cancelled) return { kind: 'failed', why: `${what} was cancelled.`, at };
      if (outcome.status !== 0) return { kind: 'failed', why: `${what} ended with status ${outcome.status}.`, at };
      if (attempt.purpose === 'undo') return { kind: 'todo' };
      return guide.kind === 'document' ? { kind: 'ran', at } : null;
  }
}

function staleness(
  step: Step,
  record: StepRecord,
  session: SessionState,
  values: Readonly<Record<string, string>>,
): string | null {
  return record.probe === undefined ? null : staleReason(record.probe.basis, basisOf(step, values, session));
}

function afterProbe(step: Step, record: StepRecord, stale: string | null): CheckpointState {
  const probe = record.probe;
  if (probe === undefined) {
    const attempt = record.attempts.at(-1);
    if (attempt?.outcome?.kind === 'exited' && attempt.purpose === 'run' && step.confirm === undefined) {
      return { kind: 'unknown', why: 'The action ended well, but nobody has looked yet.', at: attempt.endedAt ?? '' };
    }
    return { kind: 'todo' };
  }
  const seen = probe.evidence.find((evidence) => evidence.verdict === probe.verdict)?.observed ?? '';
  switch (probe.verdict) {
    case 'true':
    case 'warning':
      return stale === null
        ? { kind: 'proven', warning: probe.verdict === 'warning', at: probe.at }
        : { kind: 'stale', why: stale, at: probe.at };
    case 'not-yet':
      return { kind: 'waiting', since: probe.at };
    case 'unknown':
      return { kind: 'unknown', why: seen === '' ? 'The probe could not look.' : seen, at: probe.at };
    case 'false':
      if (record.proof !== undefined) return { kind: 'failed', why: `No longer holds: ${seen}`, at: probe.at };
      // Nothing was tried yet, so "it does not hold" is only where everybody starts.
      if (!wasTried(record)) return { kind: 'todo' };
      return { kind: 'failed', why: seen, at: probe.at };
  }
}

/** Was the action run since the step was last taken back? */
function wasTried(record: StepRecord): boolean {
  const undone = record.attempts.findLastIndex(wasUndone);
  return record.attempts.slice(undone + 1).some((attempt) => attempt.purpose === 'run');
}
