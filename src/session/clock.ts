import { setTimeout as sleepFor } from 'node:timers/promises';

/** Time, as something that can be given to the parts that wait. */
export interface Clock {
  now(): Date;
  /** Rejects with the signal's reason when it is aborted. Milliseconds. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

/** The machine's own time. */
export const systemClock: Clock = {
  now: () => new Date(),
  async sleep(ms, signal) {
    try {
      await sleepFor(ms, undefined, { signal });
    } catch {
      signal.throwIfAborted();
    }
  },
};
