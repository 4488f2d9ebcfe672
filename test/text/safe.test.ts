import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SafeLines, safeLine, safeText } from '../../src/text/safe.ts';

const esc = '\u001b';

/** All lines of `input`, given in one piece. */
function linesOf(input: string | Uint8Array, options?: ConstructorParameters<typeof SafeLines>[0]): readonly string[] {
  const lines = new SafeLines(options);
  return [...lines.write(typeof input === 'string' ? Buffer.from(input) : input), ...lines.end()];
}

/** All lines of `bytes`, cut at the given places. */
function linesInPieces(bytes: Uint8Array, cuts: readonly number[]): readonly string[] {
  const lines = new SafeLines();
  const borders = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  const complete = borders.slice(1).flatMap((end, index) => lines.write(bytes.subarray(borders[index], end)));
  return [...complete, ...lines.end()];
}

/** Bytes as a hostile or broken server may send them: blobs, text, and pieces of control sequences. */
const hostileBytes = fc
  .array(
    fc.oneof(
      fc.uint8Array({ maxLength: 12 }),
      fc.string({ unit: 'grapheme', maxLength: 12 }).map((text) => Buffer.from(text)),
      fc
        .constantFrom(
          `${esc}[31m`,
          `${esc}[38;2;1;2;3m`,
          `${esc}[`,
          `${esc}]0;title\u0007`,
          `${esc}]52;c;`,
          `${esc}P`,
          `${esc}\\`,
          `${esc}c`,
          `${esc}(0`,
          '\u009b2J',
          '\u009d8;;x\u009c',
          '\u202e',
          '\u200d',
          '\r',
          '\n',
          '\r\n',
          '\b',
          '\t',
          '\0',
          '🕊️',
          '漢字',
        )
        .map((text) => Buffer.from(text)),
    ),
    { maxLength: 40 },
  )
  .map((pieces) => Buffer.concat(pieces));

/** Everything that a terminal may act on, except `ESC [ … m`. */
const dangerous = new RegExp(
  `[\\u0000-\\u0009\\u000b-\\u001a\\u001c-\\u001f\\u007f-\\u009f\\u200b-\\u200f\\u2028-\\u202e\\u2066-\\u2069\\ufeff]|${esc}(?!\\[[\\d;]*m)`,
  'u',
);

