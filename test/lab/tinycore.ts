import { existsSync } from 'node:fs';
import { copyFile, mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { gateway4Of, gateway6, plan, prefixedAddresses } from './addresses.ts';
import { LabError } from './error.ts';
import type { LabNetwork } from './network.ts';
import { installKey, readHostKeys, untilUp } from './vps.ts';

/** The little system that a provider boots first, to write the real one to the disk: a shell and an sshd, no more. */
export interface TinyCore {
  /** Its host keys in the form of known_hosts, without the host. */
  readonly hostKeys: readonly string[];
  /** Resets it, as an installer does at its end: its network is gone at once, and no connection is closed before. */
  stop(): Promise<void>;
}

/** Who may log in. */
export interface TinyCoreOptions {
  /** The line for root's authorized_keys. */
  readonly publicKey: string;
  readonly signal?: AbortSignal;
}

/**
 * Boots TinyCore at the addresses of the vps, and resolves when its sshd answers. The system is a stand-in: a folder
 * with BusyBox (which TinyCore's own tools are) and the files by which TinyCore is known. The sshd is this machine's
 * OpenSSH, with keys of its own. It is in the place of the vps: starting either ends the other. Throws LabError, with
 * what it said, when it does not come up.
 */
export async function startTinyCore(network: LabNetwork, options: TinyCoreOptions): Promise<TinyCore> {
  const namespace = await network.renew('vps');
  const root = join(network.folder, `tinycore-${process.hrtime.bigint()}`);
  await buildRoot(root);
  await installKey(root, options.publicKey);
  const machine = execa('systemd-nspawn', nspawnWords(root, namespace.name), {
    stdin: 'ignore',
    reject: false,
    all: true,
  });
  const stop = async (): Promise<void> => {
    await network.backbone.ip(['link', 'set', plan.vps.name, 'down']);
    await namespace.endProcesses();
    await machine;
    await rm(root, { recursive: true, force: true });
  };
  try {
    await untilUp(network, machine, options.signal);
    return { hostKeys: await readHostKeys(root), stop };
  } catch (error) {
    await stop();
    options.signal?.throwIfAborted();
    const why = error instanceof LabError ? error.sentence : String(error);
    throw new LabError({ sentence: `TinyCore did not come up. ${why}\n${(await machine).all}` });
  }
}

/** What TinyCore runs at its boot: the network, then the sshd, whose end is the system's end. */
const boot = `#!/bin/sh
set -e
${prefixedAddresses(plan.vps)
  .map((address) => `ip addr add ${address} dev eth0`)
  .join('\n')}
ip link set eth0 up
ip route add default via ${gateway4Of(plan.vps)}
ip -6 route add default via ${gateway6} dev eth0
mkdir -p /run/sshd
exec /usr/sbin/sshd -D -e
`;

const files: Readonly<Record<string, string>> = {
  'etc/os-release': 'NAME=TinyCore\nVERSION="13.1"\nID=tinycore\nVERSION_ID=13.1\nPRETTY_NAME="TinyCoreLinux 13.1"\n',
  'etc/init.d/tc-config': '#!/bin/sh\n',
  'var/log/lastlog': '',
  'etc/motd': 'Welcome to TinyCore 13!\n',
  'etc/passwd': 'root:x:0:0:root:/root:/bin/sh\nsshd:x:74:74:sshd:/run/sshd:/bin/false\n',
  'etc/group': 'root:x:0:\ntty:x:5:\nsshd:x:74:\n',
  // As TinyCore's: the greeting is printed at a login, after the key exchange, and not as the protocol's banner.
  'etc/ssh/sshd_config': 'PrintMotd yes\nPrintLastLog no\nUsePAM no\nPasswordAuthentication no\n',
  'opt/bootlocal.sh': boot,
};

/** From OpenSSH 9.8 on, sshd starts other programs for its sessions, and from 10.0 on for the authentication too. */
const programs = ['/bin/busybox', '/usr/sbin/sshd', '/usr/lib/openssh/sshd-session', '/usr/lib/openssh/sshd-auth'];

/** Lays the root folder out: programs with the libraries that they load, and a handful of files. */
async function buildRoot(root: string): Promise<void> {
  for (const folder of ['bin', 'dev', 'proc', 'root', 'run', 'sys', 'tmp', 'usr']) {
    await mkdir(join(root, folder), { recursive: true });
  }
  for (const [path, text] of Object.entries(files)) {
    await mkdir(join(root, dirname(path)), { recursive: true });
    await writeFile(join(root, path), text, { mode: text.startsWith('#!') ? 0o755 : 0o644 });
  }
  for (const program of programs) if (existsSync(program)) await copyProgram(root, program);
  await execa('chroot', [root, '/bin/busybox', '--install', '-s', '/bin'], { stdin: 'ignore' });
  await execa('ssh-keygen', ['-A', '-f', root], { stdin: 'ignore' });
}

/** Copies a program of this machine, and the libraries that its dynamic linker names. */
async function copyProgram(root: string, program: string): Promise<void> {
  await copyInto(root, program);
  // ldd(1) has lines as “libc.so.6 => /lib/libc.so.6 (0x…)”, and ends with 1 for a program that needs none.
  const { stdout } = await execa('ldd', [program], { stdin: 'ignore', reject: false });
  for (const [library] of stdout.matchAll(/\/\S+/g)) await copyInto(root, library);
}

async function copyInto(root: string, path: string): Promise<void> {
  await mkdir(join(root, dirname(path)), { recursive: true });
  await copyFile(path, join(root, path));
}

function nspawnWords(root: string, namespace: string): readonly string[] {
  return [
    '--quiet',
    '--as-pid2',
    `--directory=${root}`,
    '--machine=box',
    `--network-namespace-path=/run/netns/${namespace}`,
    '--capability=CAP_NET_ADMIN',
    '--resolv-conf=off',
    '--timezone=off',
    '--link-journal=no',
    '--register=no',
    '--keep-unit',
    '/opt/bootlocal.sh',
  ];
}
