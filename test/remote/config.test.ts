import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseDump, type RawSettings, readConfiguration } from '../../src/remote/configuration/config.ts';
import { parseJumpHosts } from '../../src/remote/configuration/jump-hosts.ts';
import { type LocalMachine, settingsOf } from '../../src/remote/configuration/settings.ts';
import type { TargetOptions } from '../../src/remote/connection.ts';
import { programAvailable } from '../sshd.ts';
import { unaborted } from './connecting.ts';

const local: LocalMachine = {
  home: '/home/me',
  user: 'me',
  userId: 1000,
  host: 'laptop.example.net',
  environment: { SSH_AUTH_SOCK: '/run/agent', KEYS: '/keys', OTHER_AGENT: '/run/other' },
};

/** Settings out of the lines that `ssh -G` would print. */
function settings(dump: string, target: Partial<TargetOptions> = {}) {
  return settingsOf(parseDump(dump), { host: 'mx', ...target }, local);
}

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'brevduva-config-'));
});
afterAll(() => rm(directory, { recursive: true }));

async function configFile(name: string, lines: readonly string[]): Promise<string> {
  const file = join(directory, name);
  await writeFile(file, `${lines.join('\n')}\n`);
  return file;
}

describe.skipIf(!programAvailable('ssh'))('the SSH configuration by OpenSSH', () => {
  const read = (target: TargetOptions): Promise<RawSettings> => readConfiguration(target, unaborted);

  it('follows Include and Match', async () => {
    const included = await configFile('included', ['Host mx', 'Port 2222', 'HostName 203.0.113.10']);
    const file = await configFile('whole', [
      `Include ${included}`,
      'Match host 203.0.113.10 exec "true"',
      'User operator',
      'Host *',
      'User nobody',
    ]);
    expect(settingsOf(await read({ host: 'mx', configFile: file }), { host: 'mx' }, local)).toMatchObject({
      hostname: '203.0.113.10',
      port: 2222,
      user: 'operator',
    });
  });

  it('puts -l, -p, -J and -i before what the file says', async () => {
    const file = await configFile('options', ['Host mx', 'Port 2222', 'User operator', 'ProxyJump other']);
    const key = await configFile('key', ['']);
    const target = { host: 'mx', configFile: file, user: 'root', port: 22, jump: 'a,b@c:99', identityFiles: [key] };
    expect(settingsOf(await read(target), target, local)).toMatchObject({
      user: 'root',
      port: 22,
      namedIdentityFiles: [key],
      route: { kind: 'jump', through: { host: 'c', user: 'b', port: 99, jump: 'a', configFile: file } },
    });
  });

  it('never takes a host’s name for an option', async () => {
    const file = await configFile('empty', ['']);
    const target = { host: '-oProxyCommand=false', configFile: file };
    const reading = read(target).then((raw) => settingsOf(raw, target, local));
    await expect(reading).rejects.toMatchObject({ kind: 'configuration' });
  });

  it('says what is wrong with it, in OpenSSH’s words', async () => {
    const file = await configFile('broken', ['Hosst mx']);
    await expect(read({ host: 'mx', configFile: file })).rejects.toMatchObject({
      kind: 'configuration',
      sentence: expect.stringContaining('bad configuration options'),
    });
    await expect(read({ host: 'mx', configFile: join(directory, 'absent') })).rejects.toMatchObject({
      kind: 'configuration',
      sentence: expect.stringContaining("Can't open"),
    });
  });

  it('stops asking when given up', async () => {
    const reason = new Error('given up');
    await expect(readConfiguration({ host: 'mx', configFile: '/dev/null' }, AbortSignal.abort(reason))).rejects.toBe(
      reason,
    );
  });
});

describe('the SSH configuration where there is no ssh', () => {
  const read = (target: TargetOptions) => readConfiguration(target, unaborted, join(directory, 'no-such-program'));

  it('is read from the file', async () => {
    const file = await configFile('plain', [
      'Host mx mail',
      '  HostName 203.0.113.10',
      '  Port 2222',
      '  IdentityFile ~/.ssh/one',
      '  UserKnownHostsFile ~/a ~/b',
      'Host *',
      '  User operator',
      '  IdentityFile ~/.ssh/two',
    ]);
    const target = { host: 'mx', configFile: file, identityFiles: ['/named'] };
    expect(settingsOf(await read(target), target, local)).toMatchObject({
      hostname: '203.0.113.10',
      port: 2222,
      user: 'operator',
      identityFiles: ['/named', '/home/me/.ssh/one', '/home/me/.ssh/two'],
      userKnownHosts: ['/home/me/a', '/home/me/b'],
      route: { kind: 'direct' },
    });
  });

  it('gives way to the command line', async () => {
    const file = await configFile('ways', ['Host *', 'ProxyCommand nc %h %p', 'User operator', 'Port 2222']);
    const target = { host: 'mx', configFile: file, user: 'root', port: 22, jump: 'gate' };
    expect(settingsOf(await read(target), target, local)).toMatchObject({
      hostname: 'mx',
      user: 'root',
      port: 22,
      route: { kind: 'jump', through: { host: 'gate' } },
    });
  });

  it.each(['Include other', 'Match host mx'])('is refused where only OpenSSH could follow it: %s', async (line) => {
    const file = await configFile('beyond', ['Host mx', 'Port 22', line]);
    await expect(read({ host: 'mx', configFile: file })).rejects.toMatchObject({ kind: 'configuration' });
  });

  it('is refused where its file is missing', async () => {
    await expect(read({ host: 'mx', configFile: join(directory, 'absent') })).rejects.toMatchObject({
      kind: 'configuration',
      place: { file: join(directory, 'absent') },
    });
  });
});

