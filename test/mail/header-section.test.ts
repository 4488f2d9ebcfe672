import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MessageError } from '../../src/mail/error.ts';
import { explain } from '../../src/mail/explain.ts';
import { receiversResults } from '../../src/mail/message.ts';
import { readMessage } from '../../src/mail/read-message.ts';
import { lines } from './messages.ts';

function fieldsOf(text: string): readonly string[] {
  return readMessage(text).fields.map(({ name, value }) => `${name}=${value}`);
}

describe('the header section', () => {
  const trace = 'Received: by a.example; Tue, 24 Nov 2026 09:00:00 +0000';

  it('is unfolded, with any line end', () => {
    for (const end of ['\r\n', '\n', '\r']) {
      const text = [trace, 'Subject: one', ' two', '\tthree', '', 'Body: no'].join(end);
      expect(fieldsOf(text)).toEqual([trace.replace(': ', '='), 'Subject=one two three']);
    }
  });

  it('begins after a byte order mark, blank lines, and an mbox line', () => {
    const wanted = [trace.replace(': ', '=')];
    expect(fieldsOf(`\ufeff${trace}\n`)).toEqual(wanted);
    expect(fieldsOf(`\n\n  \n${trace}\n`)).toEqual(wanted);
    expect(fieldsOf(`From i@example.com Tue Nov 24 09:00:00 2026\n${trace}\n`)).toEqual(wanted);
  });

  it('begins after the table that Gmail shows above the original', () => {
    const table =
      'Original Message\n\nMessage ID\t<a@example.com>\nCreated at:\tTue, Nov 24\nFrom:\tIda <i@example.com>\nTo:\tsomeone@gmail.com\nSubject:\tHej\nSPF:\tPASS with IP 203.0.113.10 Learn more\n\nDownload Original\tCopy to clipboard\n\n';
    expect(fieldsOf(`${table}${trace}\nSubject: real\n`)).toEqual([trace.replace(': ', '='), 'Subject=real']);
  });

  it('keeps folded lines that lost their indent when they were pasted', () => {
    const text =
      'Authentication-Results: mx.google.com;\ndkim=pass header.i=@example.com;\nspf=pass (google.com: domain of i@example.com designates 203.0.113.10 as permitted sender)\nsmtp.mailfrom=i@example.com\nFrom: i@example.com\n';
    const message = readMessage(text);
    expect(message.fields).toHaveLength(2);
    expect(receiversResults(message, 'spf')[0]?.properties.get('smtp.mailfrom')).toBe('i@example.com');
  });

  it('may be that of a plain letter', () => {
    expect(readMessage('From: i@example.com\nTo: you@example.net\n\nHej').from[0]?.domain).toBe('example.com');
  });

  it.each([
    ['nothing', ''],
    ['prose', 'Hello,\n\nNote: this is no header.\n'],
    ['a log', '2026-11-24T09:00:00 smtp chasquid: started\n'],
    ['50 MB of prose', 'All work and no play.\n'.repeat(2_300_000)],
    ['50 MB in one line', 'x'.repeat(50_000_000)],
  ])('is missing from %s: one sentence, and what to do', (_what, text) => {
    expect(() => readMessage(text)).toThrow(MessageError);
    expect(() => readMessage(text)).toThrow('This text has no message headers.');
  });

  it('is cut where it goes on for ever, and says so', () => {
    const message = readMessage(`${trace}\n${`X-Filler: ${'x'.repeat(1000)}\n`.repeat(50_000)}`);
    expect(message.isCut).toBe(true);
    expect(message.fields.length).toBeLessThanOrEqual(1000);
    expect(readMessage(`${trace}\nX-Long: ${'x'.repeat(100_000)}\n`).isCut).toBe(true);
    expect(readMessage(`${trace}\n\n${'x'.repeat(2_000_000)}`).isCut).toBe(false);
  });
});

describe('hostile headers', () => {
  const names = ['Received', 'Authentication-Results', 'ARC-Seal', 'ARC-Authentication-Results', 'From', 'Subject'];
  const named = [...names, 'Date', 'Message-ID', 'DKIM-Signature', 'Received-SPF', 'Return-Path', 'X-Spam-Status'];

  it('are read and explained, or refused in one sentence; nothing else', () => {
    const header = fc
      .tuple(fc.constantFrom(...named), fc.string({ unit: 'binary', maxLength: 200 }))
      .map(([name, value]) => `${name}: ${value}`);
    fc.assert(
      fc.property(fc.array(header, { maxLength: 20 }), fc.string({ unit: 'binary' }), (headers, body) => {
        try {
          explain(readMessage(`${headers.join('\r\n')}\r\n\r\n${body}`));
        } catch (error) {
          if (!(error instanceof MessageError)) throw error;
        }
      }),
      { numRuns: 100 },
    );
  });

  it.each<[string, string]>([
    ['open comments', '('.repeat(900_000)],
    ['open quotes', '"\\'.repeat(450_000)],
    ['equals signs', '='.repeat(900_000)],
    ['semicolons', ';'.repeat(900_000)],
    ['encoded words', '=?utf-8?q?'.repeat(90_000)],
    ['brackets', '[1.2.3.4'.repeat(100_000)],
    ['spaces', ' '.repeat(900_000)],
    ['commas', ','.repeat(900_000)],
    ['addresses', 'a@b.example,'.repeat(70_000)],
    ['designations', 'spf=pass (designates 1 as permitted '.repeat(25_000)],
  ])('of a megabyte of %s end', (_what, value) => {
    for (const name of named) {
      const message = readMessage(lines('Received: by mx.example', `${name}: x${value}`));
      expect(explain(message).length).toBeGreaterThan(0);
    }
  });
});
