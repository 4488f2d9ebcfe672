import { describe, expect, it } from 'vitest';
import { OutputBuffer } from '../../src/remote/attempts/output-buffer.ts';
import { text, unaborted } from './connecting.ts';

const piece = (words: string): Uint8Array => new TextEncoder().encode(words);
const shown = (bytes: Uint8Array | undefined): string | undefined => (bytes === undefined ? undefined : text(bytes));

describe('the buffer of an attempt’s output', () => {
  it('gives bytes by their offset, piece by piece', () => {
    const buffer = new OutputBuffer(100);
    buffer.write(piece('abc'));
    buffer.write(piece('def'));
    expect(shown(buffer.from(0))).toBe('abc');
    expect(shown(buffer.from(2))).toBe('c');
    expect(shown(buffer.from(3))).toBe('def');
    expect(buffer.from(6)).toBeUndefined();
    buffer.release(4);
    expect(buffer.start).toBe(4);
    expect(shown(buffer.from(4))).toBe('ef');
  });

  it('keeps its writer waiting from its bound on until something was released', async () => {
    const buffer = new OutputBuffer(4);
    expect(buffer.write(piece('abcd'))).toBeUndefined();
    const waiting = buffer.write(piece('e'));
    expect(waiting).toBeInstanceOf(Promise);
    buffer.release(1);
    await waiting;
  });

  it('keeps nobody waiting once its bound is lifted', async () => {
    const buffer = new OutputBuffer(1);
    const waiting = buffer.write(piece('abc'));
    buffer.liftBound();
    await waiting;
    expect(buffer.write(piece('def'))).toBeUndefined();
    expect(shown(buffer.from(3))).toBe('def');
  });

  it('wakes its reader for bytes and for the end', async () => {
    const buffer = new OutputBuffer(100);
    const more = buffer.more(unaborted);
    buffer.write(piece('a'));
    await more;
    const end = buffer.more(unaborted);
    buffer.end();
    await end;
    expect(buffer.isEnded).toBe(true);
  });
});
