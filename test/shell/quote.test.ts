import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { UsageError } from '../../src/error.ts';
import { exportLines, shellQuote } from '../../src/shell/quote.ts';
import { asSh, shellsHere } from './shells.ts';

describe.each(shellsHere())('a quoted word in $name', (where) => {
  const shell = asSh(where);
  afterAll(() => shell.remove());

  it('means itself for every byte from 1 to 255, alone and between others', async () => {
    const bytes = Array.from({ length: 255 }, (_, index) => String.fromCharCode(index + 1));
    const words = [...bytes, ...bytes.map((byte) => `a${byte}b`), bytes.join('')];

    const script = `printf '%s' ${words.map(shellQuote).join(' ')}`;
    // One byte a character: the shell sees bytes that are no UTF-8 at all.
    const { stdout } = await shell.run(Buffer.from(script, 'latin1'));

    expect(stdout.toString('latin1')).toBe(words.join(''));
  });

  it('means itself for any text', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.string({ unit: 'binary', maxLength: 60 }), { minLength: 1 }), async (texts) => {
        const words = texts.map((text) => text.replaceAll('\0', ''));
        const script = `printf '<%s>' ${words.map(shellQuote).join(' ')}`;
        const { stdout } = await shell.run(script);
        expect(stdout.toString()).toBe(words.map((word) => `<${word}>`).join(''));
      }),
      { numRuns: 15 },
    );
  });

  it('stays one word where it looks like many, like an option, or like a command', async () => {
    const words = ['', ' ', 'a b', '$(id)', '`id`', '-n', '*', '~', "'", "''", "'; id; '", '\\', '\n', '!!', '#'];
    const { stdout } = await shell.run(
      `for word in ${words.map(shellQuote).join(' ')}; do printf '<%s>' "$word"; done`,
    );
    expect(stdout.toString()).toBe(words.map((word) => `<${word}>`).join(''));
  });

  it('reaches a child process through exportLines', async () => {
    const value = "it's $HOME `x` \\ \n åäö";
    const { stdout } = await shell.run(`${exportLines({ DOMAIN: value })}sh -c 'printf %s "$DOMAIN"'`);
    expect(stdout.toString()).toBe(value);
  });
});

describe('shellQuote', () => {
  it('refuses a NUL, which no shell can carry', () => {
    expect(() => shellQuote('a\0b')).toThrow(UsageError);
  });
});
