import type { Script, Step } from '../guide/guide.ts';
import { variableOf } from '../guide/names.ts';
import type { Evidence } from '../probe/evidence.ts';
import { sha256 } from '../session/basis.ts';
import { isSettled } from '../session/checkpoints.ts';
import type { SessionEvent } from '../session/events.ts';
import type { Checkpoint } from '../session/state.ts';
import { safeLine, safeText } from '../text/safe.ts';
import type { AttributedEvent } from './journal.ts';
import type { ReportedAttempt, ReportedCheckpoint, ReportedCommand, ReportedEvidence } from './report.ts';
import { stateName, stateReason, stateWord } from './words.ts';

/** Characters of one line that are told at most. */
const longestLine = 1000;

/** What a checkpoint is told from. */
export interface CheckpointSources {
  readonly step: Step;
  readonly checkpoint: Checkpoint;
  /** The whole journal. */
  readonly events: readonly AttributedEvent[];
  /** In force, without secrets. */
  readonly values: Readonly<Record<string, string>>;
  /** Of the attempts' outputs, by attempt. */
  readonly digests: ReadonlyMap<string, string>;
}

/** All that is known of one checkpoint. */
export function reportedCheckpoint(sources: CheckpointSources): ReportedCheckpoint {
  const { step, checkpoint } = sources;
  const { state, optional } = checkpoint;
  const name = stateName(state);
  const why = stateReason(state);
  return {
    number: checkpoint.number,
    id: checkpoint.id,
    title: safeLine(checkpoint.title, longestLine),
    optional,
    state: name,
    words: stateWord(name),
    why: why === null ? null : safeLine(why, longestLine),
    counts: !(optional && (state.kind === 'todo' || state.kind === 'blocked')),
    isSettled: isSettled(state),
    looked: lastLook(sources),
    evidence: checkpoint.evidence.map(reportedEvidence),
    commands: [...commandOf('run', step.run, sources), ...commandOf('undo', step.undo, sources)],
    attempts: attemptsOf(sources),
  };
}

function lastLook({ step, events }: CheckpointSources): ReportedCheckpoint['looked'] {
  const last = events.findLast(({ event }) => event.kind === 'probed' && event.step === step.id);
  if (last?.event.kind !== 'probed') return null;
  const { at, verdict, basis } = last.event;
  return { at, by: safeLine(last.by, longestLine), verdict, hostKeyFingerprint: safeLine(basis.hostKey, longestLine) };
}

function reportedEvidence(seen: Evidence): ReportedEvidence {
  return {
    probe: safeLine(seen.probe, longestLine),
    verdict: seen.verdict,
    expected: safeLine(seen.expected, longestLine),
    observed: safeLine(seen.observed, longestLine),
    raw: safeText(seen.raw),
    vantage: safeLine(seen.vantage, longestLine),
    remedy: seen.remedy === undefined ? null : safeLine(seen.remedy, longestLine),
    at: seen.at,
  };
}

function commandOf(
  purpose: 'run' | 'undo',
  script: Script | undefined,
  { step, values }: CheckpointSources,
): readonly ReportedCommand[] {
  if (script === undefined) return [];
  const variables = step.uses.flatMap((name) => {
    const value = values[name];
    return value === undefined ? [] : [[variableOf(name), safeLine(value, longestLine)] as const];
  });
  return [
    {
      purpose,
      on: script.on,
      script: safeText(script.text),
      variables: Object.fromEntries(variables),
      secrets: [...step.secrets],
    },
  ];
}

function attemptsOf(sources: CheckpointSources): ReportedAttempt[] {
  return sources.events.flatMap(({ event, by }) =>
    event.kind === 'attempt-intended' && event.step === sources.step.id ? [attemptOf(event, by, sources)] : [],
  );
}

function attemptOf(
  intended: Extract<SessionEvent, { kind: 'attempt-intended' }>,
  by: string,
  { step, events, digests }: CheckpointSources,
): ReportedAttempt {
  const own = events.flatMap(({ event }) => ('attempt' in event && event.attempt === intended.attempt ? [event] : []));
  const started = own.find((event) => event.kind === 'attempt-started');
  const ended = own.findLast((event) => event.kind === 'attempt-ended');
  const script = intended.purpose === 'run' ? step.run : step.undo;
  return {
    id: intended.attempt,
    purpose: intended.purpose,
    by: safeLine(by, longestLine),
    at: started?.at ?? intended.at,
    endedAt: ended?.at ?? null,
    seconds: started === undefined || ended === undefined ? null : secondsBetween(started.at, ended.at),
    end: endOf(ended),
    isCurrentScript: script !== undefined && sha256(script.text) === intended.script,
    output: { bytes: ended?.bytes ?? 0, sha256: digests.get(intended.attempt) ?? null },
  };
}

function endOf(ended: Extract<SessionEvent, { kind: 'attempt-ended' }> | undefined): ReportedAttempt['end'] {
  if (ended === undefined) return { kind: 'unknown', why: 'Its end was never seen.' };
  const { outcome } = ended;
  return outcome.kind === 'exited' ? outcome : { ...outcome, why: safeLine(outcome.why, longestLine) };
}

/** Null where the operator's clock went back meanwhile. */
function secondsBetween(from: string, to: string): number | null {
  const ms = Date.parse(to) - Date.parse(from);
  return ms >= 0 ? ms / 1000 : null;
}
