import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants, existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { execa } from 'execa';

/** The kinds of host key that a test server can have. */
export type HostKeyType = 'ed25519' | 'rsa' | 'ecdsa';

/** An account that exists for one test server only. */
export interface Account {
  readonly name: string;
  readonly shell: string;
  /** Not root. */
  readonly uid: number;
  /** What sudo lets it do: all, unasked or by this password. Needs `sudoAvailable()`. */
  readonly sudo?: 'unasked' | { readonly password: string };
}

/** How a test server differs from the usual. */
export interface SshdOptions {
  /** Lines of sshd_config that come before ours; the first value counts. */
  readonly config?: readonly string[];
  /** `['ed25519']` without it. */
  readonly hostKeys?: readonly HostKeyType[];
  /** Files in the home directory of who logs in: `.bashrc` → text. */
  readonly home?: Readonly<Record<string, string>>;
  /** Variables of who logs in. */
  readonly environment?: Readonly<Record<string, string>>;
  /** The text that sshd shows before authentication. */
  readonly banner?: string;
  /** Log in as this user, whom the server alone knows. Needs `accountsAvailable()`. */
  readonly account?: Account;
}

/** A real OpenSSH server on the loopback, for one test. */
export interface Sshd {
  readonly port: number;
  /** Who logs in. */
  readonly user: string;
  /** Everything of this server: keys, configuration, home. Removed by `stop`. */
  readonly directory: string;
  readonly home: string;
  /** The private key that the server lets in. */
  readonly identity: string;
  /** The known_hosts file that `clientConfig` names; it does not exist at first. */
  readonly knownHosts: string;
  readonly pid: number;
  /** `type base64` of a host key, as in known_hosts. */
  hostKey(type?: HostKeyType): Promise<string>;
  /** `SHA256:…`, as ssh-keygen prints it. */
  fingerprint(type?: HostKeyType): Promise<string>;
  /** Writes known_hosts so that this server is trusted by that key. */
  trust(type?: HostKeyType): Promise<void>;
  /**
   * Writes a client configuration for `-F` that never touches the real ~/.ssh, and gives its path. The lines come
   * before ours; the first value counts.
   */
  clientConfig(lines?: readonly string[]): Promise<string>;
  /** Process ids of the server's processes for connections: what to kill to cut a line. */
  connectionPids(): Promise<readonly number[]>;
  /** Ends the server and all its connections; `begin` starts it again on the same port, as it was. */
  halt(): Promise<void>;
  begin(): Promise<void>;
  /** Ends the server and starts another on the same port, with new host keys of these types. */
  reinstall(hostKeys?: readonly HostKeyType[]): Promise<void>;
  /** Ends the server and all its connections, and removes what it had. */
  stop(): Promise<void>;
}

const program = ['/usr/sbin/sshd', '/usr/local/sbin/sshd', '/usr/bin/sshd'].find((path) => existsSync(path));
const isRoot = process.getuid?.() === 0;

/** Whether this machine has OpenSSH's server; suites that need it say `describe.skipIf(!sshdAvailable())`. */
export function sshdAvailable(): boolean {
  return program !== undefined;
}

/** Whether a server can give terminals: sshd hands them to who logs in, which only root may. */
export function terminalsAvailable(): boolean {
  return isRoot && sshdAvailable();
}

/** Whether a server can have accounts of its own: needs root, and `unshare` with mount namespaces. */
export async function accountsAvailable(): Promise<boolean> {
  if (!isRoot || !sshdAvailable()) return false;
  const { exitCode } = await execa('unshare', ['--mount', 'true'], { reject: false });
  return exitCode === 0;
}

/** Whether such accounts can have rights by a real sudo. */
export async function sudoAvailable(): Promise<boolean> {
  return programAvailable('sudo') && programAvailable('openssl') && (await accountsAvailable());
}

