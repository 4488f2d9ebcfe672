import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import type { Connection } from '../../src/remote/connection.ts';
import { type Sshd, type SshdOptions, startSshd, terminalsAvailable } from '../sshd.ts';
import { connectTo, text, unaborted } from './connecting.ts';

describe.skipIf(!terminalsAvailable())('a login on a terminal (needs a server run by root)', () => {
  let server: Sshd;
  let connection: Connection;

  async function logIn(options: SshdOptions): Promise<void> {
    server = await startSshd(options);
    await server.trust();
    connection = await connectTo(server);
  }
  afterEach(async () => {
    await connection.close();
    await server.stop();
  });

  const hello = `printf '\\033[1mWelcome to TinyCore 13!\\033[0m\\n'; PS1='prompt> '`;

  it('shows what the system says there', async () => {
    await logIn({ home: { '.profile': hello } });
    const shown = await connection.readLogin({ quietMs: 300, timeoutMs: 10_000, signal: unaborted });
    expect(shown).toContain('\u001b[1mWelcome to TinyCore 13!\u001b[0m\r\n');
  });

  it('shows sshd’s own banner first', async () => {
    await logIn({ banner: 'Authorised use only.\n', home: { '.profile': hello } });
    const shown = await connection.readLogin({ quietMs: 300, timeoutMs: 10_000, signal: unaborted });
    expect(shown).toMatch(/^Authorised use only\.\r?\n[\s\S]*Welcome to TinyCore/);
  });

  it('is waited for while it is silent, and read no longer than its limit', async () => {
    await logIn({ home: { '.profile': 'sleep 0.7; echo late; while :; do echo more; sleep 0.05; done' } });
    const shown = await connection.readLogin({ quietMs: 200, timeoutMs: 1500, signal: unaborted });
    expect(shown).toContain('late\r\nmore');
  });

  it('is kept only up to its bound, however much is said', async () => {
    await logIn({ home: { '.profile': 'yes' } });
    const shown = await connection.readLogin({ quietMs: 200, timeoutMs: 1000, signal: unaborted });
    expect(shown.length).toBe(65_536);
  });

  it('is given up with the signal’s reason', async () => {
    await logIn({ home: { '.profile': 'sleep 60' } });
    const controller = new AbortController();
    const reason = new Error('given up');
    const reading = connection.readLogin({ quietMs: 200, timeoutMs: 10_000, signal: controller.signal });
    controller.abort(reason);
    await expect(reading).rejects.toBe(reason);
  });

  it('is refused in words where the server gives no terminal', async () => {
    await logIn({ config: ['PermitTTY no'] });
    const reading = connection.readLogin({ quietMs: 200, timeoutMs: 1000, signal: unaborted });
    await expect(reading).rejects.toMatchObject({ kind: 'lost', sentence: expect.stringContaining('no shell') });
  });

  it('gives a person a shell of the right size, that is told of a new one', async () => {
    await logIn({ home: { '.profile': "PS1='ready> '" } });
    const shell = await connection.openShell({ columns: 100, rows: 30 });
    let shown = '';
    shell.stream.on('data', (bytes: Buffer) => {
      shown += text(bytes);
    });
    const until = (words: string) => expect.poll(() => shown, { timeout: 10_000 }).toContain(words);
    await until('ready> ');
    shell.stream.write('stty size\r');
    await until('30 100');
    shell.resize({ columns: 120, rows: 40 });
    shell.stream.write('stty size\r');
    await until('40 120');
    shell.stream.write('exit\r');
    await shell.ended;
  });

  it('ends with the line', async () => {
    await logIn({});
    const shell = await connection.openShell({ columns: 80, rows: 24 });
    shell.stream.resume();
    const ended = once(shell.stream, 'end');
    await connection.close();
    await ended;
    await shell.ended;
  });
});
