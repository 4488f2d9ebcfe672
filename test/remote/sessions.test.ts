import { describe, expect, it } from 'vitest';
import { DetachedAttempts } from '../../src/remote/attempts/detached-attempts.ts';
import { sshdAvailable } from '../sshd.ts';
import { aServer, connectTo, text, unaborted } from './connecting.ts';

describe.skipIf(!sshdAvailable()).each([1, 3, 10])('a server that allows %i sessions', (allowed) => {
  it('runs 20 scripts that come at once, and loses none', async () => {
    const server = await aServer({ config: [`MaxSessions ${allowed}`] });
    const connection = await connectTo(server);
    const results = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        connection.runScript(`sleep 0.05; echo ${index}; exit ${index}`, { signal: unaborted }),
      ),
    );
    expect(results.map(({ stdout }) => text(stdout))).toEqual(results.map((_, index) => `${index}\n`));
    expect(results.map(({ end }) => end)).toEqual(results.map((_, status) => ({ kind: 'exited', status })));
    await connection.close();
  });
});

describe.skipIf(!sshdAvailable())('a server that allows one session', () => {
  it('cancels an attempt that holds it, and then runs what waited', async () => {
    const server = await aServer({ config: ['MaxSessions 1'] });
    const connection = await connectTo(server);
    const attempts = new DetachedAttempts(connection);
    await attempts.start({ id: 'a', script: 'sleep 300', environment: {}, secrets: [] }, unaborted);
    const waiting = connection.runScript('echo after', { signal: unaborted });

    expect(await attempts.cancel('a', 5000, unaborted)).toEqual({ gone: true });
    expect(text((await waiting).stdout)).toBe('after\n');
    await connection.close();
  });

  it('lets a script that waits for it be given up', async () => {
    const server = await aServer({ config: ['MaxSessions 1'] });
    const connection = await connectTo(server);
    const controller = new AbortController();
    const reason = new Error('given up');
    const first = connection.runScript('sleep 300', { signal: controller.signal });
    const second = connection.runScript('echo never', { signal: controller.signal });
    controller.abort(reason);
    await expect(first).rejects.toBe(reason);
    await expect(second).rejects.toBe(reason);
    expect((await connection.runScript('exit 5', { signal: unaborted })).end).toEqual({ kind: 'exited', status: 5 });
    await connection.close();
  });
});

describe.skipIf(!sshdAvailable())('a server that allows no session', () => {
  it('says so when one connects', async () => {
    const server = await aServer({ config: ['MaxSessions 0'] });
    await expect(connectTo(server)).rejects.toMatchObject({
      kind: 'configuration',
      sentence: expect.stringContaining('opens no more sessions'),
    });
  });
});
