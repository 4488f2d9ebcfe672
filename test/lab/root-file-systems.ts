import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { arch } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { JournalError } from '../../src/session/error.ts';
import { type SessionLock, takeLock } from '../../src/session/lock.ts';
import { LabError } from './error.ts';
import { imagePackages, mirrorPackages, type Suite } from './packages.ts';

/** A system as a provider would install it, and the packages that can be added to it. Both are read only. */
export interface RootFileSystem {
  readonly suite: Suite;
  /** The system's root folder; boot a copy of it. */
  readonly root: string;
  /** A flat repository (sources.list(5)) of what the guide's steps install, with all that those need. */
  readonly mirror: string;
}

/** Raise it when the way in which root file systems are built changes; the old ones are then built anew. */
const recipe = 1;

/**
 * The root file system of a suite, out of the cache or built now (some minutes, from the apt mirror of this machine).
 * `tell` gets a line a stage. Throws LabError when it cannot be built.
 */
export async function rootFileSystem(suite: Suite, tell: (line: string) => void): Promise<RootFileSystem> {
  const name = `${suite}-${cacheKey(suite)}`;
  const folder = join(cacheFolder(), name);
  const built: RootFileSystem = { suite, root: join(folder, 'root'), mirror: join(folder, 'mirror') };
  if (existsSync(folder)) return built;
  const locks = join(cacheFolder(), `${suite}.lock`);
  await mkdir(locks, { recursive: true });
  // One process builds; another is told to wait rather than to build the same beside it.
  const lock = takeLockFor(suite, locks);
  try {
    // Older lists, and what a build that was interrupted left.
    const others = (await readdir(cacheFolder())).filter((other) => other.startsWith(`${suite}-`));
    for (const other of others) await rm(join(cacheFolder(), other), { recursive: true, force: true });
    tell(`building a root file system of ${suite}, once (${folder})`);
    const unfinished = `${folder}.unfinished`;
    await build(suite, unfinished, tell);
    await rename(unfinished, folder);
  } finally {
    lock.release();
  }
  return built;
}

function takeLockFor(suite: Suite, folder: string): SessionLock {
  try {
    return takeLock(folder, new Date().toISOString());
  } catch (error) {
    if (!(error instanceof JournalError) || error.kind !== 'locked') throw error;
    throw new LabError({
      sentence: `Another process is building the root file system of ${suite}.`,
      remedy: 'Wait until it has done so, some minutes, and try again.',
    });
  }
}

/** Where root file systems are kept: outside the checkout, for they are large and survive it. */
export function cacheFolder(): string {
  const given = process.env.XDG_CACHE_HOME;
  return join(given !== undefined && given !== '' ? given : '/var/cache', 'brevduva-lab');
}

function cacheKey(suite: Suite): string {
  const all = JSON.stringify([recipe, suite, arch(), imagePackages, mirrorPackages]);
  return createHash('sha256').update(all).digest('hex').slice(0, 12);
}

async function build(suite: Suite, folder: string, tell: (line: string) => void): Promise<void> {
  const root = join(folder, 'root');
  const mirror = join(folder, 'mirror');
  await mkdir(mirror, { recursive: true });
  const source = await aptMirror();
  tell(`${suite}: the system`);
  // It mounts /proc and /sys in the new system. In a mount namespace of its own they are gone with it, come what may.
  const words = ['--variant=minbase', `--include=${imagePackages.join(',')}`, suite, root, source];
  await call('unshare', ['--mount', 'debootstrap', ...words]);
  tell(`${suite}: the packages that the guide installs`);
  await fillMirror(folder, { suite, source });
  // A new server has no lists, no downloads, and identities of its own.
  await call('chroot', [root, 'apt-get', 'clean']);
  await rm(join(root, 'var/lib/apt/lists'), { recursive: true });
  await mkdir(join(root, 'var/lib/apt/lists/partial'), { recursive: true });
  await writeFile(join(root, 'etc/machine-id'), '');
  for (const file of await readdir(join(root, 'etc/ssh'))) {
    if (/^ssh_host_.*_key/.test(file)) await rm(join(root, 'etc/ssh', file));
  }
  await writeFile(join(root, 'etc/apt/sources.list'), 'deb [trusted=yes] file:/srv/mirror ./\n');
}

/** Downloads the packages with this machine's apt and its settings, for the new system's state instead of its own. */
async function fillMirror(folder: string, { suite, source }: { suite: Suite; source: string }): Promise<void> {
  const apt = join(folder, 'apt');
  await mkdir(join(apt, 'lists/partial'), { recursive: true });
  await mkdir(join(apt, 'cache/archives/partial'), { recursive: true });
  const sources = join(apt, 'sources.list');
  const keyring = '/usr/share/keyrings/debian-archive-keyring.gpg';
  await writeFile(sources, `deb [signed-by=${keyring}] ${source} ${suite} main\n`);
  const options = [
    `Dir::Etc::SourceList=${sources}`,
    'Dir::Etc::SourceParts=/dev/null',
    `Dir::State::Lists=${apt}/lists`,
    `Dir::State::status=${folder}/root/var/lib/dpkg/status`,
    `Dir::Cache=${apt}/cache`,
    // The sandbox's user may not write into this folder.
    'APT::Sandbox::User=root',
    'Acquire::Retries=3',
  ].flatMap((option) => ['-o', option]);
  await call('apt-get', ['-qq', ...options, 'update']);
  await call('apt-get', ['-qq', '-y', '--download-only', '--reinstall', ...options, 'install', ...mirrorPackages]);
  const mirror = join(folder, 'mirror');
  for (const file of await readdir(join(apt, 'cache/archives'))) {
    if (file.endsWith('.deb')) await rename(join(apt, 'cache/archives', file), join(mirror, file));
  }
  const { stdout } = await call('dpkg-scanpackages', ['--multiversion', '.'], mirror);
  await writeFile(join(mirror, 'Packages'), `${stdout}\n`);
  await rm(apt, { recursive: true });
}

/** The address of the Debian archive that this machine's apt uses. */
async function aptMirror(): Promise<string> {
  const { stdout } = await call('apt-get', [
    'indextargets',
    '--format',
    '$(LABEL) $(REPO_URI)',
    'Created-By: Packages',
  ]);
  const found = stdout.split('\n').find((line) => line.startsWith('Debian '));
  if (found !== undefined) return found.slice('Debian '.length);
  throw new LabError({
    sentence: 'The apt of this machine knows no mirror of Debian, and the lab is built from one.',
    remedy: 'Run the lab on Debian, after: apt-get update',
  });
}

async function call(command: string, args: readonly string[], cwd = '/') {
  const ended = await execa(command, args, {
    cwd,
    stdin: 'ignore',
    reject: false,
    env: { DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C.UTF-8' },
  });
  if (ended.exitCode === 0) return ended;
  const said = `${ended.stderr}\n${ended.stdout}`.trim().slice(-1_500);
  throw new LabError({
    sentence: `A root file system for the lab could not be built, because “${command}” failed: ${said}`,
    remedy: 'See whether apt-get update works on this machine, then try again.',
  });
}
