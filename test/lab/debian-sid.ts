import { createHash } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { builtOnce, callBuilder, debianArchive } from './cache.ts';
import { LabError } from './error.ts';

/** Raise it to fetch sid anew, or when the way in which it is kept changes. */
const recipe = 1;

/** What is kept of sid's packages. */
const packageName = 'chasquid';

/**
 * A piece of Debian's archive as it stood on the day that it was fetched: sid's signed index, its list of packages, and
 * the one package that the guide takes from there. All else is missing. Resolves to the folder that a web server shows
 * as `http://deb.debian.org`. Throws LabError when it cannot be fetched. `tell` gets a line where that takes time.
 */
export async function debianSid(tell: (line: string) => void): Promise<string> {
  const { stdout: architecture } = await callBuilder('dpkg', ['--print-architecture']);
  const key = createHash('sha256')
    .update(JSON.stringify([recipe, architecture]))
    .digest('hex')
    .slice(0, 12);
  return builtOnce({
    kind: 'sid',
    key,
    build: async (unfinished) => {
      tell('fetching the newest chasquid from Debian, once');
      await fetchSid(join(unfinished, 'debian'), { architecture, archive: await debianArchive() });
    },
  });
}

async function fetchSid(
  folder: string,
  { architecture, archive }: { readonly architecture: string; readonly archive: string },
): Promise<void> {
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
