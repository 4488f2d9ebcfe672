import { orAbort } from '../abort.ts';
import type { AnswerConnectQuestion, Connection, ExecResult } from '../connection.ts';
import { RemoteError } from '../error.ts';
import type { Hop } from '../line/hop.ts';
import { openSession } from '../line/session.ts';
import { said } from '../said.ts';
import { type Line, runScriptOn } from '../scripts/run-script.ts';
import type { Access } from '../scripts/script-frame.ts';

/** How root is reached, and how `sh` is started for that. */
export interface Privilege {
  readonly privilege: Connection['privilege'];
  readonly access: Access;
}

/** Prints who we are, and what sudo says where it is needed and there. */
const look = `
export LC_ALL=C
[ "$(id -u)" = 0 ] && { echo root; exit; }
command -v sudo >/dev/null 2>&1 || { echo none; exit; }
if said=$(sudo -n true 2>&1); then echo sudo; exit; fi
case $said in
  *password*|*authenticat*) echo password ;;
  *) echo none ;;
esac
`;

const tries = 3;
const mostWords = 4096;
const user: Access = { kind: 'user' };

/** What finding out needs. */
export interface PrivilegeNeeds {
  readonly line: Line;
  readonly hop: Hop;
  readonly answer: AnswerConnectQuestion;
  readonly signal: AbortSignal;
}

/**
 * Finds out how root is reached: already root, `sudo -n`, or sudo with a password, which is asked for then. This is
 * also the first command on the connection, so a login that runs no commands is told here. Rejects with RemoteError.
 */
export async function findPrivilege(needs: PrivilegeNeeds): Promise<Privilege> {
  const { line, hop, signal } = needs;
  const looked = await runScriptOn(line, user, { script: look, signal });
  if (looked.end.kind !== 'exited') throw cannotRun(hop, looked);
  switch (Buffer.from(looked.stdout).toString('latin1').trim()) {
    case 'root':
      return { privilege: 'root', access: user };
    case 'sudo':
      return { privilege: 'sudo', access: { kind: 'sudo' } };
    case 'password':
      return askSudoPassword(needs);
    default:
      return { privilege: 'none', access: user };
  }
}

async function askSudoPassword(needs: PrivilegeNeeds): Promise<Privilege> {
  const { line, hop, answer, signal } = needs;
  const { user: name, alias, asksNobody } = hop.settings;
  for (let tried = 0; tried < tries; tried += 1) {
    const password = asksNobody ? null : await answer({ kind: 'sudo-password', user: name, host: alias }, signal);
    if (password === null) break;
    const verdict = await trySudo(line, password, signal);
    if (verdict === 'refused') break;
    if (verdict === 'wrong') continue;
    const access: Access = { kind: 'sudo-password', password };
    const { end, stdout } = await runScriptOn(line, access, { script: 'id -u', signal });
    const isRoot = end.kind === 'exited' && Buffer.from(stdout).toString('latin1').trim() === '0';
    return isRoot ? { privilege: 'sudo-password', access } : { privilege: 'none', access: user };
  }
  return { privilege: 'none', access: user };
}

/**
 * Tries a password by itself, with end-of-file after it. With more lines behind it sudo would take those for further
 * tries, and three wrong ones can lock an account (pam_faillock). `-k` makes sudo ask although it may remember.
 */
async function trySudo(line: Line, password: string, signal: AbortSignal): Promise<'right' | 'wrong' | 'refused'> {
  const command = "exec env LC_ALL=C sudo -k -S -p '' true";
  const session = await openSession(line, (client, tell) => client.exec(command, tell), signal);
  if (session.kind === 'none') return 'refused';
  const { channel } = session;
  let words = '';
  channel.on('error', () => undefined);
  channel.stderr.on('data', (bytes: Buffer) => {
    words = `${words}${bytes.toString('latin1')}`.slice(-mostWords);
  });
  channel.resume();
  const closed = new Promise<unknown>((resolve) => channel.once('close', resolve));
  channel.end(`${password}\n`);
  try {
    const status = await orAbort(closed, signal);
    if (status === 0) return 'right';
    return /not in the sudoers|not allowed|may not run/i.test(words) ? 'refused' : 'wrong';
  } finally {
    channel.close();
  }
}

function cannotRun(hop: Hop, { end }: ExecResult): RemoteError {
  const why = end.kind === 'lost' ? end.why : 'its shell was stopped';
  return new RemoteError('configuration', {
    sentence: `${said(hop.settings.user)} was let in at ${said(hop.settings.alias)}, but no command runs there: ${why}.`,
    remedy: 'Log in once with ssh to see what the login asks for (a new password, for instance), or use another user.',
  });
}
