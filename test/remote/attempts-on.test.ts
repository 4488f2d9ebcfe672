import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { attemptsOn } from '../../src/remote/attempts/attempts-on.ts';
import { accountsAvailable, type SshdOptions, sshdAvailable } from '../sshd.ts';
import { finish, start } from './attempting.ts';
import { aServer, connectTo, unaborted } from './connecting.ts';

const hasAccounts = await accountsAvailable();

/** A server whose PATH has programs of ours before all others. */
async function aServerWith(programs: Readonly<Record<string, string>>, options: SshdOptions = {}) {
  const bin = await mkdtemp(join(tmpdir(), 'brevduva-bin-'));
  onTestFinished(() => rm(bin, { recursive: true }));
  // Another account has to reach it.
  await chmod(bin, 0o755);
  for (const [name, text] of Object.entries(programs)) {
    await writeFile(join(bin, name), text);
    await chmod(join(bin, name), 0o755);
  }
  return aServer({ ...options, environment: { PATH: `${bin}:${process.env.PATH}` } });
}

/** A double of busctl(1), which needs a running systemd: says that logind ends what a login leaves running. */
const busctl = '#!/bin/sh\n[ "$5" = KillUserProcesses ] && echo \'b true\'\n';
/** A double of systemd-run(1): notes that it was asked for a scope, and runs the command. */
const systemdRun = '#!/bin/sh\necho "$1 $2" > "$HOME/scope"\nshift 2\nexec "$@"\n';

describe.skipIf(!sshdAvailable())('the attempts of a target', () => {
  it('outlive the line wherever processes can be seen, and outlive their login', async () => {
    const connection = await connectTo(await aServer());
    expect((await attemptsOn(connection, unaborted)).endsWithLine).toBe(null);
    await connection.close();
  });

  it('of root get a scope of their own where what a login leaves running is ended', async (context) => {
    if (process.getuid?.() !== 0) return context.skip('Needs root.');
    const server = await aServerWith({ busctl, 'systemd-run': systemdRun });
    const connection = await connectTo(server);
    const attempts = await attemptsOn(connection, unaborted);
    const id = await start(attempts, 'read -r a; echo "<$a>"; exit 3', { secrets: ['one'] });
    expect(await finish(attempts, id)).toMatchObject({ output: '<one>\n', end: { kind: 'exited', status: 3 } });
    expect(await readFile(join(server.home, 'scope'), 'utf8')).toBe('--quiet --scope\n');
    await connection.close();
  });

  it.skipIf(!hasAccounts)('of anybody else end with the line there, and say so', async () => {
    const account = { name: 'pigeon', uid: 65_000, shell: '/bin/bash' };
    const connection = await connectTo(await aServerWith({ busctl }, { account }), { answer: async () => null });
    expect((await attemptsOn(connection, unaborted)).endsWithLine).toContain('KillUserProcesses');
    await connection.close();
  });
});
