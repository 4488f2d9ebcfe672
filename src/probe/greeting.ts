import type { Duplex } from 'node:stream';
import { safeText } from '../text/safe.ts';

/** After a complete line nothing more is expected when it was quiet for so long. */
const greetingQuietMs = 500;
/** A greeting longer than this is none. */
const longestGreeting = 16_384;

/**
 * What a service says by itself, safe to show: until it is enough, or a line is complete and it was quiet after it, or
 * the service closes, or the time is over. Ends the stream. Rejects with the signal's reason.
 */
export async function readGreeting(
  stream: Duplex,
  options: {
    readonly isEnough: (text: string) => boolean;
    readonly timeoutMs: number;
    readonly signal: AbortSignal;
  },
): Promise<string> {
  let octets = Buffer.alloc(0);
  const text = () => safeText(octets.toString());
  let quiet: NodeJS.Timeout | undefined;
  let timeout: NodeJS.Timeout | undefined;
  let abort: (() => void) | undefined;
  try {
    await new Promise<void>((resolve, reject) => {
      abort = () => reject(options.signal.reason);
      options.signal.addEventListener('abort', abort, { once: true });
      if (options.signal.aborted) abort();
      timeout = setTimeout(resolve, options.timeoutMs);
      stream.on('data', (piece: Buffer) => {
        octets = Buffer.concat([octets, piece]);
        clearTimeout(quiet);
        if (octets.length >= longestGreeting || options.isEnough(text())) return resolve();
        if (octets.at(-1) === 0x0a) quiet = setTimeout(resolve, greetingQuietMs);
      });
      // a service that breaks off has said what it had to say
      stream.on('end', resolve);
      stream.on('error', () => resolve());
      stream.on('close', resolve);
    });
    return text();
  } finally {
    clearTimeout(quiet);
    clearTimeout(timeout);
    if (abort !== undefined) options.signal.removeEventListener('abort', abort);
    stream.destroy();
  }
}
