import type { ReportedCheckpoint } from './report.ts';
import { timeWords, verdictWord } from './words.ts';

/** What a checkpoint is to a program that counts tests. */
export type TestVerdict = 'passed' | 'failed' | 'error' | 'skipped';

/**
 * A checkpoint as a test: what is settled has passed, what a person skipped or nobody had to begin is skipped, what
 * could not be seen is an error, and all else has failed. So a report is red exactly where the exit status is not 0,
 * and what was never proven cannot pass for good.
 */
export function testVerdict({ state, counts, isSettled }: ReportedCheckpoint): TestVerdict {
  if (state === 'skipped' || !counts) return 'skipped';
  if (isSettled) return 'passed';
  return state === 'unknown' ? 'error' : 'failed';
}

/** A checkpoint's state and why, in one line. */
export function stateLine({ words, why }: ReportedCheckpoint): string {
  return why === null ? words : `${words}: ${why}`;
}

/** How long its attempts took together, in seconds; those without a known end count for nothing. */
export function secondsOf({ attempts }: ReportedCheckpoint): number {
  return attempts.reduce((sum, { seconds }) => sum + (seconds ?? 0), 0);
}

/** What each probe of a checkpoint saw, a line each. */
export function evidenceLines({ evidence }: ReportedCheckpoint): readonly string[] {
  return evidence.flatMap(({ verdict, probe, vantage, expected, observed, remedy, at }) => [
    `${verdictWord(verdict)}: ${probe} from ${vantage} at ${timeWords(at)}`,
    ...(expected === '' ? [] : [`  expected: ${expected}`]),
    `  observed: ${observed}`,
    ...(remedy === null ? [] : [`  remedy: ${remedy}`]),
  ]);
}
