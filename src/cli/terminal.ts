import { UsageError } from '../error.ts';

/** Throws UsageError where there is no terminal to draw on or to read keys from. */
export function requireTerminal(instead: string): void {
  if (process.stdin.isTTY && process.stdout.isTTY) return;
  throw new UsageError({
    sentence: 'The full screen needs a terminal, and there is none here.',
    remedy: `For line by line output: ${instead}`,
  });
}
