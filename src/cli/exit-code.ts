import { UsageError } from '../error.ts';
import { GuideError } from '../guide/error.ts';
import { RemoteError } from '../remote/error.ts';
import { isSettled } from '../session/checkpoints.ts';
import { JournalError } from '../session/error.ts';
import type { Checkpoint } from '../session/state.ts';

/** What the program's exit status says (the same for every verb; `--help` prints it). */
export const exitCode = { proven: 0, false: 1, usage: 2, unknown: 3, interrupted: 130 } as const;

/** The exit status for an error that ended the program. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof RemoteError) return exitCode.unknown;
  if (error instanceof UsageError || error instanceof GuideError || error instanceof JournalError)
    return exitCode.usage;
  return exitCode.unknown;
}

/**
 * The exit status for where checkpoints stand. What is known to be false outweighs what could not be seen. An optional
 * checkpoint that nobody has begun counts for nothing.
 */
export function exitCodeFor(checkpoints: readonly Checkpoint[]): number {
  const counted = checkpoints.filter(
    ({ optional, state }) => !(optional && (state.kind === 'todo' || state.kind === 'blocked')),
  );
  if (counted.every(({ state }) => isSettled(state))) return exitCode.proven;
  const open = counted.filter(({ state }) => !isSettled(state));
  return open.every(({ state }) => state.kind === 'unknown') ? exitCode.unknown : exitCode.false;
}
