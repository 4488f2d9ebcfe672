import type { Stage } from '../first-checkpoints.ts';

/** Where faults are injected. */
export type FaultPlace = Pick<Stage, 'lab' | 'world' | 'vps'>;

/** One thing that can be broken for real. How it was is known already. */
export interface Fault {
  /** Breaks it. */
  inject(): Promise<void>;
  /** Puts it back exactly as it was, also where `inject` came only half the way. */
  takeBack(): Promise<void>;
}

/** Several faults as one; they are taken back in the other order. */
export function together(faults: readonly Fault[]): Fault {
  return {
    inject: async () => {
      for (const fault of faults) await fault.inject();
    },
    takeBack: async () => {
      for (const fault of faults.toReversed()) await fault.takeBack();
    },
  };
}