/** Starts a server. Each call has its own directory, keys and port; `stop` it. */
export async function startSshd(options: SshdOptions = {}): Promise<Sshd> {
  if (program === undefined) throw new Error('There is no sshd here; install openssh-server.');
  const directory = await mkdtemp(join(tmpdir(), 'brevduva-sshd-'));
  // Another account has to reach its home and its authorized_keys in here.
  await chmod(directory, 0o755);
  const paths = {
    directory,
    home: join(directory, 'home'),
    identity: join(directory, 'id_ed25519'),
    knownHosts: join(directory, 'known_hosts'),
  };
  await mkdir(paths.home);
  for (const [name, text] of Object.entries(options.home ?? {})) {
    await mkdir(dirname(join(paths.home, name)), { recursive: true });
    await writeFile(join(paths.home, name), text);
  }
  if (options.banner !== undefined) await writeFile(bannerFile(directory), options.banner);
  await generateKey(paths.identity, 'ed25519');
  await writeFile(join(directory, 'authorized_keys'), await readFile(`${paths.identity}.pub`));
  // sshd refuses to start as root without this directory, which its service would make.
  if (isRoot) await mkdir('/run/sshd', { recursive: true, mode: 0o755 });

  let hostKeys = options.hostKeys ?? ['ed25519'];
  await generateHostKeys(directory, hostKeys);
  let { process: server, port } = await startOnFreePort(directory, options, hostKeys);
  const user = options.account?.name ?? userInfo().username;

  return {
    ...paths,
    port,
    user,
    get pid() {
      return pidOf(server);
    },
    hostKey: (type = hostKeys[0] ?? 'ed25519') => publicKey(hostKeyFile(directory, type)),
    fingerprint: async (type = hostKeys[0] ?? 'ed25519') => {
      const { stdout } = await execa('ssh-keygen', ['-l', '-f', `${hostKeyFile(directory, type)}.pub`]);
      return stdout.split(' ')[1] ?? '';
    },
    async trust(type = hostKeys[0] ?? 'ed25519') {
      const line = `[127.0.0.1]:${port} ${await publicKey(hostKeyFile(directory, type))}\n`;
      await writeFile(paths.knownHosts, line, { mode: 0o600 });
    },
    async clientConfig(lines = []) {
      const file = join(await mkdtemp(join(directory, 'client-')), 'config');
      const ours = [
        'Host *',
        `UserKnownHostsFile ${paths.knownHosts}`,
        'GlobalKnownHostsFile none',
        `IdentityFile ${paths.identity}`,
        'IdentityAgent none',
        `User ${user}`,
      ];
      await writeFile(file, `${[...lines, ...ours].join('\n')}\n`);
      return file;
    },
    connectionPids: () => connectionsOf(pidOf(server)),
    halt: () => end(server),
    async begin() {
      server = await start(directory, await writeConfig(directory, port, options, hostKeys), options);
    },
    async reinstall(types = hostKeys) {
      await end(server);
      hostKeys = types;
      await generateHostKeys(directory, hostKeys);
      server = await start(directory, await writeConfig(directory, port, options, hostKeys), options);
    },
    async stop() {
      await end(server);
      await endActions(directory);
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** Ends what actions left running: they are detached, and outlive the server. */
async function endActions(directory: string): Promise<void> {
  const attempts = join(directory, 'home', '.local', 'state', 'brevduva', 'attempts');
  for (const id of await readdir(attempts).catch(() => [])) {
    const watch = Number.parseInt(await readFile(join(attempts, id, 'run', 'pid'), 'utf8').catch(() => ''), 10);
    const command = await readFile(`/proc/${watch}/cmdline`, 'utf8').catch(() => '');
    // It leads its process group; an id that somebody else has by now is left alone.
    if (command.includes(directory)) process.kill(-watch, 'SIGKILL');
  }
}

/** Makes a key pair without a passphrase, or with one. */
export async function generateKey(file: string, type: HostKeyType, passphrase = ''): Promise<void> {
  await rm(file, { force: true });
  const size = type === 'rsa' ? ['-b', '2048'] : [];
  await execa('ssh-keygen', ['-q', '-t', type, ...size, '-N', passphrase, '-C', 'brevduva test', '-f', file]);
}

/** A TCP port of the loopback that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/** Direct children of a process, by /proc. */
export async function childrenOf(pid: number): Promise<readonly number[]> {
  return (await processes()).filter(({ parent }) => parent === pid).map((child) => child.pid);
}

/**
 * The server's processes for its connections. A login of another than root has two, one the child of the other
 * (privilege separation), and either alone would keep the line open.
 */
async function connectionsOf(server: number): Promise<readonly number[]> {
  const sshds = (await processes()).filter(({ name }) => name.startsWith('sshd'));
  const found = [server];
  for (const parent of found) found.push(...sshds.filter((each) => each.parent === parent).map(({ pid }) => pid));
  return found.slice(1);
}

async function processes(): Promise<
  readonly { readonly pid: number; readonly parent: number; readonly name: string }[]
> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const stats = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/stat`, 'latin1').catch(() => '')));
  return stats.flatMap((stat) => {
    const [, pid, name, parent] = /^(\d+) \((.*)\) \S+ (\d+)/s.exec(stat) ?? [];
    return name === undefined ? [] : [{ pid: Number(pid), parent: Number(parent), name }];
  });
}

async function startOnFreePort(directory: string, options: SshdOptions, hostKeys: readonly HostKeyType[]) {
  for (let tries = 1; ; tries += 1) {
    const port = await freePort();
    const config = await writeConfig(directory, port, options, hostKeys);
    try {
      return { process: await start(directory, config, options), port };
    } catch (error) {
      // Somebody took the port between our look and the server's start.
      if (tries === 5 || !(error instanceof Error) || !/in use/.test(error.message)) throw error;
    }
  }
}

async function writeConfig(
  directory: string,
  port: number,
  options: SshdOptions,
  hostKeys: readonly HostKeyType[],
): Promise<string> {
  const lines = [
    ...(options.config ?? []),
    'ListenAddress 127.0.0.1',
    `Port ${port}`,
    `PidFile none`,
    'UsePAM no',
    'StrictModes no',
    'PermitRootLogin yes',
    'PasswordAuthentication no',
    'KbdInteractiveAuthentication no',
    `AuthorizedKeysFile ${join(directory, 'authorized_keys')}`,
    // The real home's start-up files are nobody's business here, and can be slow. Only the first SetEnv line counts.
    `SetEnv ${Object.entries({ HOME: join(directory, 'home'), ...options.environment })
      .map(([name, value]) => `${name}=${value}`)
      .join(' ')}`,
    'PrintMotd no',
    'PrintLastLog no',
    ...(options.banner === undefined ? [] : [`Banner ${bannerFile(directory)}`]),
    ...hostKeys.map((type) => `HostKey ${hostKeyFile(directory, type)}`),
  ];
  const file = join(directory, 'sshd_config');
  await writeFile(file, `${lines.join('\n')}\n`);
  return file;
}

/** Resolves when the server says that it listens. */
async function start(directory: string, config: string, { account }: SshdOptions): Promise<ChildProcess> {
  const [command = '', ...args] =
    account === undefined ? sshdWords(config) : await withAccount(directory, account, config);
  const server = spawn(command, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  const said: string[] = [];
  // The lines are read for as long as the server lives; a full pipe would stop it.
  const lines = createInterface({ input: server.stderr });
  await new Promise<void>((resolve, reject) => {
    lines.on('line', (line) => {
      if (said.length < 50) said.push(line);
      if (/Server listening/.test(line)) resolve();
    });
    lines.once('close', () => reject(new Error(`sshd did not start: ${said.join(' ')}`)));
  });
  return server;
}

function sshdWords(config: string): readonly string[] {
  return [program ?? '', '-D', '-e', '-f', config];
}

/** The server sees account files of its own, mounted over the real ones in a mount namespace of its own. */
async function withAccount(directory: string, account: Account, config: string): Promise<readonly string[]> {
  const mounts: string[] = [];
  const replace = async (real: string, text: string, mode: number): Promise<void> => {
    const file = join(directory, real.replaceAll('/', '_'));
    await rm(file, { force: true });
    await writeFile(file, text, { mode });
    mounts.push(`mount --bind ${file} ${real}`);
  };
  const { name, uid, shell, sudo } = account;
  const home = join(directory, 'home');
  await replace(
    '/etc/passwd',
    `${await readFile('/etc/passwd', 'utf8')}${name}:x:${uid}:${uid}::${home}:${shell}\n`,
    0o644,
  );
  if (sudo !== undefined) {
    const rights = sudo === 'unasked' ? 'NOPASSWD: ALL' : 'ALL';
    const lines = ['Defaults lecture=never, timestamp_timeout=0', `${name} ALL=(ALL:ALL) ${rights}`, ''];
    await replace('/etc/sudoers', lines.join('\n'), 0o440);
  }
  if (sudo !== undefined) {
    // Without a line in shadow, PAM takes the account for expired, and sudo refuses even what needs no password.
    const hash = sudo === 'unasked' ? '*' : await passwordHash(sudo.password);
    const shadow = await readFile('/etc/shadow', 'utf8');
    await replace('/etc/shadow', `${shadow}${name}:${hash}:19000:0:99999:7:::\n`, 0o640);
  }
  return ['unshare', '--mount', 'sh', '-c', `${mounts.join(' && ')} && exec "$@"`, 'sh', ...sshdWords(config)];
}

async function passwordHash(password: string): Promise<string> {
  const { stdout } = await execa('openssl', ['passwd', '-6', '-stdin'], { input: password });
  return stdout;
}

/** Ends a server and its connections, by their process ids. */
async function end(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const connections = await connectionsOf(pidOf(server));
  const exited = once(server, 'exit');
  server.kill('SIGTERM');
  await exited;
  for (const pid of connections) killIfThere(pid);
}

/** Ends a process by its id; one that has ended already is no matter. */
export function killIfThere(pid: number, signal: NodeJS.Signals = 'SIGKILL'): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error) || error.code !== 'ESRCH') throw error;
  }
}

function pidOf(child: ChildProcess): number {
  if (child.pid === undefined) throw new Error('The process was never started.');
  return child.pid;
}

async function generateHostKeys(directory: string, types: readonly HostKeyType[]): Promise<void> {
  for (const type of types) await generateKey(hostKeyFile(directory, type), type);
}

function bannerFile(directory: string): string {
  return join(directory, 'banner');
}

function hostKeyFile(directory: string, type: HostKeyType): string {
  return join(directory, `ssh_host_${type}_key`);
}

async function publicKey(file: string): Promise<string> {
  const [type, base64] = (await readFile(`${file}.pub`, 'utf8')).split(' ');
  return `${type} ${base64}`;
}

/** Whether a program can be run here. */
export function programAvailable(name: string): boolean {
  return (process.env.PATH ?? '').split(':').some((directory) => {
    try {
      accessSync(join(directory, name), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
