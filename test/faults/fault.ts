import { appendFileSync } from 'node:fs';
import { expect, it } from 'vitest';

/** What a fault cost, over all of its tries. Anything but nothing is a broken promise. */
export interface Toll {
  /** Events, bytes or actions that should be there and are not. */
  readonly lost: number;
  /** The same, there twice; or an action that ran twice. */
  readonly doubled: number;
  /** Called proven, or ended well, where that is not so. */
  readonly wronglyGreen: number;
}

/** Nothing was broken. */
export const noToll: Toll = { lost: 0, doubled: 0, wronglyGreen: 0 };

const isWhole = process.env.BREVDUVA_FAULTS === 'whole';
/** A whole run of one fault may take so long; milliseconds. */
const longestMs = 30 * 60_000;
/** And its quick part, on a machine that has much else to do. */
const quickMs = 180_000;

/**
 * One row of the fault table: breaks something `tries` times, and expects that it costs nothing. A part of the tries runs
 * with all other tests; `npm run faults` makes all of them, and prints the table.
 */
export function fault(
  name: string,
  tries: { readonly quick: number; readonly whole: number },
  breaks: (tries: number) => Promise<Toll>,
): void {
  const wanted = isWhole ? tries.whole : tries.quick;
  it(
    `${name}: ${wanted} tries`,
    async () => {
      const toll = await breaks(wanted);
      const table = process.env.BREVDUVA_FAULTS_TABLE;
      if (table !== undefined) appendFileSync(table, `${JSON.stringify({ fault: name, tries: wanted, ...toll })}\n`);
      expect(toll).toEqual(noToll);
    },
    isWhole ? longestMs : quickMs,
  );
}

/** The toll of several tries together. */
export function summed(tolls: readonly Toll[]): Toll {
  return tolls.reduce(
    (sum, { lost, doubled, wronglyGreen }) => ({
      lost: sum.lost + lost,
      doubled: sum.doubled + doubled,
      wronglyGreen: sum.wronglyGreen + wronglyGreen,
    }),
    noToll,
  );
}

/** The toll of something that should have happened once and did so many times. */
export function tollOfRuns(runs: number): Toll {
  return { lost: runs === 0 ? 1 : 0, doubled: Math.max(0, runs - 1), wronglyGreen: 0 };
}

/** The toll of bytes that should be those: how many are missing, how many are too many, or 1 where they differ. */
export function tollOfBytes(received: Uint8Array, printed: Uint8Array): Toll {
  const missing = printed.length - received.length;
  const differs = missing === 0 && !Buffer.from(received).equals(printed);
  return { lost: Math.max(0, missing) + (differs ? 1 : 0), doubled: Math.max(0, -missing), wronglyGreen: 0 };
}
