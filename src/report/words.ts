import type { Verdict } from '../probe/evidence.ts';
import type { CheckpointState } from '../session/state.ts';
import type { ReportedAttempt, ReportedCheckpoint, ReportedState } from './report.ts';

const stateWords: Readonly<Record<ReportedState, string>> = {
  todo: 'to do',
  blocked: 'blocked',
  running: 'running',
  waiting: 'waiting',
  proven: 'proven',
  'proven-with-warning': 'proven, with a warning',
  failed: 'failed',
  unknown: 'unknown',
  skipped: 'skipped',
  confirmed: 'confirmed by a person',
  ran: 'ran, not proven',
  stale: 'stale',
};

const verdictWords: Readonly<Record<Verdict, string>> = {
  true: 'true',
  warning: 'true, with a warning',
  false: 'not true',
  'not-yet': 'not yet',
  unknown: 'unknown',
};

/** A state's one name in reports. */
export function stateName(state: CheckpointState): ReportedState {
  return state.kind === 'proven' && state.warning ? 'proven-with-warning' : state.kind;
}

/** A state as people read it. */
export function stateWord(name: ReportedState): string {
  return stateWords[name];
}

/** Why a checkpoint is in its state; null where the word says it all. */
export function stateReason(state: CheckpointState): string | null {
  switch (state.kind) {
    case 'failed':
    case 'unknown':
    case 'stale':
      return state.why;
    case 'skipped':
      return state.reason;
    case 'blocked':
      return `Waits for ${state.by.join(', ')}.`;
    default:
      return null;
  }
}

/** Whether the evidence tells why the checkpoint is in its state, so that it need not be said twice. */
export function isSaidByEvidence({ why, evidence }: ReportedCheckpoint): boolean {
  return evidence.some(({ observed }) => observed === why);
}

/** The first letter as at the beginning of a sentence. */
export function capitalized(words: string): string {
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
}

/** A verdict as people read it. */
export function verdictWord(verdict: Verdict): string {
  return verdictWords[verdict];
}

/** How an attempt ended, as part of a sentence: `ended with status 0`. */
export function endWords(end: ReportedAttempt['end']): string {
  switch (end.kind) {
    case 'exited':
      return end.cancelled ? `was cancelled, and ended with status ${end.status}` : `ended with status ${end.status}`;
    case 'void':
      return `did not run: ${end.why}`;
    case 'unknown':
      return `has no known end: ${end.why}`;
  }
}

/** A time as people read it: `2026-11-24 13:36:07 UTC`. What is no time stays as it is. */
export function timeWords(iso: string): string {
  const at = new Date(iso);
  return Number.isNaN(at.getTime()) ? iso : `${at.toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

/** A length of time as people read it: `0.4 s`, `31 s`, `2 min 5 s`, `1 h`. */
export function secondsWords(seconds: number): string {
  if (seconds < 10) return `${Math.round(seconds * 10) / 10} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  const parts =
    minutes < 60
      ? ([
          [minutes, 'min'],
          [whole % 60, 's'],
        ] as const)
      : ([
          [Math.floor(minutes / 60), 'h'],
          [minutes % 60, 'min'],
        ] as const);
  return parts.flatMap(([count, unit]) => (count === 0 ? [] : [`${count} ${unit}`])).join(' ');
}

/** A count of bytes as people read it: `312 bytes`, `1 byte`. */
export function bytesWords(bytes: number): string {
  return `${bytes.toLocaleString('en')} ${bytes === 1 ? 'byte' : 'bytes'}`;
}
