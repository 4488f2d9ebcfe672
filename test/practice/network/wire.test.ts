import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { Wire } from '../../../src/practice/network/smtp/wire.ts';

const limits = { most: 100, isStrict: true };

function heard(...pieces: readonly string[]): Wire {
  const stream = new PassThrough();
  const wire = new Wire(stream);
  for (const piece of pieces) stream.write(piece);
  stream.end();
  return wire;
}

describe('a line of the practice world’s mail servers', () => {
  it('is read whole, in whatever pieces it comes', async () => {
    const wire = heard('EH', 'LO a\r', '\nQUIT\r\nleft');
    expect([await wire.line(), await wire.line(), await wire.line()]).toEqual(['EHLO a', 'QUIT', null]);
  });

  it('ends a message with its dot, and takes the dots away that were put before others', async () => {
    const wire = heard('one\r\n..two\r\n.\r\nQUIT\r\n');
    expect(await wire.message(limits)).toEqual({ kind: 'message', octets: Buffer.from('one\r\n.two\r\n') });
    expect(await wire.line()).toBe('QUIT');
  });

  it('is no end of a message where only a line feed ends it, and strictness is asked', async () => {
    expect(await heard('one\n.\nQUIT\r\n').message(limits)).toEqual({ kind: 'line-ending' });
    expect(await heard('one\r\r\n.\r\n').message(limits)).toEqual({ kind: 'line-ending' });
    const lax = await heard('one\n.\nQUIT\r\n').message({ ...limits, isStrict: false });
    expect(lax).toEqual({ kind: 'message', octets: Buffer.from('one\r\n') });
  });

  it('may be of a message that is too big, which is then read to its end', async () => {
    const wire = heard(`${'x'.repeat(60)}\r\n`, `${'x'.repeat(60)}\r\n.\r\nQUIT\r\n`);
    expect(await wire.message(limits)).toEqual({ kind: 'too-big' });
    expect(await wire.line()).toBe('QUIT');
  });

  it('without an end is given up', async () => {
    expect(await heard('x'.repeat(10_000)).line()).toBeNull();
    expect(await heard('x'.repeat(2_000_000)).message(limits)).toEqual({ kind: 'closed' });
  });

  it('makes its sender wait where nobody reads', async () => {
    const stream = new PassThrough({ highWaterMark: 16_384 });
    const wire = new Wire(stream);
    for (let count = 0; count < 200; count += 1) stream.write(`${'x'.repeat(16_000)}\r\n`);
    await new Promise((resolve) => setImmediate(resolve));
    expect(stream.isPaused()).toBe(true);
    stream.end('.\r\nQUIT\r\n');
    expect(await wire.message({ most: 10_000_000, isStrict: true })).toMatchObject({ kind: 'message' });
    expect(await wire.line()).toBe('QUIT');
  });
});
