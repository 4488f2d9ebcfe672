import { describe, expect, it, onTestFinished } from 'vitest';
import { parseDump } from '../../src/remote/configuration/config.ts';
import { settingsOf } from '../../src/remote/configuration/settings.ts';
import { type Circumstances, connectionFailed, tookTooLong } from '../../src/remote/line/connect-failure.ts';
import { freePort, sshdAvailable } from '../sshd.ts';
import { aServer, connectTo } from './connecting.ts';
import { type Double, startTcpDouble } from './double.ts';

/** A double for one test; it is ended after it. */
async function aTcpServer(onConnection: Parameters<typeof startTcpDouble>[0]): Promise<Double> {
  const server = await startTcpDouble(onConnection);
  onTestFinished(() => server.stop());
  return server;
}

const hurried = ['ConnectTimeout 1'];

describe('a server that cannot be talked to', () => {
  it('is told where nothing listens', async () => {
    const server = await aTcpServer(() => undefined);
    await expect(connectTo({ ...server, port: await freePort() })).rejects.toMatchObject({
      kind: 'refused',
      sentence: expect.stringMatching(/^127\.0\.0\.1 port \d+ refused the connection/),
    });
  });

  it('is told where its name has no address', async () => {
    const server = await aTcpServer(() => undefined);
    const target = { host: 'no..such..name' };
    await expect(connectTo(server, { target })).rejects.toMatchObject({
      kind: 'name-not-found',
      sentence: 'There is no address for the name no..such..name.',
    });
  });

  it.each([
    ['closes at once', 'lost', /closed the connection before it said anything/],
    ['resets', 'lost', /broke off the connection|closed the connection before/],
  ] as const)('is told where it %s', async (how, kind, sentence) => {
    const server = await aTcpServer((socket) => void (how === 'resets' ? socket.resetAndDestroy() : socket.end()));
    await expect(connectTo(server)).rejects.toMatchObject({ kind, sentence: expect.stringMatching(sentence) });
  });

  it('is told where it says nothing', async () => {
    const server = await aTcpServer(() => undefined);
    await expect(connectTo(server, { config: hurried })).rejects.toMatchObject({
      sentence: expect.stringContaining('says nothing, as an SSH server would'),
    });
  });

  it.each([
    ['another protocol', 'HTTP/1.1 400 Bad Request\r\n\r\n', 'HTTP/1.1 400 Bad Request'],
    ['a mail server’s greeting', '220 mx.example.org ESMTP\r\n', '220 mx.example.org ESMTP'],
    ['SSH 1', 'SSH-1.5-old\r\n', 'SSH-1.5-old'],
    ['garbage that would drive a terminal', '\u001b]0;owned\u0007\u001b[2J\u0000\u009b31mhi', ']0;owned [2J 31mhi'],
  ])('is told where it says %s, and what', async (_, greeting, words) => {
    const server = await aTcpServer((socket) => void socket.write(greeting));
    await expect(connectTo(server, { config: hurried })).rejects.toMatchObject({
      kind: 'lost',
      sentence: expect.stringContaining(`does not speak SSH; it said ${JSON.stringify(words)}`),
    });
  });

  it.each([
    ['closes after its greeting', (greeting: string) => greeting, true],
    ['goes on with garbage after its greeting', (greeting: string) => `${greeting}${'x'.repeat(100)}`, false],
    ['sends a huge packet', (greeting: string) => `${greeting}\u007f\u007f\u007f\u007f${'x'.repeat(100)}`, false],
    ['stands still after its greeting', (greeting: string) => greeting, false],
  ])('is told where it %s', async (_, say, isEnded) => {
    const server = await aTcpServer((socket) => {
      socket.write(say('SSH-2.0-OpenSSH_9.9\r\n'));
      if (isEnded) socket.end();
    });
    await expect(connectTo(server, { config: hurried })).rejects.toMatchObject({
      kind: expect.stringMatching(/^(lost|timed-out)$/),
      sentence: expect.stringContaining('the key exchange'),
    });
  });

  it('is told where a megabyte of lines comes before any greeting', async () => {
    const server = await aTcpServer((socket) => void socket.write('please wait\r\n'.repeat(80_000)));
    await expect(connectTo(server, { config: hurried })).rejects.toMatchObject({
      sentence: expect.stringContaining('"please wait please wait'),
    });
  });

  it('is left at once when the person gives up', async () => {
    let isLeft = false;
    const controller = new AbortController();
    const reason = new Error('given up');
    const server = await aTcpServer((socket) => {
      socket.resume().on('close', () => {
        isLeft = true;
      });
      controller.abort(reason);
    });
    await expect(connectTo(server, { signal: controller.signal })).rejects.toBe(reason);
    await expect.poll(() => isLeft).toBe(true);
  });

  it('is not even asked for where the person gave up before', async () => {
    const server = await aTcpServer(() => undefined);
    const reason = new Error('given up');
    await expect(connectTo(server, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });
});

describe.skipIf(!sshdAvailable())('a server with nothing in common', () => {
  it.each([
    ['key exchange', 'KexAlgorithms sntrup761x25519-sha512@openssh.com'],
    ['cipher', 'Ciphers aes256-cbc'],
    ['MAC', 'Ciphers aes128-ctr\nMACs umac-64@openssh.com'],
  ])('is told: %s', async (_, line) => {
    const server = await aServer({ config: [line] });
    await expect(connectTo(server)).rejects.toMatchObject({
      kind: 'no-common-algorithm',
      sentence: expect.stringContaining('have no algorithm in common'),
    });
  });

  it('is spoken to by an old algorithm only where the configuration allows it', async () => {
    const server = await aServer({ config: ['Ciphers aes256-cbc'] });
    await (await connectTo(server, { config: ['Ciphers +aes256-cbc'] })).close();
  });

  it('is told where it is the configuration that allows nothing', async () => {
    const server = await aServer();
    const config = ['KexAlgorithms sntrup761x25519-sha512@openssh.com'];
    await expect(connectTo(server, { config })).rejects.toMatchObject({
      kind: 'no-common-algorithm',
      sentence: 'The SSH configuration allows no key exchange algorithm that Brevduva has.',
    });
  });
});

describe('an error of the socket', () => {
  const local = { home: '/', user: 'me', userId: 1, host: 'here', environment: {} };
  const circumstances: Circumstances = {
    settings: settingsOf(parseDump('hostname 203.0.113.10\nport 2222'), { host: 'mx' }, local),
    phase: 'connecting',
    heard: new Uint8Array(),
    record: undefined,
  };
  const failing = (code: string) => connectionFailed(Object.assign(new Error(code), { code }), circumstances);

  it.each([
    ['ENOTFOUND', 'name-not-found'],
    ['EAI_AGAIN', 'name-not-found'],
    ['ECONNREFUSED', 'refused'],
    ['ETIMEDOUT', 'timed-out'],
    ['EHOSTUNREACH', 'unreachable'],
    ['ENETUNREACH', 'unreachable'],
    ['ECONNRESET', 'lost'],
    ['ESOMETHING', 'lost'],
  ])('%s means %s, with a remedy', (code, kind) => {
    expect(failing(code)).toMatchObject({ kind, remedy: expect.stringMatching(/\.$/) });
    expect(failing(code).sentence).toMatch(/\.$/);
  });

  it('names what was dialled beside what was asked for', () => {
    expect(failing('ECONNREFUSED').sentence).toBe(
      'mx (203.0.113.10) port 2222 refused the connection: nothing listens there.',
    );
    expect(tookTooLong(circumstances)).toMatchObject({
      kind: 'timed-out',
      sentence: 'mx (203.0.113.10) port 2222 did not answer within 10 s.',
    });
  });

  it('is that of the last address where several were tried', () => {
    const refused = Object.assign(new Error(), { code: 'ECONNREFUSED' });
    const unreachable = Object.assign(new Error(), { code: 'ENETUNREACH' });
    const error = new AggregateError([unreachable, refused]);
    expect(connectionFailed(error, circumstances).kind).toBe('refused');
  });
});
