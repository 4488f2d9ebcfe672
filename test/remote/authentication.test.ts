import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { readKeyFile } from '../../src/remote/authentication/key-file.ts';
import { unlock } from '../../src/remote/authentication/unlock.ts';
import { connect } from '../../src/remote/connect.ts';
import { generateKey, killIfThere, type Sshd, sshdAvailable, startSshd } from '../sshd.ts';
import { answering, aServer, connectTo, unaborted } from './connecting.ts';
import { type Double, startSshDouble } from './double.ts';

describe.skipIf(!sshdAvailable())('a key', () => {
  let server: Sshd;
  let directory: string;

  beforeAll(async () => {
    server = await startSshd();
    await server.trust();
    directory = await mkdtemp(join(tmpdir(), 'brevduva-keys-'));
  });
  afterAll(async () => {
    await server.stop();
    await rm(directory, { recursive: true });
  });

  /** Makes the server let in these keys besides its own. */
  async function letIn(...files: readonly string[]): Promise<void> {
    const keys = await Promise.all([server.identity, ...files].map((file) => readFile(`${file}.pub`, 'utf8')));
    await writeFile(join(server.directory, 'authorized_keys'), keys.join(''));
  }
  const only = (...files: readonly string[]) => ['IdentitiesOnly yes', ...files.map((file) => `IdentityFile ${file}`)];
  /** A configuration whose only key is the given; the server's own comes last in every other. */
  async function connectWith(files: readonly string[], how: Parameters<typeof connectTo>[1] = {}) {
    const configFile = join(await mkdtemp(join(directory, 'client-')), 'config');
    const lines = [
      `UserKnownHostsFile ${server.knownHosts}`,
      'GlobalKnownHostsFile none',
      'IdentityAgent none',
      ...(files.length === 0 ? ['IdentityFile none'] : only(...files)),
      ...(how.config ?? []),
    ];
    await writeFile(configFile, `${lines.join('\n')}\n`);
    return connectTo({ ...server, clientConfig: async () => configFile }, how);
  }

  it.each(['ed25519', 'ecdsa', 'rsa'] as const)('of type %s lets in, unasked', async (type) => {
    const file = join(directory, type);
    await generateKey(file, type);
    await letIn(file);
    await (await connectWith([file])).close();
  });

  it.each(['ed25519', 'ecdsa', 'rsa'] as const)(
    'of type %s with a passphrase lets in once it is given',
    async (type) => {
      const file = join(directory, `${type}-locked`);
      await generateKey(file, type, 'open sesame');
      await letIn(file);
      const { answer, asked } = answering({ passphrase: 'open sesame' });
      await (await connectWith([file], { answer })).close();
      expect(asked).toEqual([{ kind: 'passphrase', file, again: false }]);
    },
  );

  it('is asked for again where the passphrase was wrong, three times in all', async () => {
    const file = join(directory, 'thrice');
    await generateKey(file, 'ed25519', 'right');
    await letIn(file);
    const twice = answering({ passphrase: ['wrong', '', 'right'] });
    await (await connectWith([file], { answer: twice.answer })).close();
    expect(twice.asked.map((question) => question.kind === 'passphrase' && question.again)).toEqual([
      false,
      true,
      true,
    ]);

    const thrice = answering({ passphrase: ['wrong', 'worse', 'worst', 'right'] });
    await expect(connectWith([file], { answer: thrice.answer })).rejects.toMatchObject({
      kind: 'authentication',
      sentence: expect.stringContaining('the passphrase was wrong three times'),
    });
    expect(thrice.asked).toHaveLength(3);
  });

  it('does not freeze anything else while its passphrase is being tried', async () => {
    const file = join(directory, 'slow');
    await execa('ssh-keygen', ['-q', '-t', 'ed25519', '-a', '60', '-N', 'right', '-f', file]);
    const found = await readKeyFile(file);
    if (found.kind !== 'private') throw new Error('ssh-keygen made no private key.');
    let isUnlocked = false;
    const unlocking = unlock(found.key, 'right').then((unlocked) => {
      isUnlocked = true;
      return unlocked;
    });
    let turns = 0;
    for (; !isUnlocked; turns += 1) await new Promise((resolve) => setImmediate(resolve));
    expect((await unlocking).kind).toBe('unlocked');
    // Tried on the main thread, it would be a handful.
    expect(turns).toBeGreaterThan(100);
  });

  it('is not asked for where the server would not take it', async () => {
    const file = join(directory, 'unwanted');
    await generateKey(file, 'ed25519', 'secret');
    await letIn();
    await (await connectWith([file, server.identity])).close();
  });

  it('lets in by PEM, locked or not, with its public half beside it or not', async () => {
    const file = join(directory, 'pem');
    await execa('ssh-keygen', ['-q', '-t', 'rsa', '-b', '2048', '-m', 'PEM', '-N', '', '-f', file]);
    const pkcs8 = join(directory, 'pkcs8');
    await execa('ssh-keygen', ['-q', '-t', 'ecdsa', '-b', '384', '-m', 'PKCS8', '-N', 'open sesame', '-f', pkcs8]);
    await letIn(file, pkcs8);
    await rename(`${file}.pub`, `${file}.away`);
    await (await connectWith([file])).close();

    const { answer, asked } = answering({ passphrase: 'open sesame' });
    await (await connectWith([pkcs8], { answer })).close();
    await rename(`${pkcs8}.pub`, `${pkcs8}.away`);
    await (await connectWith([pkcs8], { answer })).close();
    expect(asked).toHaveLength(2);
  });

  it('named by -i is tried first, and must exist', async () => {
    const file = join(directory, 'named');
    await generateKey(file, 'ed25519');
    await letIn(file);
    await (await connectWith([], { target: { identityFiles: [file] } })).close();
    const absent = join(directory, 'absent');
    await expect(connectWith([], { target: { identityFiles: [absent] } })).rejects.toMatchObject({
      kind: 'configuration',
      sentence: expect.stringContaining(absent),
    });
  });

  it('that others may read is left out, and that is told', async () => {
    const file = join(directory, 'open');
    await generateKey(file, 'ed25519');
    await letIn(file);
    await chmod(file, 0o644);
    await expect(connectWith([file])).rejects.toMatchObject({
      kind: 'authentication',
      sentence: expect.stringContaining('others may read it'),
    });
  });

  it('that is damaged, or no key at all, is left out, and that is told', async () => {
    const damaged = join(directory, 'damaged');
    await writeFile(damaged, '-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----\n', {
      mode: 0o600,
    });
    const none = join(directory, 'none');
    await writeFile(none, 'hello\n', { mode: 0o600 });
    await expect(connectWith([damaged, none])).rejects.toMatchObject({
      sentence: expect.stringMatching(/damaged: it is damaged.*none: it holds no key/),
    });
  });

  it('is named among what was tried, beside what the server takes', async () => {
    const file = join(directory, 'stranger');
    await generateKey(file, 'ed25519');
    await letIn();
    await expect(connectWith([file])).rejects.toMatchObject({
      kind: 'authentication',
      sentence: expect.stringMatching(/tried: key \S*stranger; the server takes: publickey\.$/),
      remedy: expect.stringContaining('-i'),
    });
    await expect(connectWith([])).rejects.toMatchObject({
      sentence: expect.stringContaining('nothing could be tried; the server takes: publickey.'),
    });
  });

  it('may be one of two that the server wants', async () => {
    const both = await aServer({ config: ['AuthenticationMethods publickey,publickey'] });
    const second = join(directory, 'second');
    await generateKey(second, 'ed25519');
    const keys = await Promise.all([both.identity, second].map((file) => readFile(`${file}.pub`, 'utf8')));
    await writeFile(join(both.directory, 'authorized_keys'), keys.join(''));
    await (await connectTo(both, { config: [`IdentityFile ${second}`] })).close();
    await expect(connectTo(both)).rejects.toMatchObject({ kind: 'authentication' });
  });

  it('is told where one too many was tried', async () => {
    const strict = await aServer({ config: ['MaxAuthTries 2'] });
    const files = ['one', 'two', 'three'].map((name) => join(directory, name));
    for (const file of files) await generateKey(file, 'ed25519');
    await expect(connectTo(strict, { config: only(...files) })).rejects.toMatchObject({ kind: 'authentication' });
  });

  describe('of an agent', () => {
    let agent: ChildProcess;
    let socket: string;

    beforeAll(async () => {
      socket = join(directory, 'agent');
      agent = spawn('ssh-agent', ['-D', '-a', socket], { stdio: ['ignore', 'pipe', 'ignore'] });
      if (agent.stdout !== null) await once(agent.stdout, 'data');
      for (const [name, type] of [
        ['agent-a', 'rsa'],
        ['agent-b', 'ecdsa'],
        ['agent-c', 'ed25519'],
      ] as const) {
        const file = join(directory, name);
        await generateKey(file, type);
        await execa('ssh-add', ['-q', file], { env: { SSH_AUTH_SOCK: socket } });
      }
    });
    afterAll(() => killIfThere(agent.pid ?? 0, 'SIGTERM'));

    const withAgent = (files: readonly string[], config: readonly string[] = []) =>
      connectToAgent(files, ['IdentitiesOnly no', ...config]);
    async function connectToAgent(files: readonly string[], config: readonly string[]) {
      const configFile = join(await mkdtemp(join(directory, 'client-')), 'config');
      const lines = [
        ...config,
        `UserKnownHostsFile ${server.knownHosts}`,
        'GlobalKnownHostsFile none',
        `IdentityAgent ${socket}`,
        ...(files.length === 0 ? ['IdentityFile none'] : files.map((file) => `IdentityFile ${file}`)),
      ];
      await writeFile(configFile, `${lines.join('\n')}\n`);
      return connectTo({ ...server, clientConfig: async () => configFile });
    }

    it.each(['agent-a', 'agent-b', 'agent-c'])('lets in: %s', async (name) => {
      await letIn(join(directory, name));
      await (await withAgent([])).close();
    });

    it('is not tried under IdentitiesOnly, unless the configuration names it', async () => {
      await letIn(join(directory, 'agent-b'));
      await expect(connectToAgent([], ['IdentitiesOnly yes'])).rejects.toMatchObject({
        sentence: expect.stringContaining('nothing could be tried'),
      });
      // Only the public half lies there: the private one is the agent's.
      const publicOnly = join(directory, 'chosen.pub');
      await writeFile(publicOnly, await readFile(join(directory, 'agent-b.pub')));
      await (await connectToAgent([publicOnly], ['IdentitiesOnly yes'])).close();
    });

    it('that is named is tried before the others, so the server does not cut off', async () => {
      const strict = await aServer({ config: ['MaxAuthTries 1'] });
      await writeFile(join(strict.directory, 'authorized_keys'), await readFile(join(directory, 'agent-c.pub')));
      const config = [`IdentityAgent ${socket}`, `IdentityFile ${join(directory, 'agent-c')}`];
      await (await connectTo(strict, { config })).close();
    });

    it('is done without where the agent does not answer', async () => {
      await letIn();
      const mute = createServer(() => undefined).listen(join(directory, 'mute'));
      onTestFinished(() => void mute.close());
      await once(mute, 'listening');
      const config = [`IdentityAgent ${join(directory, 'mute')}`];
      await (await connectTo(server, { config })).close();
    });

    it('is told not to answer where there is no agent', async () => {
      await letIn();
      await expect(withAgent([], [`IdentityAgent ${join(directory, 'nobody')}`])).rejects.toMatchObject({
        sentence: expect.stringContaining('left out: the agent at'),
      });
    });
  });
});

