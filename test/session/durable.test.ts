import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { Guide } from '../../src/guide/guide.ts';
import { bundleProgram } from '../program.ts';
import { aServer } from '../remote/connecting.ts';
import { killIfThere, type Sshd, sshdAvailable } from '../sshd.ts';
import { aGuideThatRuns, bytesOf, cut, printing, savedOutput } from './a-long-action.ts';
import { aDirectory, everythingIn, openTestSession } from './a-session.ts';

async function aSession(
  server: Sshd,
  guide: Guide,
  more: { readonly sessions?: string; readonly secrets?: Map<string, string> } = {},
) {
  const session = await openTestSession({ guide, server, sessions: aDirectory(), ...more });
  await session.engine.proceed();
  return session;
}

describe.skipIf(!sshdAvailable())('promise 3: an action survives us', () => {
  it('is followed over a new line each time the line is cut, no byte missing and none doubled', async () => {
    const [server, place] = [await aServer(), aDirectory()];
    const session = await aSession(server, await aGuideThatRuns(place, printing(place, 40_000)));
    const running = session.engine.run('one');
    for (const share of [0.1, 0.3, 0.5, 0.7, 0.9].map((at) => at + Math.random() / 10)) {
      await bytesOf(session, Math.floor(share * 40_000 * 50));
      await cut(server);
    }
    await running;
    // The last cut may have met the look after it, which then could not see.
    await session.engine.verify('one');
    expect(session.state('one')).toMatchObject({ kind: 'proven' });
    expect(savedOutput(session).equals(readFileSync(join(place, 'printed')))).toBe(true);
    expect(readFileSync(join(place, 'ran'), 'utf8')).toBe('ran\n');
  });

  it('is got back to when the server’s sshd is there again, with a countdown until then', async () => {
    const [server, place] = [await aServer(), aDirectory()];
    const script = `echo begun; while [ ! -e ${place}/go ]; do sleep 0.1; done; echo ended; touch ${place}/done; exit 0`;
    const session = await aSession(server, await aGuideThatRuns(place, script));
    const running = session.engine.run('one');
    await bytesOf(session, 6);
    await server.halt();
    await session.until(({ connection }) => connection.kind === 'cut');
    expect(session.state('one').kind).toBe('running');
    writeFileSync(join(place, 'go'), '');
    await server.begin();
    await running;
    expect(session.state('one')).toMatchObject({ kind: 'proven' });
    expect(savedOutput(session).toString()).toBe('begun\nended\n');
  });

  it('is left running by who quits while the line is away, and gone on with by who comes back', async () => {
    const [server, place, sessions] = [await aServer(), aDirectory(), aDirectory()];
    const script = `echo begun; while [ ! -e ${place}/go ]; do sleep 0.1; done; echo ended; touch ${place}/done`;
    const guide = await aGuideThatRuns(place, script);
    const first = await aSession(server, guide, { sessions });
    const running = first.engine.run('one');
    await bytesOf(first, 6);
    await server.halt();
    await first.until(({ connection }) => connection.kind === 'cut');
    await first.close();
    await running;
    expect(first.state('one')).toMatchObject({ kind: 'unknown', why: expect.stringContaining('left it running') });

    await server.begin();
    const second = await openTestSession({ guide, server, sessions });
    const resumed = second.engine.proceed();
    await second.until(({ activity }) => activity.one?.kind === 'running');
    expect(second.state('one').kind).toBe('running');
    writeFileSync(join(place, 'go'), '');
    await resumed;
    expect(second.state('one')).toMatchObject({ kind: 'proven' });
    expect(second.engine.outputLines(0, 9)).toEqual(['begun', 'ended']);
    expect(savedOutput(second).toString()).toBe('begun\nended\n');
    expect(readFileSync(join(place, 'ran'), 'utf8')).toBe('ran\n');
  });

  it('is followed, not run again, by who runs it while it is running still', async () => {
    const [server, place] = [await aServer(), aDirectory()];
    const script = `trap '' INT; echo begun; while [ ! -e ${place}/go ]; do sleep 0.1; done; exit 3`;
    const session = await aSession(server, await aGuideThatRuns(place, script));
    const running = session.engine.run('one');
    await bytesOf(session, 6);
    await session.engine.interrupt();
    await session.engine.interrupt();
    await running;
    await session.engine.verify('one');
    const again = session.engine.run('one');
    await session.until(({ activity }) => activity.one?.kind === 'running');
    writeFileSync(join(place, 'go'), '');
    await again;
    expect(session.state('one')).toMatchObject({ kind: 'failed', why: 'The action ended with status 3.' });
    expect(readFileSync(join(place, 'ran'), 'utf8')).toBe('ran\n');
  });

  it('is unknown where there is no way back to the server, and the probe answers', async () => {
    const [server, place] = [await aServer(), aDirectory()];
    const script = `echo begun; while [ ! -e ${place}/go ]; do sleep 0.1; done`;
    const session = await aSession(server, await aGuideThatRuns(place, script));
    const running = session.engine.run('one');
    await bytesOf(session, 6);
    renameSync(server.identity, `${server.identity}.away`);
    await cut(server);
    await running;
    expect(session.state('one')).toMatchObject({ kind: 'unknown' });
    renameSync(`${server.identity}.away`, server.identity);
    writeFileSync(join(place, 'go'), '');
    writeFileSync(join(place, 'done'), '');
    await session.engine.verify('one');
    expect(session.state('one')).toMatchObject({ kind: 'proven' });
  });

  it('is got back to where the server stands still and says nothing more', async () => {
    const [server, place] = [await aServer(), aDirectory()];
    const script = `echo begun; while [ ! -e ${place}/go ]; do sleep 0.1; done; echo ended; touch ${place}/done`;
    const session = await aSession(server, await aGuideThatRuns(place, script));
    const running = session.engine.run('one');
    await bytesOf(session, 6);
    const silent = await server.connectionPids();
    for (const pid of silent) killIfThere(pid, 'SIGSTOP');
    onTestFinished(() => {
      for (const pid of silent) killIfThere(pid);
    });
    await session.until(({ notice }) => notice?.sentence.startsWith('The line is back') === true);
    writeFileSync(join(place, 'go'), '');
    await running;
    expect(session.state('one')).toMatchObject({ kind: 'proven' });
    expect(savedOutput(session).toString()).toBe('begun\nended\n');
  });

  it('never shows or saves a secret that it prints, whichever the spelling, also after it was cut', async () => {
    const [server, place, sessions] = [await aServer(), aDirectory(), aDirectory()];
    const secret = 'p&ss wörd/7+';
    const script = `IFS= read -r token
echo "plain $token"; printf %s "$token" | base64
printf 'in pieces p&ss '; while [ ! -e ${place}/go ]; do sleep 0.1; done; printf 'w\\303\\266rd/7+ end\\n'
printf 'key=%s\\n' "$token" >> "$BREVDUVA_OUTPUT"
touch ${place}/done`;
    const inputs = ['token: {type: secret, label: A token}'];
    const guide = await aGuideThatRuns(place, script, ['secrets: [token]', 'gives: [key]'], inputs);
    const secrets = new Map([['token', secret]]);
    const session = await aSession(server, guide, { sessions, secrets });
    const running = session.engine.run('one');
    await bytesOf(session, 40);
    await cut(server);
    writeFileSync(join(place, 'go'), '');
    await running;
    expect(session.state('one')).toMatchObject({ kind: 'proven' });
    // The last character of the base64 says nothing of the secret alone.
    expect(session.engine.outputLines(0, 9)).toEqual([
      'plain [secret]',
      expect.stringMatching(/^\[secret\].?==$/),
      'in pieces [secret] end',
    ]);
    for (const spelling of [secret, Buffer.from(secret).toString('base64').replace(/=+$/, '')]) {
      expect(everythingIn(sessions).includes(spelling)).toBe(false);
    }
    expect(session.engine.view.getState().values.key).toBe('');
  });
});

