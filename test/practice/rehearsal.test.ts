import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundling } from '../../scripts/bundle.mjs';

// The world goes ten times faster than life, and its installer still takes a while; on a busy machine all of it does.
const minutes = 4;

const root = join(import.meta.dirname, '..', '..');
let folder: string;
let home: string;

beforeAll(async () => {
  folder = mkdtempSync(join(root, 'node_modules', '.brevduva-test-'));
  home = mkdtempSync(join(tmpdir(), 'brevduva-home-'));
  await build({
    ...bundling,
    entryPoints: {
      brevduva: join(root, 'src', 'cli', 'brevduva.ts'),
      'practice-world': join(root, 'src', 'practice', 'worker.ts'),
    },
    outdir: folder,
    splitting: true,
  });
});

afterAll(() => {
  for (const each of [folder, home]) rmSync(each, { recursive: true, force: true });
});

function rehearse(args: readonly string[]) {
  return execa(process.execPath, [join(folder, 'brevduva.js'), ...args], {
    reject: false,
    stdin: 'ignore',
    env: { HOME: home, XDG_STATE_HOME: join(home, 'state'), TMPDIR: home },
  });
}

interface Told {
  readonly kind: string;
  readonly id?: string;
  readonly state?: { readonly kind: string };
}

describe('the rehearsal', () => {
  it(
    'proves every checkpoint that practice can, unattended, and leaves nothing behind',
    async () => {
      const { exitCode, stdout } = await rehearse(['run', '--practice', '--yes', '--json']);
      const told = stdout.split('\n').map((line) => JSON.parse(line) as Told);
      const last = new Map(told.flatMap(({ kind, id, state }) => (kind === 'checkpoint' ? [[id, state?.kind]] : [])));
      expect([...last]).toEqual(
        expect.arrayContaining([
          ['choose-server', 'proven'],
          ['wait-for-os', 'proven'],
          ['prepare-system', 'proven'],
          ['open-ports', 'proven'],
          ['ipv6', 'proven'],
          ['name-server', 'proven'],
          ['reverse-dns', 'proven'],
        ]),
      );
      expect(exitCode).toBe(0);
      // Known hosts, journal, output: all of it was in a folder of its own, in TMPDIR.
      expect(readdirSync(home)).toEqual([]);
    },
    minutes * 60_000,
  );

  it('says how far it goes', async () => {
    const { stdout } = await rehearse(['practice', '--help']);
    expect(stdout.replaceAll(/\s+/g, ' ')).toContain('as far as the checkpoint reverse-dns');
  });

  it('takes no server beside practice', async () => {
    const { exitCode, stderr } = await rehearse(['run', 'root@203.0.113.10', '--practice']);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('Leave the server out, or --practice.');
    expect((await rehearse(['run'])).stderr).toContain('Which server?');
  });
});