describe('a server that takes passwords (a double)', () => {
  let server: Double;
  afterEach(() => server.stop());

  const connectToDouble = async (how: Parameters<typeof connectTo>[1]) => connectTo(server, how);

  it('lets in by password, asked after the second try as after the first', async () => {
    server = await startSshDouble((context) => {
      if (context.method === 'password' && context.password === 'right') context.accept();
      else context.reject(['password']);
    });
    const { answer, asked } = answering({ password: ['wrong', 'right'] });
    await (await connectToDouble({ answer })).close();
    expect(asked).toEqual([
      { kind: 'password', user: 'operator', host: '127.0.0.1' },
      { kind: 'password', user: 'operator', host: '127.0.0.1' },
    ]);
  });

  it('gives up after three, and counts them', async () => {
    server = await startSshDouble((context) => context.reject(['password']));
    const { answer, asked } = answering({ password: ['a', 'b', 'c', 'd'] });
    await expect(connectToDouble({ answer })).rejects.toMatchObject({
      kind: 'authentication',
      sentence: expect.stringContaining('tried: password (3 times); the server takes: password'),
    });
    expect(asked).toHaveLength(3);
  });

  it('asks its own questions, shown or masked as it says', async () => {
    server = await startSshDouble((context) => {
      if (context.method !== 'keyboard-interactive') return context.reject(['keyboard-interactive']);
      context.prompt(
        [
          { prompt: 'Password: ', echo: false },
          { prompt: 'Code\u001b[2J: ', echo: true },
        ],
        'Login',
        'Two factors.',
        (answers) => (answers.join('/') === 'right/123' ? context.accept() : context.reject(['keyboard-interactive'])),
      );
    });
    const { answer, asked } = answering({ 'keyboard-interactive': ['right', '123'] });
    await (await connectToDouble({ answer })).close();
    expect(asked).toEqual([
      { kind: 'keyboard-interactive', prompt: 'Two factors. Password:', echo: false },
      { kind: 'keyboard-interactive', prompt: 'Code [2J:', echo: true },
    ]);
  });

  it('is asked no further where the person has no answer', async () => {
    server = await startSshDouble((context) => {
      if (context.method !== 'keyboard-interactive') return context.reject(['password', 'keyboard-interactive']);
      context.prompt([{ prompt: 'Password: ', echo: false }], () =>
        context.reject(['password', 'keyboard-interactive']),
      );
    });
    const { answer, asked } = answering({});
    await expect(connectToDouble({ answer })).rejects.toMatchObject({ kind: 'authentication' });
    expect(asked.map(({ kind }) => kind)).toEqual(['password', 'keyboard-interactive']);
  });

  it('may want a key and then a password', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'brevduva-keys-'));
    const file = join(directory, 'key');
    await generateKey(file, 'ed25519');
    let hasKey = false;
    server = await startSshDouble((context) => {
      if (context.method === 'publickey' && context.signature === undefined) return context.accept();
      if (context.method === 'publickey') {
        hasKey = true;
        return context.reject(['password'], true);
      }
      if (context.method === 'password' && hasKey && context.password === 'right') return context.accept();
      return context.reject(hasKey ? ['password'] : ['publickey']);
    });
    const { answer, asked } = answering({ password: 'right' });
    await (await connectToDouble({ answer, config: [`IdentityFile ${file}`] })).close();
    expect(asked).toHaveLength(1);
    await rm(directory, { recursive: true });
  });

  it('is not asked anything under BatchMode', async () => {
    server = await startSshDouble((context) => context.reject(['password']));
    await expect(connectToDouble({ config: ['BatchMode yes'] })).rejects.toMatchObject({ kind: 'authentication' });
  });

  it('may demand a new password, and then says where to change it', async () => {
    server = await startSshDouble((context) => {
      if (context.method === 'password') context.requestChange('Expired.', () => context.reject());
      else context.reject(['password']);
    });
    const { answer } = answering({ password: 'old' });
    await expect(connectToDouble({ answer })).rejects.toMatchObject({
      kind: 'authentication',
      sentence: expect.stringContaining('demands a new password'),
    });
  });

  it('may close while the person is thinking; the question is taken back', async () => {
    server = await startSshDouble((context, connection) => {
      if (context.method === 'none') context.reject(['password']);
      setImmediate(() => connection.end());
    });
    let isTakenBack = false;
    const connecting = connect({
      target: { host: '127.0.0.1', port: server.port, configFile: await server.clientConfig() },
      expectsReinstall: false,
      signal: unaborted,
      answer: (_, signal) =>
        new Promise((resolve) => {
          signal.addEventListener('abort', () => {
            isTakenBack = true;
            resolve('too late');
          });
        }),
    });
    await expect(connecting).rejects.toMatchObject({ kind: 'lost' });
    expect(isTakenBack).toBe(true);
  });
});
