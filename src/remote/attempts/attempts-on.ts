import type { AttemptRunner } from '../attempt.ts';
import type { Connection } from '../connection.ts';
import { said } from '../said.ts';
import { DetachedAttempts } from './detached-attempts.ts';
import { InConnectionAttempts } from './in-connection-attempts.ts';

/** Prints why an attempt cannot be detached, or nothing. */
const look = `command -v setsid >/dev/null 2>&1 || { echo 'has no setsid (package util-linux)'; exit; }
[ -r /proc/self/stat ] && [ -r /proc/sys/kernel/random/boot_id ] || { echo 'has no /proc'; exit; }
[ "$(id -u)" = 0 ] && exit
kills=$(busctl get-property org.freedesktop.login1 /org/freedesktop/login1 org.freedesktop.login1.Manager \\
  KillUserProcesses 2>/dev/null)
[ "$kills" != 'b true' ] || echo 'ends what a login leaves running (KillUserProcesses in logind.conf)'
`;

/**
 * The attempts of one target: detached wherever it has what that needs, setsid(1) and /proc, and lets a process outlive
 * its login. Elsewhere they live as long as the connection, and say so. Rejects only with the signal's reason; a line
 * that breaks here breaks at the start, too.
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