describe('lines that are safe to show', () => {
  it('never hold a control character beyond colours, whatever the bytes', () => {
    fc.assert(
      fc.property(hostileBytes, (bytes) => {
        for (const line of linesOf(bytes)) expect(line).not.toMatch(dangerous);
      }),
      { numRuns: 2_000 },
    );
  });

  it('are the same however the output is cut into pieces', () => {
    fc.assert(
      fc.property(hostileBytes, fc.array(fc.nat(400), { maxLength: 8 }), (bytes, cuts) => {
        expect(linesInPieces(bytes, cuts)).toEqual(linesOf(bytes));
      }),
      { numRuns: 2_000 },
    );
  });

  it('are one for each line feed, so that lines can be counted in the bytes', () => {
    fc.assert(
      fc.property(hostileBytes, (bytes) => {
        const feeds = bytes.filter((byte) => byte === 0x0a).length;
        expect(new SafeLines().write(bytes)).toHaveLength(feeds);
      }),
    );
  });

  it('always end in the default style', () => {
    fc.assert(
      fc.property(hostileBytes, (bytes) => {
        for (const line of linesOf(bytes)) {
          const last = line.lastIndexOf(`${esc}[`);
          if (last !== -1) expect(line.slice(last)).toMatch(/^.\[0m/u);
        }
      }),
    );
  });

  it.each([
    ['a window title', `${esc}]0;root@host\u0007prompt`, 'prompt'],
    ['a clipboard write (OSC 52)', `a${esc}]52;c;cm0gLXJm${esc}\\b`, 'ab'],
    ['a hyperlink', `${esc}]8;;http://example.com${esc}\\here${esc}]8;;${esc}\\`, 'here'],
    ['a device control string', `a${esc}P1$r0m${esc}\\b`, 'ab'],
    ['cursor movement and erasing', `a${esc}[2J${esc}[1;1Hb`, 'ab'],
    ['a terminal reset', `a${esc}cb`, 'ab'],
    ['a switch of the character set', `a${esc}(0b`, 'ab'],
    ['C1 controls', 'a\u009b2Jb\u0085c\u009d0;title\u009cd', 'abcd'],
    ['a private mode with an m', `a${esc}[?1mb${esc}[>4;2mc`, 'abc'],
    ['NUL, BEL and DEL', 'a\0b\u0007c\u007fd', 'abcd'],
    ['text direction overrides', 'a\u202etxt.exe\u202c', 'atxt.exe'],
    ['characters without width', 'pay\u200bpal\u2060.com\ufeff', 'paypal.com'],
    ['a sequence that is broken off by a line feed', `a${esc}[3\nb`, 'a|b'],
    ['a string that is broken off by another sequence', `${esc}]0;t${esc}[1mb`, `${esc}[1mb${esc}[0m`],
  ])('are without %s', (_, input, expected) => {
    expect(linesOf(input)).toEqual(expected.split('|'));
  });

  it('go on after a string that never ends', () => {
    expect(linesOf(`${esc}]0;title without an end\nnext line\n`)).toEqual(['', 'next line']);
    const [line] = linesOf(`${esc}]0;${'x'.repeat(5_000)}visible`);
    expect(line).toMatch(/visible$/);
  });

  it('keep a colour within its line, and take it up again on the next', () => {
    expect(linesOf(`plain ${esc}[31mred\nstill red${esc}[0m plain\nplain\n`)).toEqual([
      `plain ${esc}[31mred${esc}[0m`,
      `${esc}[31mstill red${esc}[0m plain`,
      'plain',
    ]);
  });

  it('keep styles that are set one after the other', () => {
    expect(linesOf(`${esc}[1m${esc}[4m${esc}[38;5;208mx${esc}[22my${esc}[mz`)).toEqual([
      `${esc}[1;4;38;5;208mx${esc}[0;4;38;5;208my${esc}[0mz`,
    ]);
  });

  it.each([
    ['an unknown style', `${esc}[66mx`, 'x'],
    ['hidden text, which is shown', `${esc}[8mx${esc}[28m`, 'x'],
    ['blinking', `${esc}[5mx`, 'x'],
    ['a colour beyond its range', `${esc}[38;5;256mx${esc}[38;2;1;2;300my`, 'xy'],
    ['a colour that is cut short', `${esc}[38;5mx${esc}[48mx`, 'xx'],
    ['more parameters than any program sends', `${esc}[${'1;'.repeat(60)}31mx`, 'x'],
    ['a number without an end', `${esc}[3${'1'.repeat(10_000)}mx`, 'x'],
  ])('drop %s', (_, input, expected) => {
    expect(linesOf(input)).toEqual([expected]);
  });

  it('write colours with colons in the older way', () => {
    expect(linesOf(`${esc}[38:2::1:2:3mx${esc}[0m${esc}[48:5:7my`)).toEqual([
      `${esc}[38;2;1;2;3mx${esc}[0;48;5;7my${esc}[0m`,
    ]);
  });

  it('show a progress bar as its last state', () => {
    expect(linesOf('  0%\r 50%\r100%\r\ndone\n')).toEqual(['100%', 'done']);
    expect(linesOf('Reading database ... 100%\rDone\n')).toEqual(['Done']);
  });

  it('apply backspaces as a cursor that goes back', () => {
    expect(linesOf('|\b/\b-\b\\\b \bready\n')).toEqual(['ready']);
    expect(linesOf('B\bBo\bol\bld\n')).toEqual(['Bold']);
    expect(linesOf('é🕊\b!\n')).toEqual(['é!']);
    expect(linesOf('\b\b\ba\n')).toEqual(['a']);
  });

  it('turn tabs into spaces', () => {
    expect(linesOf('a\tb\t\tc\n')).toEqual(['a       b               c']);
  });

  it('cut a long line and say how much is missing', () => {
    expect(linesOf(`${'x'.repeat(4_100)}\nnext\n`)).toEqual([`${'x'.repeat(4_096)}… [+4 chars]`, 'next']);
    expect(linesOf('🕊🕊🕊\n', { lineLimit: 2 })).toEqual(['🕊🕊… [+1 chars]']);
  });

  it('hold only the start of a line without an end, and its length', () => {
    const lines = new SafeLines();
    const piece = Buffer.alloc(1 << 20, 'x');
    for (let count = 0; count < 64; count += 1) expect(lines.write(piece)).toEqual([]);
    expect(lines.unfinished).toBe(`${'x'.repeat(4_096)}… [+${64 * piece.length - 4_096} chars]`);
    expect(lines.write(Buffer.from('\rshort\n'))).toEqual(['short']);
  });

  it('show what is no UTF-8 as replacement characters', () => {
    expect(linesOf(Buffer.from([0x61, 0xff, 0x62, 0xe2, 0x82, 0x0a, 0xc3]))).toEqual(['a\ufffdb\ufffd', '\ufffd']);
  });

  it('give the line that is still being written', () => {
    const lines = new SafeLines();
    expect(lines.write(Buffer.from('done\nhalf'))).toEqual(['done']);
    expect(lines.unfinished).toBe('half');
    expect(lines.end()).toEqual(['half']);
    expect(lines.unfinished).toBe('');
  });
});

describe('a safe text', () => {
  it('has no colours and no controls but line feeds', () => {
    expect(safeText(`${esc}[1mWelcome\r\n${esc}]0;x\u0007to ${esc}[32mTinyCore${esc}[0m\n`)).toBe(
      'Welcome\nto TinyCore',
    );
  });

  it('is left as it is when it is made safe again', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const safe = safeText(text);
        expect(safeText(safe)).toBe(safe.replace(/\n$/u, ''));
      }),
    );
  });

  it('as one line is cut to its limit, never in the middle of an emoji', () => {
    expect(safeLine('  a\n\n b\t c ', 20)).toBe('a b c');
    expect(safeLine('🕊🕊🕊🕊', 3)).toBe('🕊🕊…');
  });
});
