import type { Access } from './script-frame.ts';

/**
 * A script that sends TERM to the process group of a shell that ran another script, or undefined where it is not
 * known which group is its own. `stat` is that shell's line of /proc/PID/stat (proc(5)), read when it began: process
 * ids are used again, so the time of its start has to be the same still.
 *
 * sshd would pass a signal on (RFC 4254 §6.9), but not for root: its log says that this needs privilege separation.
 */
export function stopScript(stat: string, access: Access): string | undefined {
  const pid = /^\d+/.exec(stat)?.[0];
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [, parent, group] = fields;
  const startedAt = fields[19];
  if (pid === undefined || group === undefined || startedAt === undefined) return undefined;
  // sshd makes the login shell the leader of a new group, and `exec` keeps it; sudo stays between.
  const isOwn = group === pid || (access.kind !== 'user' && group === parent);
  if (!isOwn || ![pid, group, startedAt].every((field) => /^\d+$/.test(field))) return undefined;
  return `IFS= read -r stat < /proc/${pid}/stat || exit 0
set -- \${stat##*) }
[ "\${20}" = ${startedAt} ] && kill -s TERM -- -${group}
`;
}
