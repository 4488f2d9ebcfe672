import { Worker } from 'node:worker_threads';
import { BrevduvaError } from '../error.ts';
import type { Order, OrderMessage, Replies, WorldMessage, WorldOptions, WorldPlaces } from './control.ts';

/** Why practice cannot go on. */
export class PracticeError extends BrevduvaError {}

/** A practice world that is up. */
export interface Practice {
  readonly places: WorldPlaces;
  /** Why it has ended by itself; undefined while it is up. */
  gone(): PracticeError | undefined;
  /** Asks the world something. Throws PracticeError where it refuses, or is gone. */
  ask<K extends Order['kind']>(order: Extract<Order, { kind: K }>): Promise<Replies[K]>;
  /** Ends it; nothing of it is left. */
  close(): Promise<void>;
}

/** Starts the practice world in a thread of its own. Throws PracticeError where it does not come up. */
export async function startPractice(options: WorldOptions): Promise<Practice> {
  const worker = new Worker(new URL('./practice-world.js', import.meta.url), { workerData: options });
  const waiting = new Map<number, { resolve(reply: unknown): void; reject(error: Error): void }>();
  let last = 0;
  let gone: PracticeError | undefined;
  const places = await new Promise<WorldPlaces>((resolve, reject) => {
    const end = (why: string): void => {
      gone ??= new PracticeError({
        sentence: `The practice world has ended: ${why}.`,
        remedy: 'Start practice again. If it happens twice, it is a mistake of ours; please report it.',
      });
      reject(gone);
      for (const each of waiting.values()) each.reject(gone);
      waiting.clear();
    };
    worker.on('error', (error) => end(error.message));
    worker.on('exit', (status) => end(`its thread stopped with ${status}`));
    worker.on('message', (message: WorldMessage) => {
      if (message.kind === 'up') return resolve(message.places);
      const asked = waiting.get(message.id);
      waiting.delete(message.id);
      if (message.kind === 'reply') asked?.resolve(message.reply);
      else asked?.reject(new PracticeError({ sentence: message.why, remedy: 'Change what was typed, and try again.' }));
    });
  });
  return {
    places,
    gone: () => gone,
    ask<K extends Order['kind']>(order: Extract<Order, { kind: K }>): Promise<Replies[K]> {
      if (gone !== undefined) return Promise.reject(gone);
      last += 1;
      const message: OrderMessage = { id: last, order };
      return new Promise<Replies[K]>((resolve, reject) => {
        waiting.set(message.id, { resolve: (reply) => resolve(reply as Replies[K]), reject });
        worker.postMessage(message);
      });
    },
    async close() {
      await worker.terminate();
    },
  };
}
