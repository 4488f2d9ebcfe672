import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** The middle value; of an even count the upper one. */
export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

/** Milliseconds that `doing` took. */
export async function took(doing: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await doing();
  return performance.now() - began;
}

/**
 * Measures two things in turn, A B A B, and gives the median of the ratios A/B of each pair: the machine's own drift
 * touches both alike. Both run once before, uncounted.
 */
export async function pairedRatio(
  a: () => Promise<number>,
  b: () => Promise<number>,
  rounds: number,
): Promise<{ readonly a: number; readonly b: number; readonly ratio: number }> {
  await a();
  await b();
  const pairs: [number, number][] = [];
  for (let round = 0; round < rounds; round += 1) pairs.push([await a(), await b()]);
  return {
    a: median(pairs.map(([first]) => first)),
    b: median(pairs.map(([, second]) => second)),
    ratio: median(pairs.map(([first, second]) => first / second)),
  };
}

/** Runs a program to its end, its output thrown away; milliseconds. */
export function runTook(command: string, args: readonly string[]): Promise<number> {
  return took(async () => {
    const child = spawn(command, args, { stdio: 'ignore' });
    const [status] = await once(child, 'exit');
    if (status !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${status}.`);
  });
}

/** Prints one result, and whether it keeps its bound. */
export function report(
  what: string,
  value: number,
  bound: { readonly atMost?: number; readonly atLeast?: number },
  detail: string,
): void {
  const isKept =
    value <= (bound.atMost ?? Number.POSITIVE_INFINITY) && value >= (bound.atLeast ?? Number.NEGATIVE_INFINITY);
  const limit = bound.atMost === undefined ? `at least ${bound.atLeast}` : `at most ${bound.atMost}`;
  process.stdout.write(`${isKept ? 'ok  ' : 'MISS'} ${what}: ${value.toFixed(2)} (${limit}) · ${detail}\n`);
  if (!isKept) process.exitCode = 1;
}
