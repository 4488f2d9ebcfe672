import type { Clock } from '../../src/ui/clock.ts';
import type { Line } from '../../src/ui/line.ts';
import { lineText } from '../../src/ui/line.ts';
import type { Look } from '../../src/ui/look.tsx';
import { lookOf } from '../../src/ui/look.tsx';

/** A clock that stands still until `advance`. It is always 14:05:00 UTC on a Tuesday in 2026 at first. */
export interface StillClock extends Clock {
  /** Lets `ms` milliseconds pass: every tick that is due is called, in order. */
  advance(ms: number): void;
  /** Timers that are set. */
  readonly timers: number;
}

/** When the tests take place. */
export const noon = '2026-11-24T14:05:00.000Z';

/** A clock for stable frames. */
export function aStillClock(): StillClock {
  let now = Date.parse(noon);
  const timers = new Set<{ due: number; readonly ms: number; readonly tick: () => void }>();
  return {
    timeZone: 'UTC',
    get timers() {
      return timers.size;
    },
    now: () => now,
    every(ms, tick) {
      const timer = { due: now + ms, ms, tick };
      timers.add(timer);
      return () => timers.delete(timer);
    },
    advance(ms) {
      const end = now + ms;
      while (now < end) {
        now = Math.min(end, ...[...timers].map((timer) => timer.due));
        for (const timer of [...timers].filter((each) => each.due === now)) {
          timer.due += timer.ms;
          timer.tick();
        }
      }
    },
  };
}

/** A look with colours and Unicode, and no links unless asked. */
export function aLook(
  options: { colours?: boolean; unicode?: boolean; links?: boolean; linear?: boolean; clock?: Clock } = {},
): Look {
  const { colours = true, unicode = true, links = false, linear = false, clock = aStillClock() } = options;
  return lookOf({ colours, unicode, links }, { clock, linear });
}

/** Lines as one text, as a person reads them. */
export function textOf(lines: readonly Line[]): string {
  return lines.map((line) => lineText(line).trimEnd()).join('\n');
}
