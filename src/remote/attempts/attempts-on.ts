import type { AttemptRunner } from '../attempt.ts';
import type { Connection } from '../connection.ts';
import { DetachedAttempts } from './detached-attempts.ts';
import { InConnectionAttempts } from './in-connection-attempts.ts';

const look = `command -v setsid >/dev/null 2>&1 || echo setsid
[ -r /proc/self/stat ] && [ -r /proc/sys/kernel/random/boot_id ] || echo /proc
`;

/**
 * The attempts of one target: detached wherever it has what that needs, setsid(1) and /proc. Elsewhere they live as long
 * as the connection, and say so. Rejects only with the signal's reason; a line that breaks here breaks at the start, too.
 */
export async function attemptsOn(
  connection: Pick<Connection, 'runScript'>,
  signal: AbortSignal,
): Promise<AttemptRunner> {
  const { end, stdout } = await connection.runScript(look, { signal });
  const missing = new TextDecoder().decode(stdout).trim().split('\n').join(' and ');
  if (end.kind !== 'exited' || missing === '') return new DetachedAttempts(connection);
  return new InConnectionAttempts(
    connection,
    `The server has no ${missing}, so an action ends with the connection; keep it open until the action is done.`,
  );
}
