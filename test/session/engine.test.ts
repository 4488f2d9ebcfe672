import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { watch } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { killIfThere, type Sshd, sshdAvailable, startSshd } from '../sshd.ts';
import { aDirectory, aGuideOf, aStepFile, everythingIn, openTestSession } from './a-session.ts';

describe.skipIf(!sshdAvailable())('the engine, over a real sshd', () => {
  let server: Sshd;
  beforeAll(async () => {
    server = await startSshd();
    await server.trust();
  });
  afterAll(() => server.stop());

  it('probes before it acts, acts, and calls proven only what the probe then sees', async () => {
    const place = aDirectory();
    const guide = await aGuideOf({
      one: aStepFile(
        ['effects: [a file]'],
        [
          ['sh run', `echo working\necho made >> ${place}/made`],
          ['sh verify', `[ -e ${place}/made ] && echo "the file is there" || { echo "no file"; exit 1; }`],
        ],
      ),
    });
    const { engine, state, directory } = await openTestSession({ guide, server, sessions: aDirectory() });
    await engine.proceed();
    expect(state('one')).toEqual({ kind: 'todo' });
    await engine.run('one');
    expect(state('one')).toMatchObject({ kind: 'proven', warning: false });
    expect(engine.view.getState().checkpoints[0]?.evidence[0]).toMatchObject({ observed: 'the file is there' });
    expect(engine.outputLines(0, 10)).toEqual(['working']);
    const attempt = engine.output.getState().attempt;
    expect(readFileSync(join(directory, 'output', `${attempt}.log`), 'utf8')).toBe('working\n');

    await engine.run('one');
    expect(readFileSync(join(place, 'made'), 'utf8')).toBe('made\n');
    expect(engine.view.getState().notice?.sentence).toBe('This holds already; nothing was run.');
    await engine.verify('one');
    expect(engine.view.getState().notice).toBe(null);
  });

  it('does not call an action proven because it ended with 0', async () => {
    const guide = await aGuideOf({
      one: aStepFile(
        [],
        [
          ['sh run', 'true'],
          ['sh verify', 'echo "still not so"; exit 1'],
        ],
      ),
    });
    const { engine, state } = await openTestSession({ guide, server, sessions: aDirectory() });
    await engine.proceed();
    await engine.run('one');
    expect(state('one')).toMatchObject({ kind: 'failed', why: 'still not so' });
  });

  it('tells the exit status of an action that failed, and does not look again', async () => {
    const guide = await aGuideOf({
      one: aStepFile(
        [],
        [
          ['sh run', 'echo broken; exit 7'],
          ['sh verify', 'exit 1'],
        ],
      ),
    });
    const { engine, state } = await openTestSession({ guide, server, sessions: aDirectory() });
    await engine.proceed();
    await engine.run('one');
    expect(state('one')).toMatchObject({ kind: 'failed', why: 'The action ended with status 7.' });
  });

  it('polls while a probe says not yet, and is proven when it holds', async () => {
    const place = aDirectory();
    const guide = await aGuideOf({
      one: aStepFile(
        [],
        [
          [
            'sh verify every=1s for=1m',
            `echo x >> ${place}/looks\n[ "$(wc -l < ${place}/looks)" -ge 3 ] || exit 75\necho there`,
          ],
        ],
      ),
    });
    const { engine, state } = await openTestSession({ guide, server, sessions: aDirectory() });
    await engine.proceed();
    const seen: string[] = [];
    engine.view.subscribe((view) => {
      const kind = view.checkpoints[0]?.state.kind ?? '';
      if (seen.at(-1) !== kind) seen.push(kind);
    });
    await engine.verify('one');
    expect(state('one')).toMatchObject({ kind: 'proven' });
    expect(seen).toContain('waiting');
    expect(readFileSync(join(place, 'looks'), 'utf8')).toBe('x\nx\nx\n');
  });

  it('ends a wait when it is interrupted, and leaves what it had seen', async () => {
    const guide = await aGuideOf({ one: aStepFile([], [['sh verify every=1h for=2h', 'echo "not here"; exit 75']]) });
    const { engine, state, until } = await openTestSession({ guide, server, sessions: aDirectory() });
    await engine.proceed();
    const verifying = engine.verify('one');
    await until(({ activity }) => activity.one?.kind === 'waiting');
    await engine.interrupt();
    await verifying;
    expect(state('one')).toMatchObject({ kind: 'waiting' });
    expect(engine.view.getState().activity).toEqual({});
  });

  it('gives what one step found to the steps after it', async () => {
    const guide = await aGuideOf({
      one: aStepFile(
        ['gives: [address]'],
        [
          [
            'sh verify',
            'echo address=192.0.2.7 >> "$BREVDUVA_OUTPUT"\necho hidden=1 >> "$BREVDUVA_OUTPUT"\necho found',
          ],
        ],
      ),
      two: aStepFile(['needs: [one]'], [['sh verify', 'echo "address is $ADDRESS, hidden is [$HIDDEN]"']]),
    });
    const { engine } = await openTestSession({ guide, server, sessions: aDirectory() });
    await engine.proceed();
    await engine.run('two');
    expect(engine.view.getState().notice?.sentence).toMatch(/needs “A step” first/);
    await engine.run('one');
    await engine.run('two');
    expect(engine.view.getState().checkpoints[1]?.evidence[0]?.observed).toBe('address is 192.0.2.7, hidden is []');
  });

  it('looks first at what gives values, so that one look at everything has them', async () => {
    const guide = await aGuideOf({
      one: aStepFile(['gives: [address]'], [['sh verify', 'echo address=192.0.2.7 >> "$BREVDUVA_OUTPUT"\necho found']]),
      two: aStepFile([], [['sh verify', 'echo "address is $ADDRESS"']]),
    });
    const { engine } = await openTestSession({ guide, server, sessions: aDirectory() });
    await engine.enter();
    await engine.verifyAll();
    expect(engine.view.getState().checkpoints[1]?.evidence[0]?.observed).toBe('address is 192.0.2.7');
  });

  it('resumes: what was proven is probed again, and what no longer holds says so', async () => {
    const place = aDirectory();
    const sessions = aDirectory();
    const step = (name: string) =>
      aStepFile([], [['sh verify', `[ -e ${place}/${name} ] && echo here || { echo gone; exit 1; }`]]);
    const guide = await aGuideOf({ one: step('a'), two: step('b') });
    writeFileSync(join(place, 'a'), '');
    writeFileSync(join(place, 'b'), '');
    const first = await openTestSession({ guide, server, sessions });
    await first.engine.proceed();
    await first.engine.verifyAll();
    expect([first.state('one').kind, first.state('two').kind]).toEqual(['proven', 'proven']);
    await first.close();

    rmSync(join(place, 'b'));
    const second = await openTestSession({ guide, server, sessions });
    expect(second.state('two').kind).toBe('proven');
    await second.engine.proceed();
    expect(second.state('one')).toMatchObject({ kind: 'proven' });
    expect(second.state('two')).toMatchObject({ kind: 'failed', why: 'No longer holds: gone' });
  });

  it('asks the command to stop at the first interrupt, and leaves it running at the second', async () => {
    const place = aDirectory();
    const guide = await aGuideOf({
      one: aStepFile(
        [],
        [
          [
            'sh run',
            `trap 'echo asked' INT\necho started\nwhile [ ! -e ${place}/enough ]; do sleep 1; done\ntouch ${place}/ended`,
          ],
          ['sh verify', 'exit 1'],
        ],
      ),
    });
    const { engine, state } = await openTestSession({ guide, server, sessions: aDirectory() });
    await engine.proceed();
    const says = (wanted: string) =>
      new Promise<void>((resolve) => {
        const look = () => {
          if (!engine.outputLines(0, 100).includes(wanted)) return;
          stop();
          resolve();
        };
        const stop = engine.output.subscribe(look);
      });
    const started = says('started');
    const asked = says('asked');
    const running = engine.run('one');
    await started;
    await engine.interrupt();
    await asked;
    await engine.interrupt();
    await running;
    expect(state('one')).toMatchObject({ kind: 'unknown', why: expect.stringContaining('left it running') });
    expect(existsSync(join(place, 'ended'))).toBe(false);
    writeFileSync(join(place, 'enough'), '');
  });

  it('ends an action for good when it is cancelled, and says when it is gone', async () => {
    const guide = await aGuideOf({
      one: aStepFile(
        [],
        [
          ['sh run', 'echo started\nsleep 600'],
          ['sh verify', 'exit 1'],
        ],
      ),
    });
    const { engine, state, until } = await openTestSession({ guide, server, sessions: aDirectory() });
    await engine.proceed();
    const running = engine.run('one');
    await until(({ activity }) => activity.one?.kind === 'running');
    await engine.cancel();
    await running;
    expect(state('one')).toMatchObject({ kind: 'failed', why: 'The action was cancelled.' });
    expect(engine.view.getState().notice?.sentence).toContain('nothing of it is running');
  });

  it('does not start an action when the disk is full', async (context) => {
    const sessions = aDirectory();
    const mounted = await execa('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', sessions], { reject: false });
    if (mounted.exitCode !== 0) return context.skip('Needs root, to have a small disk.');
    onTestFinished(async () => {
      await execa('umount', [sessions]);
    });
    const place = aDirectory();
    const guide = await aGuideOf({ one: aStepFile(['confirm: It ran.'], [['sh run', `touch ${place}/ran`]]) }, [
      'padding: {type: text, label: Padding, optional: true}',
    ]);
    const { engine, directory } = await openTestSession({ guide, server, sessions });
    await engine.proceed();
    await fillDisk(sessions, join(directory, 'events.jsonl'), (padding) => engine.setInputs({ padding }));
    await engine.run('one');
    expect(engine.view.getState().broken?.sentence).toMatch(/cannot save its progress here: no space left/i);
    expect(existsSync(join(place, 'ran'))).toBe(false);
  });

  it('runs on=here on the operator’s own machine', async () => {
    const place = aDirectory();
    const guide = await aGuideOf({
      one: aStepFile(
        [],
        [
          ['sh run on=here', `echo "here: $PPID"; touch ${place}/here`],
          ['sh verify on=here', `[ -e ${place}/here ] && echo yes || exit 1`],
        ],
      ),
    });
    const { engine, state } = await openTestSession({ guide, server, sessions: aDirectory() });
    await engine.proceed();
    await engine.run('one');
    expect(state('one')).toMatchObject({ kind: 'proven' });
    expect(engine.outputLines(0, 1)[0]).toMatch(/^here: /);
  });

  it('hands secrets over on standard input and writes them nowhere', async () => {
    const canary = 'c4n4ry-S3cret "with" $signs';
    const guide = await aGuideOf(
      {
        one: aStepFile(
          ['secrets: [token]'],
          [
            ['sh run', 'IFS= read -r token\n[ "$(printf %s "$token" | wc -c)" -eq 27 ] && echo long enough'],
            [
              'sh verify',
              'IFS= read -r token\n[ "$(printf %s "$token" | wc -c)" -eq 27 ] && echo "still known" || exit 1',
            ],
          ],
        ),
      },
      ['token: {type: secret, label: A token}'],
    );
    const sessions = aDirectory();
    const { engine, state, until } = await openTestSession({ guide, server, sessions });
    await engine.proceed();
    const running = engine.run('one');
    await until(({ gate }) => gate?.kind === 'inputs');
    await engine.setInputs({ token: canary });
    await running;
    expect(state('one')).toMatchObject({ kind: 'proven' });
    expect(everythingIn(sessions).includes(canary)).toBe(false);
    expect(JSON.stringify(engine.view.getState())).not.toContain('c4n4ry');
  });

  it('learns nothing of a target whose line broke in that moment', async () => {
    // The process of this connection's sshd is gone before the first command has said anything.
    const breaking = await startSshd({ config: ['ForceCommand kill -9 $PPID'] });
    onTestFinished(() => breaking.stop());
    await breaking.trust();
    const guide = await aGuideOf({ one: aStepFile([], [['sh verify', 'echo yes']]) });
    const { engine } = await openTestSession({ guide, server: breaking, sessions: aDirectory() });
    await engine.verifyAll();
    expect(engine.view.getState().session.identity).toBeUndefined();
    expect(engine.view.getState().checkpoints[0]?.state.kind).toBe('unknown');
  });

  it('does not wait for a secret that is optional, and hands it over once it is given', async () => {
    const guide = await aGuideOf(
      {
        one: aStepFile(
          ['secrets: [token]'],
          [['sh verify', 'IFS= read -r token || echo "no line"\necho "$(printf %s "$token" | wc -c) characters"']],
        ),
      },
      ['token: {type: secret, label: A token, optional: true}'],
    );
    const { engine } = await openTestSession({ guide, server, sessions: aDirectory() });
    const observed = () => engine.view.getState().checkpoints[0]?.evidence[0]?.observed;
    await engine.proceed();
    await engine.verifyAll();
    expect(observed()).toBe('0 characters');
    await engine.setInputs({ token: 'c4n4ry' });
    await engine.verify('one');
    expect(observed()).toBe('6 characters');
  });

  it('asks for all missing inputs at once, refuses a bad value whole, and goes on when all are there', async () => {
    const guide = await aGuideOf({ one: aStepFile([], [['sh verify', 'echo "$DOMAIN $NAME"']]) }, [
      'domain: {type: domain, label: The domain}',
      'name: {type: text, label: A name}',
    ]);
    const { engine } = await openTestSession({ guide, server, sessions: aDirectory() });
    await engine.proceed();
    expect(engine.view.getState().gate).toMatchObject({
      kind: 'inputs',
      inputs: [{ name: 'domain' }, { name: 'name' }],
    });
    await engine.setInputs({ domain: 'not a domain', name: 'x' });
    expect(engine.view.getState().session.inputs).toEqual({});
    expect(engine.view.getState().notice?.tone).toBe('error');
    await engine.setInputs({ domain: 'Example.COM', name: 'x y' });
    expect(engine.view.getState().gate).toBe(null);
    await engine.verify('one');
    expect(engine.view.getState().checkpoints[0]?.evidence[0]?.observed).toBe('example.com x y');
  });

  it('makes a proof stale when an input that it used changes, and names it', async () => {
    const guide = await aGuideOf(
      { one: aStepFile([], [['sh verify', 'echo "$DOMAIN"']]), two: aStepFile([], [['sh verify', 'echo same']]) },
      ['domain: {type: domain, label: The domain}'],
    );
    const { engine, state } = await openTestSession({ guide, server, sessions: aDirectory() });
    await engine.setInputs({ domain: 'example.com' });
    await engine.proceed();
    await engine.verifyAll();
    await engine.setInputs({ domain: 'example.org' });
    expect(state('one')).toMatchObject({ kind: 'stale', why: 'The value of domain changed since it was proven.' });
    expect(state('two')).toMatchObject({ kind: 'proven' });
  });

  it('asks before it goes on with a guide that is not the one it pinned, and tells what changed', async () => {
    const sessions = aDirectory();
    const before = await aGuideOf({ one: aStepFile([], [['sh verify', 'echo a']]) });
    const first = await openTestSession({ guide: before, server, sessions });
    await first.engine.proceed();
    await first.close();
    const after = await aGuideOf({
      one: aStepFile([], [['sh verify', 'echo b']]),
      two: aStepFile([], [['sh verify', 'echo c']]),
    });
    const second = await openTestSession({ guide: after, server, sessions });
    await second.engine.proceed();
    expect(second.engine.view.getState().gate).toEqual({
      kind: 'changed',
      differences: [
        { id: 'one', kind: 'changed', parts: ['verify'] },
        { id: 'two', kind: 'added', parts: [] },
      ],
    });
    await second.engine.trustGuide();
    expect(second.engine.view.getState().gate).toBe(null);
  });

  it('shows a guide of the person’s own before it runs anything of it', async () => {
    const guide = { ...(await aGuideOf({ one: aStepFile([], [['sh verify', 'echo a']]) })), shipped: false };
    const { engine } = await openTestSession({ guide, server, sessions: aDirectory() });
    await engine.proceed();
    expect(engine.view.getState()).toMatchObject({ gate: { kind: 'trust' }, connection: { kind: 'idle' } });
    await engine.trustGuide();
    expect(engine.view.getState()).toMatchObject({ gate: null, connection: { kind: 'connected' } });
  });

  it('takes an action back with undo, and is to do again', async () => {
    const place = aDirectory();
    const guide = await aGuideOf({
      one: aStepFile(
        [],
        [
          ['sh run', `touch ${place}/f`],
          ['sh verify', `[ -e ${place}/f ] && echo there || { echo gone; exit 1; }`],
          ['sh undo', `rm ${place}/f`],
          ['sh hint', 'echo "look in the directory"'],
        ],
      ),
    });
    const { engine, state } = await openTestSession({ guide, server, sessions: aDirectory() });
    await engine.proceed();
    await engine.run('one');
    expect(state('one').kind).toBe('proven');
    await engine.undo('one');
    expect(state('one').kind).toBe('todo');
    expect(existsSync(join(place, 'f'))).toBe(false);
    await engine.hint('one');
    expect(engine.view.getState().hints.one).toEqual(['look in the directory']);
  });
});

