import { readdir, readFile } from 'node:fs/promises';
import type { AttemptEnd, AttemptRequest, AttemptRunner } from '../../src/remote/attempt.ts';
import { text, unaborted } from './connecting.ts';

let count = 0;

/** Starts a script and gives its id. */
export async function start(
  attempts: AttemptRunner,
  script: string,
  more: Partial<Omit<AttemptRequest, 'script'>> = {},
): Promise<string> {
  count += 1;
  const id = more.id ?? `attempt-${count}`;
  await attempts.start({ id, script, environment: {}, secrets: [], ...more }, unaborted);
  return id;
}

/** Follows an attempt to its end. `until` is called with all that came so far. */
export async function finish(
  attempts: AttemptRunner,
  id: string,
  until: (output: string) => void = () => undefined,
): Promise<{ readonly end: AttemptEnd; readonly output: string }> {
  const pieces: Uint8Array[] = [];
  const onBytes = (bytes: Uint8Array): void => {
    pieces.push(bytes);
    until(text(Buffer.concat(pieces)));
  };
  const end = await attempts.follow(id, 0, onBytes, unaborted);
  return { end, output: text(Buffer.concat(pieces)) };
}

/** Living processes of a process group, or of a session: their lines of /proc/PID/stat. */
export async function livingOf(id: number, kind: 'group' | 'session' = 'group'): Promise<readonly string[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const stats = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/stat`, 'latin1').catch(() => '')));
  return stats.filter((stat) => {
    const [state, , group, session] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return Number(kind === 'group' ? group : session) === id && state !== 'Z';
  });
}

/** Files of /proc that show those words in the arguments or the environment of a process. */
export async function placesOf(words: string): Promise<readonly string[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const files = pids.flatMap((pid) => [`/proc/${pid}/cmdline`, `/proc/${pid}/environ`]);
  const texts = await Promise.all(files.map((file) => readFile(file, 'latin1').catch(() => '')));
  return files.filter((_, index) => texts[index]?.includes(words));
}
