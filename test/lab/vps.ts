import { chmod, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { plan } from './addresses.ts';
import { configureAsContabo, firstHostName } from './contabo.ts';
import { LabError } from './error.ts';
import type { Ended, ExecOptions } from './namespace.ts';
import type { LabNetwork } from './network.ts';
import type { RootFileSystem } from './root-file-systems.ts';

/** A server that was just bought: booted with systemd, reachable over SSH, and nothing else. */
export interface Vps {
  /** Its root folder as this machine sees it. */
  readonly root: string;
  /** Its host keys in the form of known_hosts, without the host. */
  readonly hostKeys: readonly string[];
  /**
   * Runs a command in it past its network and its sshd, as at the provider's console: to look, and to plant faults.
   * Throws LabError when it ends with another status than 0, unless `mayFail`.
   */
  exec(command: string, args: readonly string[], options?: ExecOptions): Promise<Ended>;
  /** Switches it off, as by its power button, and throws its disk away. */
  stop(): Promise<void>;
}

/** What a vps is booted from, and who may log in. */
export interface VpsOptions {
  readonly system: RootFileSystem;
  /** The line for root's authorized_keys. */
  readonly publicKey: string;
  readonly signal?: AbortSignal;
}

/**
 * Boots a fresh copy of a system at the address of the vps, and resolves when its sshd answers. One at a time: starting
 * another ends the first. Throws LabError, with what the console said, when it does not come up.
 */
export async function startVps(network: LabNetwork, options: VpsOptions): Promise<Vps> {
  const namespace = await network.renew('vps');
  const disk = join(network.folder, `vps-${process.hrtime.bigint()}`);
  const root = await mountCopy(options.system.layers, disk);
  await configureAsContabo(root);
  await installKey(root, options.publicKey);
  await keepUserManager(root);
  await execa('ssh-keygen', ['-A', '-f', root], { stdin: 'ignore' });
  const console: string[] = [];
  const machine = execa('systemd-nspawn', nspawnWords(root, { namespace: namespace.name, ...options.system }), {
    stdin: 'ignore',
    reject: false,
    all: true,
    buffer: false,
    // systemd-nspawn(1): else networkd and sysctl cannot change anything of the network.
    env: { SYSTEMD_NSPAWN_API_VFS_WRITABLE: 'network' },
  });
  machine.all.on('data', (chunk: Buffer) => {
    console.push(chunk.toString());
    if (console.length > 500) console.shift();
  });
  const stop = async (): Promise<void> => {
    await namespace.endProcesses();
    await machine;
    await execa('umount', [root], { stdin: 'ignore' });
    await rm(disk, { recursive: true, force: true });
  };
  try {
    await untilUp(network, machine, options.signal);
    return {
      root,
      hostKeys: await readHostKeys(root),
      exec: (command, args, execOptions) => execInside(machine.pid, { command, args, ...execOptions }),
      stop,
    };
  } catch (error) {
    await stop();
    options.signal?.throwIfAborted();
    const why = error instanceof LabError ? error.sentence : String(error);
    const said = console.join('').slice(-2_000);
    throw new LabError({
      sentence: `The vps with ${options.system.suite} did not come up. ${why}\n${said}`,
      remedy: `If its root file system is damaged, remove ${join(options.system.layers[0], '..')}; it is then built anew.`,
    });
  }
}

/**
 * Resolves when the sshd of a system at the address of the vps answers. Throws LabError where the system ends before, or
 * does not answer in time; rejects with the signal's reason.
 */
export async function untilUp(network: LabNetwork, machine: Promise<unknown>, signal?: AbortSignal): Promise<void> {
  const decided = new AbortController();
  try {
    const signals = [decided.signal, ...(signal === undefined ? [] : [signal])];
    const gone = machine.then(() => 'gone' as const);
    const answered = untilSshAnswers(network, AbortSignal.any(signals));
    if ((await Promise.race([gone, answered])) === 'gone') throw new LabError({ sentence: 'Its system ended.' });
  } finally {
    decided.abort();
  }
}

/**
 * Lays a writable copy over a root file system that stays as it is. Resolves to where it can be seen. `volatile`: it is
 * thrown away, so nothing of it need reach the disk, which apt would wait for after each file (kernel: overlayfs).
 */
async function mountCopy(layers: readonly string[], disk: string): Promise<string> {
  const root = join(disk, 'root');
  for (const part of ['root', 'upper', 'work']) await mkdir(join(disk, part), { recursive: true });
  const parts = `lowerdir=${layers.join(':')},upperdir=${disk}/upper,workdir=${disk}/work,volatile`;
  await execa('mount', ['-t', 'overlay', 'overlay', '-o', parts, root], { stdin: 'ignore' });
  return root;
}

/** Lets somebody log in as root, by the line for authorized_keys. */
export async function installKey(root: string, publicKey: string): Promise<void> {
  const folder = join(root, 'root/.ssh');
  await mkdir(folder, { recursive: true });
  await chmod(folder, 0o700);
  await writeFile(join(folder, 'authorized_keys'), `${publicKey.trim()}\n`, { mode: 0o600 });
}

/**
 * With the first version of control groups a container's systemd does not learn that a user's manager is gone, waits two
 * minutes for it, and lets nobody in meanwhile. So it stays after a logout, instead of for ten seconds (logind.conf(5)).
 */
async function keepUserManager(root: string): Promise<void> {
  const folder = join(root, 'etc/systemd/logind.conf.d');
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'lab.conf'), '[Login]\nUserStopDelaySec=infinity\n');
}

