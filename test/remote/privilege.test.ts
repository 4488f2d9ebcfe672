import { describe, expect, it } from 'vitest';
import { accountsAvailable, sshdAvailable } from '../sshd.ts';
import { answering, aServer, connectTo, text, unaborted } from './connecting.ts';

const hasAccounts = await accountsAvailable();
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
