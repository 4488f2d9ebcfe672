import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ConcealedStream, conceal, concealed } from '../../src/text/conceal.ts';

describe('a secret in a text', () => {
  it.each([
    ['as it is', (secret: string) => secret],
    ['URL-encoded', encodeURIComponent],
    ['as a form sends it', (secret: string) => new URLSearchParams({ k: secret }).toString().slice(2)],
    ['in base64', (secret: string) => Buffer.from(secret).toString('base64')],
    [
      'in base64 behind a user name (AUTH PLAIN)',
      (secret: string) => Buffer.from(`\0i@d.test\0${secret}`).toString('base64'),
    ],
    ['in base64 for URLs', (secret: string) => Buffer.from(`u:${secret}`).toString('base64url')],
  ])('is hidden %s', (_, spell) => {
    const secret = 'p&ss wörd/+?~ÿ';
    expect(conceal(`before ${spell(secret)} after`, [secret])).toMatch(/^before \S*\[secret\]\S* after$/);
  });

  it('is never left, whichever the text around it', () => {
    const secretText = fc.string({ unit: 'grapheme', minLength: 4, maxLength: 30 }).filter((text) => text.length >= 4);
    fc.assert(
      fc.property(secretText, fc.string(), fc.string(), (secret, before, after) => {
        fc.pre(!concealed.includes(secret) && !`${before}${after}`.includes(secret));
        expect(conceal(`${before}|${secret}|${after}`, [secret])).not.toContain(`|${secret}|`);
      }),
    );
  });

  it('is hidden whole where a shorter secret is a part of it', () => {
    expect(conceal('the hunter22 is', ['hunter', 'hunter22'])).toBe(`the ${concealed} is`);
  });

  it('is nothing that is too short to be one', () => {
    expect(conceal('a text about cats', ['a', 'cat', ''])).toBe('a text about cats');
  });
});

describe('a secret in bytes that come in pieces', () => {
  const secrets = ['p&ss wörd/+?~ÿ', 'hunter', 'hunter22', 'er22 and more'];

  /** What a stream gives for these bytes, cut at these places. */
  function streamed(bytes: Uint8Array, cuts: readonly number[]): string {
    const stream = new ConcealedStream(secrets);
    const ends = [...cuts.map((cut) => Math.min(cut, bytes.length)).sort((one, other) => one - other), bytes.length];
    const given = ends.map((end, index) => stream.push(bytes.subarray(ends[index - 1] ?? 0, end)));
    return Buffer.concat([...given, stream.end()]).toString('latin1');
  }

  const piece = fc.oneof(
    fc.constantFrom(...secrets.flatMap((secret) => [secret, encodeURIComponent(secret), secret.slice(0, 5)])),
    fc.constantFrom(...secrets.map((secret) => Buffer.from(`u:${secret}`).toString('base64'))),
    fc.string(),
  );

  it('is hidden wherever they are cut', () => {
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), fc.array(fc.nat(300), { maxLength: 12 }), (pieces, cuts) => {
        const bytes = Buffer.from(pieces.join(''));
        const whole = streamed(bytes, []);
        expect(streamed(bytes, cuts)).toBe(whole);
        for (const secret of secrets) expect(whole).not.toContain(Buffer.from(secret).toString('latin1'));
      }),
    );
  });

  it('is hidden byte by byte, and together with one that overlaps it', () => {
    const text = 'a hunter22 and more, hunter, p&ss wörd/+?~ÿ';
    const everywhere = Array.from({ length: text.length + 5 }, (_, at) => at);
    expect(streamed(Buffer.from(text), everywhere)).toBe(`a ${concealed}, ${concealed}, ${concealed}`);
  });

  it('holds back no more than may be the beginning of one', () => {
    const stream = new ConcealedStream(secrets);
    expect(Buffer.from(stream.push(Buffer.from('a line\nhunt'))).toString()).toBe('a line\n');
    expect(Buffer.from(stream.push(Buffer.from('ing\n'))).toString()).toBe('hunting\n');
  });

  it('leaves all other bytes as they are, also those that are no text', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        expect(streamed(bytes, [3])).toBe(Buffer.from(bytes).toString('latin1'));
      }),
    );
  });
});