describe('settings', () => {
  it('have defaults for all that is not said', () => {
    expect(settings('')).toMatchObject({
      hostname: 'mx',
      port: 22,
      user: 'me',
      keyHost: 'mx',
      unknownKeys: 'ask',
      methods: ['publickey', 'password', 'keyboard-interactive'],
      userKnownHosts: ['/home/me/.ssh/known_hosts', '/home/me/.ssh/known_hosts2'],
      identityFiles: ['/home/me/.ssh/id_rsa', '/home/me/.ssh/id_ecdsa', '/home/me/.ssh/id_ed25519'],
      agentSocket: '/run/agent',
      connectTimeoutMs: 10_000,
      keepaliveMs: 15_000,
      keepaliveCount: 3,
      route: { kind: 'direct', family: 0, localAddress: undefined },
    });
  });

  it('expand tildes, variables and tokens in paths', () => {
    const dump = ['hostname h.example.org', 'user u', 'identityfile ~/k-%r@%h:%p-%%-%n', `identityfile \${KEYS}/%u`];
    expect(settings(dump.join('\n')).identityFiles).toEqual(['/home/me/k-u@h.example.org:22-%-mx', '/keys/me']);
  });

  it('part the known_hosts files, whose names may hold blanks', () => {
    expect(settings('userknownhostsfile /home/me/a b /c ~/d').userKnownHosts).toEqual([
      '/home/me/a b',
      '/c',
      '/home/me/d',
    ]);
    expect(settings('userknownhostsfile none').userKnownHosts).toEqual([]);
  });

  it.each([
    ['true', 'refuse'],
    ['yes', 'refuse'],
    ['accept-new', 'accept'],
    ['ask', 'ask'],
    ['false', 'ask'],
    ['no', 'ask'],
    ['off', 'ask'],
  ])('read StrictHostKeyChecking %s as %s', (word, meaning) => {
    expect(settings(`stricthostkeychecking ${word}`).unknownKeys).toBe(meaning);
  });

  it('take the methods that are on, in the preferred order', () => {
    expect(settings('preferredauthentications gssapi,password,publickey').methods).toEqual(['password', 'publickey']);
    expect(settings('passwordauthentication no\npubkeyauthentication false').methods).toEqual(['keyboard-interactive']);
  });

  it.each([
    ['identityagent none', undefined],
    ['identityagent SSH_AUTH_SOCK', '/run/agent'],
    ['identityagent $OTHER_AGENT', '/run/other'],
    ['identityagent ~/agent', '/home/me/agent'],
  ])('find the agent by %s', (line, socket) => {
    expect(settings(line).agentSocket).toBe(socket);
  });

  it('run a ProxyCommand with its tokens expanded', () => {
    expect(settings('hostname h\nport 2222\nuser u\nproxycommand nc -x %% %h %p %r').route).toEqual({
      kind: 'command',
      command: 'nc -x % h 2222 u',
    });
    expect(settings('proxycommand none').route).toMatchObject({ kind: 'direct' });
    expect(() => settings('proxycommand x\nproxyusefdpass yes')).toThrow('ProxyUseFdpass');
  });

  it.each(['a;b', 'a b', '$(a)', "a'b", '-a', 'a\nb', 'a|b'])('refuse %j as a host’s or a user’s name', (name) => {
    expect(() => settingsOf(new Map([['hostname', [name]]]), { host: 'mx' }, local)).toThrow('holds characters');
    expect(() => settingsOf(new Map([['user', [name]]]), { host: 'mx' }, local)).toThrow('holds characters');
  });
});

describe('a list of jump hosts', () => {
  it.each([
    ['gate', { host: 'gate', user: undefined, port: undefined }, undefined],
    ['u@gate:22', { host: 'gate', user: 'u', port: 22 }, undefined],
    ['a,b', { host: 'b', user: undefined, port: undefined }, 'a'],
    ['a@b:1,ssh://c@[2001:db8::1]:2', { host: '2001:db8::1', user: 'c', port: 2 }, 'a@b:1'],
    ['2001:db8::1', { host: '2001:db8::1', user: undefined, port: undefined }, undefined],
  ])('%s', (list, nearest, before) => {
    expect(parseJumpHosts(list)).toEqual({ nearest, before });
  });

  it.each(['', 'a,', '@gate', 'gate:', 'gate:x'])('%j is none', (list) => {
    expect(() => parseJumpHosts(list)).toThrow('is no jump host');
  });
});
