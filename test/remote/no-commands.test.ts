import { describe, expect, it } from 'vitest';
import { accountsAvailable, programAvailable, sshdAvailable } from '../sshd.ts';
import { aServer, connectTo } from './connecting.ts';

const hasAccounts = await accountsAvailable();
const remedy = expect.stringMatching(/Log in once with ssh .* or use another user/);

describe.skipIf(!sshdAvailable())('a login that runs no command of ours', () => {
  it.each([
    ['a forced command', 'ForceCommand echo hello', /no command runs there: .*but said "hello"/],
    ['a forced command that says nothing', 'ForceCommand true', /no command runs there: the login did not run it/],
    ['an account for SFTP only', 'ForceCommand internal-sftp', /no command runs there/],
  ])('is told, with what to do: %s', async (_, line, sentence) => {
    const server = await aServer({ config: [line] });
    await expect(connectTo(server)).rejects.toMatchObject({ sentence: expect.stringMatching(sentence), remedy });
  });

  it.skipIf(!hasAccounts || !programAvailable('rbash'))('is told, with what to do: a restricted shell', async () => {
    const server = await aServer({ account: { name: 'pigeon', uid: 65_000, shell: '/bin/rbash' } });
    await expect(connectTo(server)).rejects.toMatchObject({ sentence: expect.stringContaining('restricted'), remedy });
  });
});
