import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { DetachedAttempts } from '../../src/remote/attempts/detached-attempts.ts';
import { accountsAvailable, sshdAvailable, sudoAvailable } from '../sshd.ts';
import { answering, aServer, connectTo, text, unaborted } from './connecting.ts';

const hasAccounts = await accountsAvailable();
const hasSudo = await sudoAvailable();
const isRoot = process.getuid?.() === 0;

describe.skipIf(!sshdAvailable() || !isRoot)('whoever logs in as root', () => {
  it('runs scripts as root', async () => {
    const server = await aServer();
    const connection = await connectTo(server);
    expect(connection.privilege).toBe('root');
    expect(text((await connection.runScript('id -u', { signal: unaborted })).stdout)).toBe('0\n');
    await connection.close();
  });
});

describe.skipIf(!hasAccounts)('whoever logs in as another (needs root and unshare)', () => {
  const shells = ['/bin/bash', '/bin/dash'];

  it.each(shells)('with the login shell %s and no right to sudo runs scripts as such', async (shell) => {
    const server = await aServer({ account: { name: 'pigeon', uid: 65_000, shell } });
    // Where sudo is installed it may ask for a password, which nobody has.
    const { answer } = answering({});
    const connection = await connectTo(server, { answer });
    expect(connection.user).toBe('pigeon');
    expect(connection.privilege).toBe('none');
    expect(text((await connection.runScript('id -u', { signal: unaborted })).stdout)).toBe('65000\n');
    await connection.close();
  });

  it('is told where the login runs no commands, and what it says', async () => {
    const account = { name: 'pigeon', uid: 65_000, shell: '/usr/sbin/nologin' };
    const server = await aServer({ account });
    await expect(connectTo(server)).rejects.toMatchObject({
      kind: 'configuration',
      sentence: expect.stringContaining('This account is currently not available'),
    });
  });
});

describe.skipIf(!hasSudo)('whoever logs in as another that may sudo (needs root, unshare and sudo)', () => {
  const pigeon = { name: 'pigeon', uid: 65_000, shell: '/bin/bash' };

  it('runs scripts as root, unasked where sudo asks nothing', async () => {
    const server = await aServer({ account: { ...pigeon, sudo: 'unasked' } });
    const connection = await connectTo(server);
    expect(connection.privilege).toBe('sudo');
    const { stdout, end } = await connection.runScript('id -u; cat; exit 3', { signal: unaborted });
    expect(text(stdout)).toBe('0\n');
    expect(end).toEqual({ kind: 'exited', status: 3 });
    await connection.close();
  });

  it('is asked for the password once, and again where it was wrong', async () => {
    const server = await aServer({ account: { ...pigeon, sudo: { password: "it's $ecret" } } });
    const { answer, asked } = answering({ 'sudo-password': ['wrong', "it's $ecret"] });
    const connection = await connectTo(server, { answer });
    expect(connection.privilege).toBe('sudo-password');
    for (const status of [0, 4]) {
      const { stdout, stderr, end } = await connection.runScript(`id -u; exit ${status}`, { signal: unaborted });
      expect([text(stdout), text(stderr)]).toEqual(['0\n', '']);
      expect(end).toEqual({ kind: 'exited', status });
    }
    expect(asked).toHaveLength(2);
    await connection.close();
  });

  it('runs scripts as such where no password is given', async () => {
    const server = await aServer({ account: { ...pigeon, sudo: { password: 'secret' } } });
    const connection = await connectTo(server, answering({}));
    expect(connection.privilege).toBe('none');
    await connection.close();
  });

  it('cancels an attempt that runs as root', async () => {
    const server = await aServer({ account: { ...pigeon, sudo: 'unasked' } });
    const connection = await connectTo(server);
    const attempts = new DetachedAttempts(connection);
    const script = 'trap "" TERM; id -u; sleep 300; sleep 300';
    const id = randomUUID();
    // sudo gives root's own home, which is this machine's.
    onTestFinished(() => rm(join(homedir(), '.local/state/brevduva/attempts', id), { recursive: true, force: true }));
    await attempts.start({ id, script, environment: {}, secrets: [] }, unaborted);
    let cancelled: Promise<unknown> | undefined;
    const end = await attempts.follow(
      id,
      0,
      () => {
        cancelled ??= attempts.cancel(id, 200, unaborted);
      },
      unaborted,
    );
    expect(await cancelled).toEqual({ gone: true });
    expect(end).toMatchObject({ status: 137, cancelled: true });
    await connection.close();
  });
});
