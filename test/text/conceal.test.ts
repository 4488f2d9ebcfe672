import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { conceal, concealed } from '../../src/text/conceal.ts';

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