describe.skipIf(!sshdAvailable())('promise 6: a step that can cut the line', () => {
  const guarded = (place: string, action: string, seconds: number) =>
    aGuideOf({
      one: aStepFile(
        [`reverts: ${seconds}s`],
        [
          ['sh run', `touch ${place}/changed\n${action}`],
          ['sh undo', `rm ${place}/changed; echo back > ${place}/undone`],
          ['sh verify', `[ -e ${place}/changed ] && echo changed || { echo "as it was"; exit 1; }`],
        ],
      ),
    });

  it('stays changed once a new connection got through, also after its time', async () => {
    const place = aDirectory();
    const server = await startSshd();
    onTestFinished(() => server.stop());
    await server.trust();
    const guide = await guarded(place, 'echo done', 60);
    const { engine, state } = await openTestSession({ guide, server, sessions: aDirectory() });
    await engine.proceed();
    const before = new Set(readdirSync(tmpdir()).filter((name) => name.startsWith('brevduva-guard.')));
    await engine.run('one');
    expect(engine.view.getState().notice?.sentence).toBe('A new connection got through, so the change stays.');
    expect(state('one').kind).toBe('proven');
    // Who called the guard off took the decision and its folder away: the timer finds nothing to decide.
    expect(readdirSync(tmpdir()).filter((name) => name.startsWith('brevduva-guard.') && !before.has(name))).toEqual([]);
    expect(existsSync(join(place, 'undone'))).toBe(false);
  });

  it('takes itself back where no new connection gets through', async () => {
    const place = aDirectory();
    const server = await startSshd();
    onTestFinished(() => server.stop());
    await server.trust();
    // The listener goes; the connection that there is stays, and proves nothing.
    const guide = await guarded(place, `kill ${server.pid}`, 3);
    const undone = appearing(place, 'undone');
    const { engine, state } = await openTestSession({ guide, server, sessions: aDirectory() });
    await engine.proceed();
    await engine.run('one');
    expect(engine.view.getState().notice?.sentence).toMatch(/No new connection gets through/);
    await undone;
    await engine.verify('one');
    expect(existsSync(join(place, 'changed'))).toBe(false);
    expect(state('one')).toMatchObject({ kind: 'failed' });
  });
});

