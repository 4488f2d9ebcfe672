import { chmod, copyFile, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, inject, it, onTestFinished } from 'vitest';
import { bundleProgram } from '../program.ts';
import { labIds } from './network.ts';

const anotherUser = ['--reuid', '65534', '--regid', '65534', '--clear-groups'];
const withoutNamespaces = ['--bounding-set', '-sys_admin', '--inh-caps', '-sys_admin'];

describe.skipIf(inject('noLabHere') !== '')('npm run lab', () => {
  let main: string;
  let remainders: string;
  let open: string;
  beforeAll(async () => {
    main = await bundleProgram(join(import.meta.dirname, 'main.ts'));
    // Another user may not look into every folder above a checkout.
    open = await mkdtemp(join(tmpdir(), 'brevduva-lab-'));
    await chmod(open, 0o755);
    await copyFile(main, join(open, 'main.mjs'));
    remainders = await bundleProgram(join(import.meta.dirname, 'remainders.ts'));
  });
  afterAll(async () => {
    for (const folder of [dirname(main), dirname(remainders), open]) await rm(folder, { recursive: true, force: true });
  });

  /** Asks for a lab as a user or with rights that setpriv(1) takes away; resolves to the status and what was said. */
  async function ask(rights: readonly string[], environment: Readonly<Record<string, string>> = {}): Promise<string> {
    const own = join(open, 'main.mjs');
    const words = [...rights, process.execPath, own, 'up', own];
    const { exitCode, stderr } = await execa('/usr/bin/setpriv', words, { reject: false, env: environment });
    return `${exitCode} ${stderr}`;
  }

  it('needs root, and says so', async () => {
    expect(await ask(anotherUser)).toBe(
      '1 brevduva: The lab makes network namespaces and boots systems in them, which only root may do.\n  Run it as root.',
    );
  });

  it('says where a machine does not let it make namespaces', async () => {
    const said = await ask(withoutNamespaces);
    expect(said).toMatch(/^1 brevduva: This machine does not let the lab build its networks\. /);
    expect(said).toContain('Run the lab as root on Linux, outside containers that forbid network namespaces');
  });

  it('names what it cannot install', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'brevduva-lab-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    // In place of the real apt-get, which could install what is missing: one that fails as it does without a network.
    await writeFile(join(folder, 'apt-get'), '#!/bin/sh\necho "E: Unable to fetch some archives" >&2\nexit 100\n', {
      mode: 0o755,
    });
    await symlink('/bin/sh', join(folder, 'sh'));
    const said = await ask([], { PATH: folder });
    expect(said).toMatch(/^1 brevduva: The lab needs [\w., -]+, and apt-get could not install that: E: Unable/);
    expect(said).toMatch(/\n {2}See what this says: apt-get install [\w. -]*pebble/);
  });

  it('refuses to begin beside a lab that was left behind, and removes it when told to', async () => {
    const { stdout: id } = await execa(process.execPath, [remainders], { reject: false });
    expect(await labIds()).toContain(id);

    const said = await ask([]);
    await execa(process.execPath, [main, 'down', main, id]);

    expect(said).toMatch(new RegExp(`^1 brevduva: The process that had lab ${id} ended and left it behind\\.\\n`));
    expect(said).toContain('npm run lab -- down');
    expect(await labIds()).not.toContain(id);
  });
});
