import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { JournalError } from '../../src/session/error.ts';
import { type SessionLock, takeLock } from '../../src/session/lock.ts';
import { LabError } from './error.ts';

/** Something that takes long to build, and is kept for all labs of this machine. */
export interface Cached {
  /** What it is; there is one of each kind. */
  readonly kind: string;
  /** Changes with all that it is made from. */
  readonly key: string;
  /** Builds it into a folder that does not exist yet. */
  build(unfinished: string): Promise<void>;
}

/** The folder of what was built before, and undefined where it was not. */
export function builtBefore({ kind, key }: Omit<Cached, 'build'>): string | undefined {
  const folder = join(cacheFolder(), `${kind}-${key}`);
  return existsSync(folder) ? folder : undefined;
}

/**
 * The folder of what was built, out of the cache or built now; those of the same kind with another key are removed first.
 * Throws LabError where another process is building the same, or the build fails.
 */
export async function builtOnce({ kind, key, build }: Cached): Promise<string> {
  const folder = join(cacheFolder(), `${kind}-${key}`);
  if (existsSync(folder)) return folder;
  const locks = join(cacheFolder(), `${kind}.lock`);
  await mkdir(locks, { recursive: true });
  // One process builds; another is told to wait rather than to build the same beside it.
  const lock = takeLockFor(kind, locks);
  try {
    // Older ones, and what a build that was interrupted left.
    const others = (await readdir(cacheFolder())).filter((other) => other.startsWith(`${kind}-`));
    for (const other of others) await rm(join(cacheFolder(), other), { recursive: true, force: true });
    const unfinished = `${folder}.unfinished`;
    await build(unfinished);
    await rename(unfinished, folder);
  } finally {
    lock.release();
  }
  return folder;
}

/** Where what was built is kept: outside the checkout, for it is large and survives it. XDG_CACHE_HOME names another place. */
function cacheFolder(): string {
  const given = process.env.XDG_CACHE_HOME;
  return join(given !== undefined && given !== '' ? given : '/var/cache', 'brevduva-lab');
}

function takeLockFor(kind: string, folder: string): SessionLock {
  try {
    return takeLock(folder, new Date().toISOString());
  } catch (error) {
    if (!(error instanceof JournalError) || error.kind !== 'locked') throw error;
    throw new LabError({
      sentence: `Another process is fetching what the lab needs of Debian (${kind}).`,
      remedy: 'Wait until it has done so, some minutes, and try again.',
    });
  }
}

/** The address of the Debian archive that this machine's apt uses, without a last slash. */
export async function debianArchive(): Promise<string> {
  const words = ['indextargets', '--format', '$(LABEL) $(REPO_URI)', 'Created-By: Packages'];
  const { stdout } = await callBuilder('apt-get', words);
  const found = stdout.split('\n').find((line) => line.startsWith('Debian '));
  if (found !== undefined) return found.slice('Debian '.length).replace(/\/$/, '');
  throw new LabError({
    sentence: 'The apt of this machine knows no mirror of Debian, and the lab is built from one.',
    remedy: 'Run the lab on Debian, after: apt-get update',
  });
}

/** Runs a program that builds a part of the lab. Throws LabError with what it said, unless it ends with 0. */
export async function callBuilder(command: string, args: readonly string[], cwd = '/') {
  const ended = await execa(command, args, {
    cwd,
    stdin: 'ignore',
    reject: false,
    env: { DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C.UTF-8' },
  });
  if (ended.exitCode === 0) return ended;
  const said = `${ended.stderr}\n${ended.stdout}`.trim().slice(-1_500);
  throw new LabError({
    sentence: `What the lab needs of Debian could not be had, because “${command}” failed: ${said}`,
    remedy: 'See whether apt-get update works on this machine, then try again.',
  });
}
