import type { Readable } from 'node:stream';
import type { MarkedStream } from './marked-stream.ts';

/**
 * Reads what a script prints on one of its streams. Resolves when the mark after it was seen or the stream has ended,
 * and all that was printed has been taken; the stream stands still while `take` is busy, and so at last does the
 * script. Rejects where `take` does.
 */
export function readMarked(
  stream: Readable,
  marked: MarkedStream,
  take: (bytes: Buffer) => void | Promise<void>,
): Promise<void> {
  return new Promise((resolve, reject) => {
    let taking: Promise<void> = Promise.resolve();
    const stop = (): void => {
      stream.off('data', onData);
      resolve();
    };
    const give = (bytes: Buffer): void => {
      const taken = bytes.length === 0 ? undefined : take(bytes);
      if (taken === undefined) return;
      stream.pause();
      taking = taken.then(() => {
        stream.resume();
      });
      taking.catch(reject);
    };
    const attempt = (act: () => void): void => {
      try {
        act();
      } catch (error) {
        reject(error);
      }
    };
    const onData = (piece: Buffer): void =>
      attempt(() => {
        give(marked.push(piece));
        if (marked.status !== undefined) taking.then(stop, reject);
      });
    const onEnd = (): void => {
      taking.then(() => {
        attempt(() => give(marked.finish()));
        return taking.then(stop);
      }, reject);
    };
    stream.on('data', onData);
    stream.once('end', onEnd);
    stream.once('close', onEnd);
  });
}
