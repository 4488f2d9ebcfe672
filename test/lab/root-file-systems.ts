import { createHash } from 'node:crypto';
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { arch } from 'node:os';
import { join } from 'node:path';
import { builtOnce, callBuilder, debianArchive } from './cache.ts';
import { imagePackages, mirrorPackages, type Suite } from './packages.ts';

/** A system as a provider would install it, and the packages that can be added to it. Both are read only. */
export interface RootFileSystem {
  readonly suite: Suite;
  /** The bare system's root folder. */
  readonly root: string;
  /** The folders that make the system up, the uppermost first; boot a copy of them. */
  readonly layers: readonly [string, ...string[]];
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
  const folder = await builtOnce({
    kind: suite,
    key: cacheKey(suite),
    build: async (unfinished) => {
      tell(`building a root file system of ${suite}, once (${unfinished})`);
      await build(suite, unfinished, tell);
    },
  });
  const root = join(folder, 'root');
  return { suite, root, layers: [root], mirror: join(folder, 'mirror') };
}

function cacheKey(suite: Suite): string {
  const all = JSON.stringify([recipe, suite, arch(), imagePackages, mirrorPackages]);
  return createHash('sha256').update(all).digest('hex').slice(0, 12);
}

async function build(suite: Suite, folder: string, tell: (line: string) => void): Promise<void> {
  const root = join(folder, 'root');
  const mirror = join(folder, 'mirror');
  await mkdir(mirror, { recursive: true });
  const source = await debianArchive();
  tell(`${suite}: the system`);
  // It mounts /proc and /sys in the new system. In a mount namespace of its own they are gone with it, come what may.
  const words = ['--variant=minbase', `--include=${imagePackages.join(',')}`, suite, root, source];
  await callBuilder('unshare', ['--mount', 'debootstrap', ...words]);
  tell(`${suite}: the packages that the guide installs`);
  await fillMirror(folder, { suite, source });
  // A new server has no lists, no downloads, and identities of its own.
  await callBuilder('chroot', [root, 'apt-get', 'clean']);
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
  await callBuilder('apt-get', ['-qq', ...options, 'update']);
  await callBuilder('apt-get', [
    '-qq',
    '-y',
    '--download-only',
    '--reinstall',
    ...options,
    'install',
    ...mirrorPackages,
  ]);
  const mirror = join(folder, 'mirror');
  for (const file of await readdir(join(apt, 'cache/archives'))) {
    if (file.endsWith('.deb')) await rename(join(apt, 'cache/archives', file), join(mirror, file));
  }
  const { stdout } = await callBuilder('dpkg-scanpackages', ['--multiversion', '.'], mirror);
  await writeFile(join(mirror, 'Packages'), `${stdout}\n`);
  await rm(apt, { recursive: true });
}