function nspawnWords(root: string, { namespace, mirror }: { namespace: string; mirror: string }): readonly string[] {
  return [
    '--boot',
    '--quiet',
    `--directory=${root}`,
    `--machine=${firstHostName}`,
    `--network-namespace-path=/run/netns/${namespace}`,
    '--capability=CAP_NET_ADMIN',
    `--bind-ro=${mirror}:/srv/mirror`,
    '--resolv-conf=off',
    '--timezone=off',
    '--link-journal=no',
    '--console=read-only',
    // This machine need not run systemd itself.
    '--register=no',
    '--keep-unit',
  ];
}

/** Resolves when a greeting comes from the sshd of the vps. Throws LabError after a minute. */
async function untilSshAnswers(network: LabNetwork, signal: AbortSignal): Promise<'answered'> {
  const greeting = `exec 3<>/dev/tcp/${plan.vps.ipv4}/22 && read -r line <&3 && [[ $line == SSH-* ]]`;
  // A machine without a network sends no event: so connect until it answers.
  const script = 'until timeout 1 bash -c "$1"; do sleep 0.1; done';
  const patience = AbortSignal.timeout(60_000);
  try {
    await network.backbone.exec('bash', ['-c', script, 'until-ssh-answers', greeting], {
      signal: AbortSignal.any([patience, signal]),
    });
  } catch (error) {
    if (patience.aborted) throw new LabError({ sentence: 'Its sshd did not answer within a minute.' });
    throw error;
  }
  return 'answered';
}

/** The host keys of a root folder, in the form of known_hosts, without the host. */
export async function readHostKeys(root: string): Promise<readonly string[]> {
  const kinds = ['ed25519', 'ecdsa', 'rsa'];
  const lines = await Promise.all(
    kinds.map((kind) => readFile(join(root, `etc/ssh/ssh_host_${kind}_key.pub`), 'utf8')),
  );
  return lines.map((line) => line.trim().split(' ').slice(0, 2).join(' '));
}

async function execInside(
  nspawn: number | undefined,
  { command, args, input, env, signal, mayFail }: ExecOptions & { command: string; args: readonly string[] },
): Promise<Ended> {
  const children = await readFile(`/proc/${nspawn}/task/${nspawn}/children`, 'utf8').catch(() => '');
  const init = children.split(' ')[0];
  if (init === undefined || init === '') throw new LabError({ sentence: 'The vps is not running.' });
  const ended = await execa('nsenter', ['--target', init, '--all', '--root', '--wd', command, ...args], {
    ...(input === undefined ? { stdin: 'ignore' } : { input }),
    ...(signal === undefined ? {} : { cancelSignal: signal }),
    env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C.UTF-8', DEBIAN_FRONTEND: 'noninteractive', ...env },
    extendEnv: false,
    reject: false,
  });
  signal?.throwIfAborted();
  if (ended.exitCode !== 0 && mayFail !== true) {
    throw new LabError({
      sentence: `In the vps “${command} ${args.join(' ')}” failed: ${ended.stderr}\n${ended.stdout}`,
    });
  }
  return { status: ended.exitCode, out: ended.stdout, err: ended.stderr };
}
