import type { AttemptRunner } from '../attempt.ts';
import type { Connection } from '../connection.ts';
import { said } from '../said.ts';
import { DetachedAttempts } from './detached-attempts.ts';
import { InConnectionAttempts } from './in-connection-attempts.ts';

/** Prints why an attempt cannot be detached, or nothing. */
const look = `[ -r /proc/self/stat ] && [ -r /proc/sys/kernel/random/boot_id ] || { echo 'has no /proc'; exit; }
[ "$(id -u)" = 0 ] && exit
kills=$(busctl get-property org.freedesktop.login1 /org/freedesktop/login1 org.freedesktop.login1.Manager \\
  KillUserProcesses 2>/dev/null)
[ "$kills" != 'b true' ] || echo 'ends what a login leaves running (KillUserProcesses in logind.conf)'
`;

/**
 * The attempts of one target: detached wherever it tells of its processes (/proc) and lets them outlive their login.
 * Elsewhere they live as long as the connection, and say so. Both need setsid(1), and refuse to start without it.
 * Rejects only with the signal's reason; a line that breaks here breaks at the start, too.
 */
export async function attemptsOn(
  connection: Pick<Connection, 'runScript'>,
  signal: AbortSignal,
): Promise<AttemptRunner> {
  const { end, stdout } = await connection.runScript(look, { signal });
  const why = said(stdout);
  if (end.kind !== 'exited' || why === '') return new DetachedAttempts(connection);
  return new InConnectionAttempts(
    connection,
    `The server ${why}, so an action ends with the connection; keep it open until the action is done.`,
  );
}
