import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it, vi } from 'vitest';
import { fetchSid, NoSidHere } from './debian-sid.ts';

const architecture = 'amd64';
const sha256 = (content: Buffer | string) => createHash('sha256').update(content).digest('hex');

// In the place of Debian's archive: a server of the test's own, with an archive of one package, of which the first fetch
// can find it in the middle of a change.
describe.skipIf(inject('noLabHere') !== '')('a piece of sid', () => {
  const files = new Map<string, Buffer | string>();
  let asked: string[] = [];
  let server: Server;
  let archive: string;
  let folder: string;
  let told: string[];
  /** The paths that are not there at the first so many questions for them. */
  let missing: Map<string, number>;

  /** Puts a package of that version into the archive, and no other; resolves to its path. */
  const release = async (version: string): Promise<string> => {
    const path = `pool/main/c/chasquid/chasquid_${version}_${architecture}.deb`;
    const fields = `Package: another\nFilename: pool/another.deb\nSHA256: 00\n\nPackage: chasquid\nFilename: ${path}\nSHA256: ${sha256(version)}\n`;
    const list = await execa('xz', ['-c'], { input: fields, encoding: 'buffer' });
    const packages = Buffer.from(list.stdout);
    const index = `SHA256:\n ${sha256(packages)} ${packages.length} main/binary-${architecture}/Packages.xz\n`;
    files.set('dists/sid/InRelease', index);
    files.set(`dists/sid/main/binary-${architecture}/by-hash/SHA256/${sha256(packages)}`, packages);
    files.set(path, version);
    return path;
  };
  const fetch = (pauses: readonly number[]) =>
    fetchSid(folder, { archive, architecture }, { pauses, tell: (line) => void told.push(line) });

  beforeAll(async () => {
    // apt may have a proxy, which cannot reach this server
    vi.stubEnv('no_proxy', '127.0.0.1');
    server = createServer((request, response) => {
      const path = (request.url ?? '').slice(1);
      asked.push(path);
      const left = missing.get(path) ?? 0;
      missing.set(path, left - 1);
      const content = left > 0 ? undefined : files.get(path);
      response.statusCode = content === undefined ? 404 : 200;
      response.end(content ?? '');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    archive = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  beforeEach(async () => {
    files.clear();
    asked = [];
    told = [];
    missing = new Map();
    folder = join(await mkdtemp(join(tmpdir(), 'brevduva-sid-')), 'debian');
    return () => rm(join(folder, '..'), { recursive: true, force: true });
  });
  afterAll(async () => {
    vi.unstubAllEnvs();
    await new Promise((resolve) => server.close(resolve));
  });

  it('is the index, the list and the package, each as the one before it says', async () => {
    const path = await release('1.19');
    await fetch([]);
    expect(await readFile(join(folder, path), 'utf8')).toBe('1.19');
    expect(asked).toHaveLength(3);
    expect(told).toEqual([]);
  });

  it('is fetched again from its index on where the package is not there, and the cause is told', async () => {
    const path = await release('1.19');
    missing.set(path, 1);
    await fetch([1, 1]);
    expect(await readFile(join(folder, path), 'utf8')).toBe('1.19');
    expect(asked.filter((one) => one === 'dists/sid/InRelease')).toHaveLength(2);
    expect(told).toEqual([expect.stringMatching(/^sid could not be fetched, .* from its index on .*404/s)]);
  });

  it('is not here where the package never comes, and nothing of it is left', async () => {
    missing.set(await release('1.19'), 9);
    const fetched = fetch([1, 1]);
    await expect(fetched).rejects.toThrow(NoSidHere);
    await expect(fetched).rejects.toThrow(/tried 3 times\. .*404/s);
    await expect(readFile(join(folder, 'dists/sid/InRelease'))).rejects.toThrow(/ENOENT/);
  });

  it('is not here where it is another than its hash says', async () => {
    files.set(await release('1.19'), 'something else');
    await expect(fetch([])).rejects.toThrow(NoSidHere);
  });
});