/** Resolves when a file of that name has been made in the directory. */
async function appearing(directory: string, name: string): Promise<void> {
  for await (const { filename } of watch(directory)) if (filename === name) return;
}

/** Leaves no free page on the disk, and in the journal's last page no room for another event. */
async function fillDisk(disk: string, journal: string, grow: (padding: string) => Promise<void>): Promise<void> {
  const page = 4_096;
  const room = () => page - (statSync(journal).size % page);
  const before = statSync(journal).size;
  await grow('x');
  const oneEvent = statSync(journal).size - before;
  for (let round = 0; room() > oneEvent + 200 || room() < oneEvent + 20; round += 1)
    await grow('x'.repeat(2 + (round % 100)));
  await grow('x'.repeat(room() - oneEvent - 1));
  expect(room()).toBeLessThan(10);
  try {
    writeFileSync(join(disk, 'filler'), Buffer.alloc(1024 * 1024));
  } catch (error) {
    expect(error).toMatchObject({ code: 'ENOSPC' });
  }
}

describe.skipIf(!sshdAvailable())('a server that is reinstalled', () => {
  it('makes all that was proven on it stale, once the person accepted its new key', async () => {
    const server = await startSshd();
    await server.trust();
    const guide = await aGuideOf({
      one: aStepFile([], [['sh verify', 'echo here']]),
      two: aStepFile(['reinstalls: true'], [['sh verify', 'echo installed']]),
    });
    try {
      const { engine, state, until, close } = await openTestSession({ guide, server, sessions: aDirectory() });
      await engine.proceed();
      await engine.verify('one');
      await server.reinstall();
      await until(({ connection }) => connection.kind === 'failed');
      const verifying = engine.verify('two');
      await until(({ question }) => question !== null);
      const asked = engine.view.getState().question;
      expect(asked?.question).toMatchObject({
        kind: 'host-key-changed',
        key: { fingerprint: await server.fingerprint() },
      });
      engine.answer(asked?.id ?? -1, 'yes');
      await verifying;
      expect(state('two')).toMatchObject({ kind: 'proven' });
      expect(state('one')).toMatchObject({ kind: 'stale', why: 'The server has another host key.' });
      await close();
    } finally {
      await server.stop();
    }
  });

  it('is asked about also in a session that is resumed while it waits for that', async () => {
    const server = await startSshd();
    await server.trust();
    const guide = await aGuideOf({
      one: aStepFile([], [['sh verify', 'echo here']]),
      two: aStepFile(['needs: [one]', 'reinstalls: true'], [['sh verify', 'echo installed']]),
    });
    const sessions = aDirectory();
    try {
      const before = await openTestSession({ guide, server, sessions });
      await before.engine.proceed();
      await before.engine.verify('one');
      await before.close();
      await server.reinstall();

      const { engine, until, close } = await openTestSession({ guide, server, sessions });
      const proceeding = engine.proceed();
      await Promise.race([proceeding, until(({ question }) => question !== null)]);

      expect(engine.view.getState().question?.question).toMatchObject({
        kind: 'host-key-changed',
        key: { fingerprint: await server.fingerprint() },
      });
      engine.answer(engine.view.getState().question?.id ?? -1, null);
      await proceeding;
      await close();
    } finally {
      await server.stop();
    }
  });

  it('is expected once: after its proof a key that changes again is refused', async () => {
    const server = await startSshd();
    await server.trust();
    const guide = await aGuideOf({ one: aStepFile(['reinstalls: true'], [['sh verify', 'echo installed']]) });
    const sessions = aDirectory();
    try {
      const before = await openTestSession({ guide, server, sessions });
      await before.engine.proceed();
      await before.engine.verify('one');
      expect(before.state('one')).toMatchObject({ kind: 'proven' });
      await server.reinstall();
      await before.until(({ connection }) => connection.kind === 'failed');
      const verifying = before.engine.verify('one');
      await Promise.race([verifying, before.until(({ question }) => question !== null)]);
      expect(before.engine.view.getState().question).toBe(null);
      await verifying;
      expect(before.state('one')).toMatchObject({ kind: 'unknown' });
      await before.close();

      const { engine, until, close } = await openTestSession({ guide, server, sessions });
      const proceeding = engine.proceed();
      await Promise.race([proceeding, until(({ question }) => question !== null)]);
      expect(engine.view.getState().question).toBe(null);
      await proceeding;
      expect(engine.view.getState().notice?.sentence).toContain('has changed');
      await close();
    } finally {
      await server.stop();
    }
  });

  it('is waited for where it goes away in the middle of a look', async () => {
    const place = aDirectory();
    const server = await startSshd();
    await server.trust();
    const guide = await aGuideOf({
      one: aStepFile(['reinstalls: true'], [['sh verify every=1h for=2h', `touch ${place}/looks; sleep 600`]]),
    });
    try {
      const { engine, state, until, close } = await openTestSession({ guide, server, sessions: aDirectory() });
      await engine.proceed();
      const looking = appearing(place, 'looks');
      const verifying = engine.verify('one');
      await looking;
      for (const pid of await server.connectionPids()) killIfThere(pid);
      await Promise.race([verifying, until(({ activity }) => activity.one?.kind === 'waiting')]);
      expect(engine.view.getState().activity.one).toMatchObject({ kind: 'waiting' });
      expect(engine.view.getState().checkpoints[0]?.evidence).toMatchObject([{ probe: 'ssh', verdict: 'not-yet' }]);
      await engine.interrupt();
      await verifying;
      expect(state('one')).toMatchObject({ kind: 'waiting' });
      await close();
    } finally {
      await server.stop();
    }
  });

  it('is refused where the guide does not expect it', async () => {
    const server = await startSshd();
    await server.trust();
    const guide = await aGuideOf({ one: aStepFile([], [['sh verify', 'echo here']]) });
    try {
      const { engine, state, until, close } = await openTestSession({ guide, server, sessions: aDirectory() });
      await engine.proceed();
      await engine.verify('one');
      await server.reinstall();
      await until(({ connection }) => connection.kind === 'failed');
      await engine.verify('one');
      expect(engine.view.getState().question).toBe(null);
      expect(state('one')).toMatchObject({ kind: 'unknown' });
      await close();
    } finally {
      await server.stop();
    }
  });
});
