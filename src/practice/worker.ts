import { parentPort, workerData } from 'node:worker_threads';
import type { OrderMessage, WorldMessage, WorldOptions } from './control.ts';
import { startWorld } from './world.ts';

// The entry of the worker thread: whatever the world is busy with, the screen is not.
if (parentPort === null) throw new Error('This file is the entry of a worker thread.');
const port = parentPort;
const tell = (message: WorldMessage): void => port.postMessage(message);
const world = await startWorld(workerData as WorldOptions);
port.on('message', ({ id, order }: OrderMessage) => {
  try {
    tell({ kind: 'reply', id, reply: world.carryOut(order) });
  } catch (error) {
    tell({ kind: 'refused', id, why: error instanceof Error ? error.message : String(error) });
  }
});
tell({ kind: 'up', places: world.places });