describe.skipIf(!sshdAvailable())('an action whose Brevduva was killed', () => {
  let program: string;
  beforeAll(async () => {
    program = await bundleProgram(join(import.meta.dirname, 'app.ts'));
  });
  afterAll(() => rmSync(dirname(program), { recursive: true }));

  /** Starts the app; resolves once it has that many bytes of output. */
  async function appWith(guide: Guide, server: Sshd, sessions: string, bytes: number): Promise<ChildProcess> {
    const words = [program, guide.file, sessions, await server.clientConfig(), String(server.port)];
    const app = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'inherit'] });
    onTestFinished(() => void app.kill('SIGKILL'));
    for await (const line of createInterface({ input: app.stdout })) if (Number.parseInt(line, 10) >= bytes) break;
    return app;
  }

  it.each([1, 300_000, 900_000])('at byte %i ran once, and its output and status are exact', async (bytes) => {
    const [server, place, sessions] = [await aServer(), aDirectory(), aDirectory()];
    const guide = await aGuideThatRuns(place, printing(place, 30_000));
    const app = await appWith(guide, server, sessions, bytes);
    const exited = once(app, 'exit');
    app.kill('SIGKILL');
    await exited;

    const session = await aSession(server, guide, { sessions });
    expect(session.state('one')).toMatchObject({ kind: 'proven' });
    const { lastAttempt } = session.engine.view.getState().checkpoints[0] ?? {};
    expect(lastAttempt?.outcome).toEqual({ kind: 'exited', status: 0, cancelled: false });
    const output = join(session.directory, 'output');
    expect(readdirSync(output)).toEqual([`${lastAttempt?.id}.log`]);
    expect(readFileSync(join(output, `${lastAttempt?.id}.log`)).equals(readFileSync(join(place, 'printed')))).toBe(
      true,
    );
    expect(readFileSync(join(place, 'ran'), 'utf8')).toBe('ran\n');
    expect(existsSync(join(place, 'done'))).toBe(true);
  });
});
