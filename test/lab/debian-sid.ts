import { createHash } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { builtBefore, builtOnce, callBuilder, debianArchive } from './cache.ts';
import { LabError } from './error.ts';

/** Raise it to fetch sid anew, or when the way in which it is kept changes. */
const recipe = 1;

/** What is kept of sid's packages. */
const packageName = 'chasquid';

/**
 * While a mirror takes over what is new, its index can name a package that it does not have yet, or no longer. That ends,
 * mostly within a minute. In milliseconds, before each further try.
 */
const pauses: readonly number[] = [5_000, 15_000, 40_000];

/** Debian's sid cannot be had now. What needs it cannot be tried, and its tests are skipped. */
export class NoSidHere extends LabError {}

/** Where a piece of sid is fetched from. */
export interface SidSource {
  /** The address of an archive of Debian, without a last slash. */
  readonly archive: string;
  /** As dpkg calls it. */
  readonly architecture: string;
}

/** How often it is tried, and who is told of it. */
export interface SidPatience {
  /** How long to wait before each further try, in milliseconds. */
  readonly pauses: readonly number[];
  readonly tell: (line: string) => void;
}

/**
 * A piece of Debian's archive as it stood on the day that it was fetched: sid's signed index, its list of packages, and
 * the one package that the guide takes from there. All else is missing. Resolves to the folder that a web server shows
 * as `http://deb.debian.org`. Throws NoSidHere when it cannot be fetched. `tell` gets a line where that takes time.
 */
export async function debianSid(tell: (line: string) => void): Promise<string> {
  const architecture = await ownArchitecture();
  return builtOnce({
    ...identityFor(architecture),
    build: async (unfinished) => {
      tell('fetching the newest chasquid from Debian, once');
      const source = { architecture, archive: await debianArchive() };
      await fetchSid(join(unfinished, 'debian'), source, { pauses, tell });
    },
  });
}

/** The same folder where it was fetched before, and undefined where it could not be. */
export async function debianSidHere(): Promise<string | undefined> {
  return builtBefore(identityFor(await ownArchitecture()));
}

async function ownArchitecture(): Promise<string> {
  return (await callBuilder('dpkg', ['--print-architecture'])).stdout;
}

function identityFor(architecture: string): { readonly kind: string; readonly key: string } {
  const all = JSON.stringify([recipe, architecture]);
  return { kind: 'sid', key: createHash('sha256').update(all).digest('hex').slice(0, 12) };
}

/**
 * Fetches it into a folder, and again from the index on where something of it is missing. Throws NoSidHere with the last
 * cause when every try failed.
 */
export async function fetchSid(folder: string, source: SidSource, { pauses, tell }: SidPatience): Promise<void> {
  for (let failures = 0; ; failures += 1) {
    try {
      return await fetchOnce(folder, source);
    } catch (error) {
      if (!(error instanceof LabError)) throw error;
      await rm(folder, { recursive: true, force: true });
      const pause = pauses[failures];
      if (pause === undefined) throw noSid(error, failures + 1);
      tell(`sid could not be fetched, and is tried again from its index on in ${pause / 1_000} s: ${error.sentence}`);
      await setTimeout(pause);
    }
  }
}

function noSid(cause: LabError, tries: number): NoSidHere {
  return new NoSidHere(
    {
      sentence: `Debian’s sid could not be fetched, tried ${tries} times. ${cause.sentence}`,
      remedy: 'Try again later, when the mirror has taken over what is new; or give apt another mirror.',
    },
    { cause },
  );
}

async function fetchOnce(folder: string, { architecture, archive }: SidSource): Promise<void> {
  const fetch = async (path: string, hash: string | undefined): Promise<string> => {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    // Apt's own program: it goes the way that this machine's apt goes, and holds the file against the hash.
    const words = ['download-file', `${archive}/${path}`, join(folder, path)];
    await callBuilder('/usr/lib/apt/apt-helper', hash === undefined ? words : [...words, `SHA256:${hash}`]);
    return join(folder, path);
  };
  const index = await fetch('dists/sid/InRelease', undefined);
  const list = `main/binary-${architecture}/Packages.xz`;
  // The lines of the section SHA256 are the ones whose hash has 64 digits.
  const line = `length($1) == 64 && $3 == "${list}" { print $1 }`;
  const { stdout: listHash } = await callBuilder('awk', [line, index]);
  // Its address is its hash (Acquire-By-Hash), so that a list never belongs to another index.
  const byHash = `dists/sid/main/binary-${architecture}/by-hash/SHA256/${listHash}`;
  const lists = await fetch(byHash, listHash);
  const fields = `$1 == "Package:" { name = $2 } name == "${packageName}" && /^(Filename|SHA256):/ { print $2 }`;
  const { stdout } = await callBuilder('sh', ['-c', 'xz -dc "$1" | awk "$2"', 'fields', lists, fields]);
  const [path, hash] = stdout.split('\n');
  if (path === undefined || hash === undefined) {
    throw new LabError({ sentence: `Debian’s sid has no ${packageName} for ${architecture}.` });
  }
  await fetch(path, hash);
}
