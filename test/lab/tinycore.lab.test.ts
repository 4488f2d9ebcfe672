import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it, onTestFinished } from 'vitest';
import { Pty } from '../pty.ts';
import { createLab, type Lab } from './lab.ts';
import { labIds } from './network.ts';
import { startTinyCore, type TinyCore } from './tinycore.ts';
import type { Vps } from './vps.ts';

describe.skipIf(inject('noLabHere') !== '')('a server that is still being installed', () => {
  const program = inject('programs').brevduva;
  let lab: Lab;
  let tinycore: TinyCore;

  beforeAll(async () => {
    lab = await createLab(program);
  });
  beforeEach(async () => {
    await lab.operator.forget();
    tinycore = await startTinyCore(lab.network, lab.operator);
  });
  afterAll(async () => {
    await lab?.remove();
    expect(await labIds()).not.toContain(lab.network.id);
  });

  const words = () => [...lab.operator.vps, '--set', 'domain=example.com'];
  const knownHosts = () => readFile(join(dirname(lab.operator.config), 'known_hosts'), 'utf8');

  /** The session on the full screen. */
  const open = (): Pty => {
    // CI=true, which many machines set, would make Ink draw nothing where it is asked to find out by itself.
    const options = { columns: 120, rows: 40, environment: { CI: 'true' } };
    const pty = new Pty(lab.operator.shellLine(['setup', ...words()]), options);
    onTestFinished(() => pty.end());
    return pty;
  };

  /** Goes on until the session waits for the system: the first key is accepted, the first checkpoint proven. */
  const goToTheWait = async (pty: Pty): Promise<void> => {
    expect(await pty.until('Is this your server?')).toContain(fingerprint(tinycore));
    pty.type('y');
    await pty.until('connected');
    pty.type('v');
    await pty.until(/1 of \d+ proven/);
    pty.type('j');
    await pty.until('The host key will change');
    pty.type('v');
    const screen = await pty.until(/waiting: looks again in/);
    expect(screen).toContain('observed  Welcome to TinyCore 13!');
    expect(screen).toContain('TinyCore: the provider is still installing the system');
  };

  /** The system that was ordered, in the place of TinyCore. */
  const startReal = async (): Promise<Vps> => {
    const vps = await lab.startVps('trixie');
    onTestFinished(() => vps.stop());
    return vps;
  };

  /** Every login that its sshd let in. */
  const loginsOf = async (vps: Vps): Promise<readonly string[]> =>
    (await vps.exec('journalctl', ['--no-pager'])).out
      .split('\n')
      .filter((line) => line.includes('Accepted publickey'));

  it('shows itself as TinyCore to whoever logs in', async () => {
    const said = await lab.operator.ssh('. /etc/os-release; echo "$ID $(id -un) $(ls /etc/init.d) $(ls -d /home)"');

    expect(said.out).toBe('tinycore root tc-config ');
  });

  it('is waited for by a run that nobody watches, which says so', async () => {
    const run = ['run', ...words(), '--accept-new-host-key', '--until', 'wait-for-os', '--json', '--yes'];
    const running = lab.network.host('operator').spawn(process.execPath, [program, ...run], {
      env: lab.operator.environment,
    });
    const lines: Record<string, unknown>[] = [];
    for await (const line of running) {
      lines.push(JSON.parse(line));
      // It would wait for half an hour.
      if (line.includes('Not yet')) running.kill('SIGINT');
    }

    expect((await running).exitCode).toBe(130);
    expect(lines).toContainEqual({
      kind: 'note',
      tone: 'calm',
      sentence: expect.stringMatching(
        /^Waiting for “Wait for the operating system” until .*Not yet: Welcome to TinyCore 13!$/,
      ),
    });
    expect(lines.find(({ id }) => id === 'wait-for-os')).toMatchObject({ state: { kind: 'waiting' } });
    expect(lines.at(-1)).toMatchObject({ kind: 'summary', proven: 1 });
  });

  it('becomes the real one: the person compares its new key, and the checkpoint is proven', async () => {
    const pty = open();
    await goToTheWait(pty);

    await tinycore.stop();
    await pty.until(/◔ ssh +from here/);
    const vps = await startReal();
    const question = await pty.until('The server has another key');
    expect(question).toMatch(keyTable(tinycore, vps));
    pty.type('y');
    await pty.until(/✔ +proven[\s\S]*Debian GNU\/Linux 13 \(trixie\)/);

    expect(await loginsOf(vps)).toHaveLength(1);
    expect(await knownHosts()).toContain(vps.hostKeys[0]);
    expect(await knownHosts()).not.toContain(tinycore.hostKeys[0]);
  });

  it('stays a stranger where the person says no: nothing is run on it', async () => {
    const pty = open();
    await goToTheWait(pty);
    const known = await knownHosts();

    await tinycore.stop();
    const vps = await startReal();
    await pty.until('The server has another key');
    pty.type('n');
    const screen = await pty.until(/unknown: The host key of/);

    expect(screen).toMatch(/1 of \d+ proven/);
    expect(await loginsOf(vps)).toEqual([]);
    expect(await knownHosts()).toBe(known);
  });

  it('is asked about also where the person quit meanwhile and comes back', async () => {
    const before = open();
    await goToTheWait(before);
    before.type('q');
    await before.ended;

    await tinycore.stop();
    const vps = await startReal();
    const pty = open();
    const question = await pty.until('The server has another key');

    expect(question).toMatch(keyTable(tinycore, vps));
    pty.type('y');
    await pty.until('connected');
    pty.type('v');
    await pty.until(/✔ +proven[\s\S]*Debian GNU\/Linux 13 \(trixie\)/);
  });
});

/** How the question about a changed key shows two machines: what was known, and below it what there is now. */
function keyTable(
  known: { readonly hostKeys: readonly string[] },
  shown: { readonly hostKeys: readonly string[] },
): RegExp {
  const literally = (text: string) => text.replace(/[+.]/g, '\\$&');
  return new RegExp(
    `before[\\s\\S]*${literally(fingerprint(known))}[\\s\\S]*now[\\s\\S]*${literally(fingerprint(shown))}`,
  );
}

/** The fingerprint of a machine's first key, as ssh shows it: SHA256, and base64 without padding. */
function fingerprint({ hostKeys }: { readonly hostKeys: readonly string[] }): string {
  const blob = Buffer.from(hostKeys[0]?.split(' ')[1] ?? '', 'base64');
  return `SHA256:${createHash('sha256').update(blob).digest('base64').replace(/=+$/, '')}`;
}
