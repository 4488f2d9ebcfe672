import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bounceFromChasquid, fromGmail, fromOutlook, lines } from '../mail/messages.ts';
import { aDirectory } from '../session/a-session.ts';
import { aProgram, jsonLines, type Program } from './a-program.ts';

let program: Program;
beforeAll(async () => {
  program = await aProgram();
});
afterAll(() => program.remove());

/** `brevduva headers` of a text in a file. */
function headersOf(text: string | Uint8Array, ...options: readonly string[]) {
  const file = join(aDirectory(), 'message.eml');
  writeFileSync(file, text);
  return program.call(['headers', file, ...options], { state: aDirectory() });
}

/** `brevduva headers -` of what is piped to it. */
async function headersOfPiped(input: string, ...options: readonly string[]) {
  const words = [program.path, 'headers', '-', ...options];
  const ended = await execa(process.execPath, words, { input, reject: false });
  return { status: ended.exitCode, out: ended.stdout, err: ended.stderr };
}

describe('headers', () => {
  it('explains a message that is all right, and ends with 0', async () => {
    const { status, out, err } = await headersOf(fromGmail());
    expect(out).toContain('From i@example.com: “Grüße aus Örebro”.');
    expect(out).toMatch(/^good {5}spf {11}SPF passes: .*2001:db8:17::25.*\(mx\.google\.com\)\.$/m);
    expect(out).toMatch(/^good {5}tls {11}.*TLS 1\.3/m);
    expect(err).toBe('');
    expect(status).toBe(0);
  });

  it('ends with 1 where something is bad, and says what to do under it', async () => {
    const { status, out } = await headersOf(fromGmail({ spf: 'spf=fail smtp.mailfrom=i@example.com' }));
    expect(out).toMatch(/^bad {6}spf .*\n {23}If the server is yours, put ip6:2001:db8:17::25/m);
    expect(status).toBe(1);
  });

  it('ends with 3 where SPF, DKIM or DMARC cannot be told', async () => {
    const text = lines(
      'Received: from smtp.example.com (smtp.example.com [203.0.113.10]) by mx.example.net with ESMTPS; Tue, 24 Nov 2026 09:00:00 +0000',
      'DKIM-Signature: v=1; a=rsa-sha256; d=example.com; s=s; h=from; b=x',
      'From: i@example.com',
      'Date: Tue, 24 Nov 2026 09:00:00 +0000',
      'Message-ID: <a@example.com>',
      '',
      'x',
    );
    const { status, out } = await headersOf(text);
    expect(out).toMatch(/^unknown {2}spf /m);
    expect(status).toBe(3);
  });

  it('reads standard input, and speaks JSON, one object a line', async () => {
    const { status, out } = await headersOfPiped(fromOutlook, '--json');
    const told = jsonLines(out);
    expect(told[0]).toMatchObject({
      kind: 'message',
      messageId: '0123456789abcdef@example.com',
      from: ['i@example.com'],
      subject: 'Grüße aus Örebro',
      sendingAddress: '203.0.113.10',
      tls: '1.3',
    });
    expect(told).toContainEqual(expect.objectContaining({ kind: 'finding', subject: 'spf', verdict: 'good' }));
    expect(told).toContainEqual(
      expect.objectContaining({ kind: 'finding', subject: 'folder', verdict: 'bad', remedy: expect.any(String) }),
    );
    expect(told.at(-1)).toEqual({ kind: 'summary', exitStatus: 1 });
    expect(status).toBe(1);
  });

  it('tells why a message came back', async () => {
    const { status, out } = await headersOf(bounceFromChasquid);
    expect(out).toMatch(/^bad {6}bounce .*Gmail refused the message \(5\.7\.26\)/m);
    expect(status).toBe(1);
  });

  it('tells what a line of a log means, though it is no message', async () => {
    const line =
      'Nov 24 09:00:05 smtp chasquid[1]: abc from=i@example.com to=x@outlook.com failed (permanent): MAIL+RCPT 550 5.7.1 Unfortunately, messages from [203.0.113.10] weren’t sent. (S3140). [x.prod.protection.outlook.com]';
    const { status, out } = await headersOf(`${line}\n`);
    expect(out).toMatch(/^bad {6}bounce .*Microsoft refused the message \(S3140\)/m);
    expect(status).toBe(1);
  });

  it('lets nothing in a message drive the terminal', async () => {
    const evil = '\u001b]0;owned\u0007\u001b[2J\u202e';
    const text = fromGmail({
      spf: `spf=fail (${evil}) smtp.mailfrom=${evil}@example.com`,
      letter: [`From: ${evil} <i${evil}@example.com>`, `Subject: ${evil}x`],
    });
    for (const options of [[], ['--json']]) {
      const { out, err } = await headersOf(text, ...options);
      expect((out + err).replaceAll('\n', '')).not.toMatch(/\p{Cc}|\p{Cf}|\\u001b|\\u202e/u);
      expect(out).toContain('example.com');
    }
  });

  it('reads UTF-16, as PowerShell saves it', async () => {
    const text = Buffer.from(`\ufeff${fromGmail()}`, 'utf16le');
    expect((await headersOf(text)).status).toBe(0);
  });
});

describe('bad input gets one sentence and 2', () => {
  it.each<[string, string]>([
    ['a letter without headers', 'Hello,\n\nhow are you?\n'],
    ['nothing', ''],
    ['binary garbage', '\u0000\u0001\u0002\u0003'.repeat(1000)],
  ])('%s', async (_what, text) => {
    const { status, out, err } = await headersOf(text);
    expect(err).toMatch(/message\.eml: This text has no message headers\.\n {2}Give the whole message/);
    expect(out).toBe('');
    expect(status).toBe(2);
  });

  it('a file that is not there, and a folder', async () => {
    const place = aDirectory();
    mkdirSync(join(place, 'folder'));
    for (const [name, why] of [
      ['none.eml', 'there is no such file'],
      ['folder', 'it is a folder'],
    ] as const) {
      const { status, err } = await program.call(['headers', join(place, name)], { state: place });
      expect(err).toMatch(new RegExp(`${name}: The message cannot be read: ${why}\\.`));
      expect(err).not.toMatch(/^\s+at /m);
      expect(status).toBe(2);
    }
  });

  it('a file that never ends', async () => {
    expect(await program.call(['headers', '/dev/zero'], { state: aDirectory() })).toMatchObject({ status: 2 });
  });

  it('standard input that never ends', async () => {
    const child = spawn(process.execPath, [program.path, 'headers', '-'], { stdio: ['pipe', 'ignore', 'ignore'] });
    // why: it stops reading, so the pipe breaks
    child.stdin.on('error', () => {});
    child.stdin.write('All work and no play makes Jack a dull boy.\n'.repeat(200_000));
    expect(await once(child, 'exit')).toEqual([2, null]);
  });

  it('50 MB of pasted text', async () => {
    const text = 'All work and no play makes Jack a dull boy.\n'.repeat(1_200_000);
    const { status, err } = await headersOfPiped(text);
    expect(err).toMatch(/^brevduva: This text has no message headers\./);
    expect(status).toBe(2);
  });

  it('50 MB after a message, which is explained all the same', async () => {
    const { status, out } = await headersOf(fromGmail() + 'x'.repeat(50_000_000));
    expect(out).toMatch(/^good {5}spf /m);
    expect(status).toBe(0);
  });
});
