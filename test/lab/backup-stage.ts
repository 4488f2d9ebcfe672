import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { plan } from './addresses.ts';
import { type Stage, setStage } from './first-checkpoints.ts';
import { aSigningKey, makeMailServer } from './mail-server.ts';
import { type Rehearsal, rehearse } from './part-of-guide.ts';
import { type Server, startServer } from './world/server.ts';

/** The folder of the mail domain on the server. */
export const domain = '/etc/chasquid/domains/example.com';
/** What is planted as the token of a DNS provider; it opens nothing. */
export const token = 'abcdefghijklmnop1234';

/** A mail server with secrets of every kind, and a machine that can be a git host. */
export interface BackupStage extends Stage {
  readonly rehearsal: Rehearsal;
  /** Words of the command line: where the copy goes, and the public key that its secrets are encrypted for. */
  readonly remote: readonly string[];
  /** Lets a public key in at the git host. */
  letIn(key: string): Promise<void>;
  /** Starts the git host, which shows the one or the other host key. */
  startGitHost(hostKey: 'first' | 'second'): Promise<Server>;
  /** Puts an empty repository in the place of that of the git host. */
  emptyRemote(): Promise<void>;
  /** What git prints in the repository of the git host. */
  atRemote(...words: readonly string[]): Promise<string>;
}

/** Sets the stage. The private half of the public key lies on the server, in /var/tmp/private. */
export async function setBackupStage(): Promise<BackupStage> {
  const stage = await setStage('trixie', 'with-chasquid');
  try {
    return await bringToBackup(stage);
  } catch (error) {
    await stage.remove();
    throw error;
  }
}

async function bringToBackup(stage: Stage): Promise<BackupStage> {
  const { folder } = stage.lab.network;
  const gitHost = stage.lab.network.host('acme');
  await makeMailServer(stage, {
    sender: { address: 'i@example.com', password: 'long-and-secret' },
    dkim: { selector: '20260101', key: aSigningKey().privateKey },
  });
  const rehearsal = await rehearse(stage, { steps: ['backup-conf'] });
  await stage.vps.exec('sh', ['-euc', secrets, 'secrets', domain, token]);
  const recipient = (await rehearsal.shell('age-keygen -o /var/tmp/private 2>&1')).replace('Public key: ', '');
  const emptyRemote = async (): Promise<void> => {
    await gitHost.exec('rm', ['-rf', join(folder, 'backup.git')]);
    await gitHost.exec('git', ['init', '-q', '--bare', '-b', 'main', join(folder, 'backup.git')]);
  };
  await emptyRemote();
  for (const key of ['first', 'second']) {
    await gitHost.exec('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(folder, key)]);
  }
  const letIn = (key: string) => writeFile(join(folder, 'authorized_keys'), key === '' ? '' : `restrict ${key}\n`);
  await letIn('');
  // Not the shell of this machine's root, which may read files of its owner's that take seconds.
  const users = await readFile('/etc/passwd', 'utf8');
  await gitHost.putEtcFile('passwd', users.replace(/^(root:.*):[^:]*$/m, '$1:/bin/sh'));
  return {
    ...stage,
    rehearsal,
    remote: [
      ...['--set', `backup_remote=ssh://root@${plan.acme.ipv4}${folder}/backup.git`],
      ...['--set', `backup_recipient=${recipient}`],
    ],
    letIn,
    startGitHost: (hostKey) => startGitHost(stage, hostKey),
    emptyRemote,
    atRemote: async (...words) => {
      const git = ['-c', 'safe.directory=*', '-C', join(folder, 'backup.git'), ...words];
      return (await gitHost.exec('git', git, { mayFail: true })).out;
    },
  };
}

/** As acme.sh keeps what a DNS provider gave, beside an alias, and age with which what is encrypted is read. */
const secrets = `
echo 'postmaster: i@example.com' >"$1/aliases"
chown chasquid: "$1/aliases"
mkdir -p /root/.acme.sh/ca/authority/directory
openssl ecparam -name prime256v1 -genkey -noout -out /root/.acme.sh/ca/authority/directory/account.key
printf "SAVED_CF_Token='%s'\\nUSER_PATH='/usr/local/sbin:/usr/bin'\\n" "$2" >/root/.acme.sh/account.conf
apt-get -qq -y --no-install-recommends install age >/dev/null
`;

/** An sshd on another machine of the lab, as a git host has it. */
async function startGitHost({ lab }: Stage, hostKey: string): Promise<Server> {
  const { folder } = lab.network;
  const namespace = lab.network.host('acme');
  await mkdir('/run/sshd', { recursive: true });
  await writeFile(
    join(folder, 'git_host_config'),
    `HostKey ${join(folder, hostKey)}
AuthorizedKeysFile ${join(folder, 'authorized_keys')}
PasswordAuthentication no
KbdInteractiveAuthentication no
StrictModes no
UsePAM no
PidFile none
`,
  );
  return startServer(namespace, {
    name: 'the git host',
    command: '/usr/sbin/sshd',
    args: ['-D', '-e', '-f', join(folder, 'git_host_config')],
    log: join(folder, 'git-host.log'),
    answers: async () => (await namespace.exec('ssh-keyscan', ['127.0.0.1'], { mayFail: true })).out.includes('ssh-'),
  });
}
