import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { Service } from './a-service.ts';
import { aService } from './a-service.ts';
import { anSmtpServer, usualAnswer } from './an-smtp-server.ts';
import type { Authority } from './certificates.ts';
import { anAuthority } from './certificates.ts';
import { smtp } from './probing.ts';

let authority: Authority;
beforeAll(async () => {
  authority = await anAuthority();
});
afterAll(() => authority.remove());

/**
 * A double of an SMTP server that reads messages in its own way: `end` finds where one ends in what has come so far,
 * `answer` says what becomes of it. What the answers say was seen with chasquid and is in its source.
 */
async function aReader(reads: {
  readonly end: (message: string) => boolean;
  readonly answer: (message: string) => string;
}): Promise<Service & { readonly taken: readonly string[] }> {
  const taken: string[] = [];
  const service = await aService((socket) => {
    let message: string | undefined;
    socket.write('220 mx.example.com ESMTP\r\n');
    socket.on('data', (piece) => {
      if (message === undefined) {
        const line = String(piece).trim();
        if (line === 'DATA') message = '';
        socket.write(usualAnswer(line) ?? '');
        return;
      }
      message += piece;
      if (!reads.end(message)) return;
      const answer = reads.answer(message);
      if (answer.startsWith('2')) taken.push(message);
      message = undefined;
      socket.write(answer);
    });
  });
  onTestFinished(service.stop);
  return { ...service, taken };
}

const bareEnd = (message: string) => /\n\.\r?\n/.test(message);
const properEnd = (message: string) => message.includes('\r\n.\r\n');
const hops = (message: string) => message.match(/^Received:/gm)?.length ?? 0;

async function look(port: number) {
  return (await smtp({ port, timeout: 0.5, bareLineFeed: { to: 'postmaster@example.com' } })).at(-1);
}

describe('the probe for bare line feeds', () => {
  it('is true for a server that refuses them, as chasquid 1.13 and later', async () => {
    const server = await aReader({
      end: (message) => /(?<!\r)\n/.test(message),
      answer: () => '521 5.5.2 Error reading DATA: invalid line ending\r\n',
    });
    expect(await look(server.port)).toMatchObject({
      verdict: 'true',
      expected: 'a bare line feed does not end a message',
      observed: '521 5.5.2 Error reading DATA: invalid line ending',
    });
  });

  it('is true for a server that waits for the proper end, which never comes', async () => {
    const server = await aReader({ end: properEnd, answer: () => '250 taken\r\n' });
    expect(await look(server.port)).toMatchObject({
      verdict: 'true',
      observed: 'it waited for the real end of the message (no answer within 0.5 s)',
    });
    expect(server.taken).toEqual([]);
  });

  it('is false for a server that takes them for the end, as chasquid before 1.13, and leaves nothing there', async () => {
    const server = await aReader({
      end: bareEnd,
      answer: (message) => (hops(message) > 50 ? '554 5.4.6 Loop detected (50 hops)\r\n' : '250 taken\r\n'),
    });
    expect(await look(server.port)).toMatchObject({
      verdict: 'false',
      observed:
        'it took a bare line feed for the end of a message, and refused that only for its many hops: 554 5.4.6 Loop detected (50 hops)',
    });
    expect(server.taken).toEqual([]);
  });

  it('is false for a server that even takes a message with so many hops, which says what it is', async () => {
    const server = await aReader({ end: bareEnd, answer: () => '250 taken\r\n' });
    expect(await look(server.port)).toMatchObject({
      verdict: 'false',
      observed: expect.stringMatching(/took the message: 250 taken$/),
    });
    expect(server.taken).toEqual([expect.stringMatching(/^Subject: This server takes a bare line feed/m)]);
    expect(hops(server.taken[0] ?? '')).toBeGreaterThan(100);
  });

  it('is unknown where the server says no, and not why', async () => {
    const server = await aReader({ end: bareEnd, answer: () => '554 Transaction failed\r\n' });
    expect((await look(server.port))?.verdict).toBe('unknown');
  });

  it('is unknown where no recipient is accepted', async () => {
    const issued = await authority.issue(['DNS:mx.example.com']);
    const server = await anSmtpServer(issued);
    onTestFinished(server.stop);
    expect((await smtp({ port: server.port, bareLineFeed: { to: 'a@elsewhere.example' } })).at(-1)).toMatchObject({
      verdict: 'unknown',
      observed: 'it did not get as far as a message; RCPT TO:<a@elsewhere.example>: 550 Relay not allowed',
      remedy: expect.stringMatching(/recipient/),
    });
  });

  it('leaves nothing with a real server either, whatever that makes of it', async () => {
    let whole = 0;
    const issued = await authority.issue(['DNS:mx.example.com']);
    const server = await anSmtpServer(issued, {
      onData(stream, _, answer) {
        stream.resume().on('end', () => {
          whole += 1;
          answer(Object.assign(new Error('5.4.6 Too many hops'), { responseCode: 554 }));
        });
      },
    });
    onTestFinished(server.stop);
    const evidence = await look(server.port);
    expect(evidence?.verdict).toBe(whole === 0 ? 'true' : 'false');
  });
});
