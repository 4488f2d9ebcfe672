import type { Connection } from '../remote/connection.ts';
import { RemoteError } from '../remote/error.ts';
import { shellQuote } from '../shell/quote.ts';
import { environmentLines } from '../shell/script.ts';
import type { Clock } from './clock.ts';
import type { Notice } from './view.ts';

/**
 * The guard of an action that can cut the line (`reverts:`). A timer on the target, apart from every connection, runs
 * the step's undo unless it is called off in time; and it is called off only over a new connection, for an old one
 * proves nothing about who can still log in. Who decides first, the timer or we, is settled by one mkdir(2).
 */

/** What is guarded. */
export interface Guarded {
  readonly undo: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Seconds until the change takes itself back. */
  readonly seconds: number;
}

/** A guard that stands. */
export interface Guard {
  /** The guard's folder on the target. */
  readonly folder: string;
  /** Milliseconds since 1970 by our clock: when the undo begins there. */
  readonly until: number;
}

/** How it went: called off, too late (the undo has begun), or nobody got through. */
export type GuardEnd = 'kept' | 'reverted' | 'no-connection';

/** How long one try to get through may take, and the pause after it; milliseconds. */
const tryMs = 10_000;
const pauseMs = 1_000;

/** Starts the timer. Throws RemoteError where it cannot be started; the action must not run then. */
export async function armGuard(
  connection: Connection,
  { undo, environment, seconds }: Guarded,
  { clock, signal }: { readonly clock: Clock; readonly signal: AbortSignal },
): Promise<Guard> {
  const script = `umask 077
folder=$(mktemp -d "\${TMPDIR:-/tmp}/brevduva-guard.XXXXXXXX") || exit 1
printf '%s' ${shellQuote(environmentLines(environment) + undo)} >"$folder/undo" || exit 1
setsid sh -c '
  sleep "$1"
  mkdir "$2/decided" 2>/dev/null || exit 0
  sh "$2/undo" >"$2/log" 2>&1
' sh ${seconds} "$folder" </dev/null >/dev/null 2>&1 &
printf '%s\\n' "$folder"
`;
  // Before the timer starts there, so that we never believe to have more time than there is.
  const until = clock.now().getTime() + seconds * 1_000;
  const { end, stdout } = await connection.runScript(script, { signal });
  const folder = new TextDecoder().decode(stdout).trim();
  if (end.kind === 'exited' && end.status === 0 && folder.startsWith('/')) return { folder, until };
  throw new RemoteError('lost', {
    sentence: 'The timer that would take this change back could not be started, so nothing was changed.',
    remedy: 'Look whether the server has setsid (package util-linux) and room in /tmp, then run this again.',
  });
}

/**
 * Calls the guard off over a new connection; tries until the time is up. `connect` makes one that nothing else uses.
 * Rejects only with the signal's reason.
 */
export async function callOff(
  guard: Guard,
  connect: (signal: AbortSignal) => Promise<Connection>,
  { clock, signal }: { readonly clock: Clock; readonly signal: AbortSignal },
): Promise<GuardEnd> {
  for (;;) {
    // At least once: an action that lost its line may have got back to it only after the time was up.
    const end = await tryToCallOff(guard, connect, signal);
    if (end !== 'no-connection' || clock.now().getTime() >= guard.until) return end;
    await clock.sleep(pauseMs, signal);
  }
}

async function tryToCallOff(
  { folder }: Guard,
  connect: (signal: AbortSignal) => Promise<Connection>,
  signal: AbortSignal,
): Promise<GuardEnd> {
  let connection: Connection;
  try {
    connection = await connect(AbortSignal.any([signal, AbortSignal.timeout(tryMs)]));
  } catch {
    signal.throwIfAborted();
    return 'no-connection';
  }
  try {
    const script = `mkdir ${shellQuote(`${folder}/decided`)} || exit 3\nrm -rf ${shellQuote(folder)}\n`;
    const { end } = await connection.runScript(script, { signal });
    if (end.kind !== 'exited') return 'no-connection';
    return end.status === 0 ? 'kept' : 'reverted';
  } finally {
    await connection.close();
  }
}

/** What a person is told of how it went. */
export function guardNotice(end: GuardEnd): Notice {
  switch (end) {
    case 'kept':
      return { tone: 'calm', sentence: 'A new connection got through, so the change stays.' };
    case 'reverted':
      return {
        tone: 'warning',
        sentence: 'No new connection got through in time, so the server has taken the change back.',
        remedy: 'Look at what the action printed, mend what cut the line, then run it again.',
      };
    case 'no-connection':
      return {
        tone: 'error',
        sentence: 'No new connection gets through. The server takes the change back by itself now.',
        remedy: 'Wait a minute, then verify again. If the server stays away, use its console at the provider.',
      };
  }
}
