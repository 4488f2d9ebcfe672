import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cellsOf } from '../../src/text/width.ts';
import { wrapPieces } from '../../src/text/wrap.ts';

interface Styled {
  readonly text: string;
  readonly style: string;
}

function plain(text: string): Styled {
  return { text, style: 'plain' };
}

/** The wrapped lines as plain text. */
function wrapped(text: string | readonly Styled[], width: number, first = '', rest = ''): readonly string[] {
  const pieces = typeof text === 'string' ? [plain(text)] : text;
  const lines = wrapPieces(pieces, {
    width,
    first: first === '' ? undefined : plain(first),
    rest: rest === '' ? undefined : plain(rest),
  });
  return lines.map((line) => line.map((piece) => piece.text).join(''));
}

describe('wrapping', () => {
  it('breaks at blanks, and no line starts or ends with one', () => {
    expect(wrapped('the quick  brown fox', 10)).toEqual(['the quick', 'brown fox']);
  });

  it('keeps blanks inside a line as they are', () => {
    expect(wrapped('a  b', 10)).toEqual(['a  b']);
  });

  it('gives one empty line for an empty text', () => {
    expect(wrapped('', 10)).toEqual(['']);
  });

  it('breaks at a newline always', () => {
    expect(wrapped('one\ntwo\n\nthree', 10)).toEqual(['one', 'two', '', 'three']);
  });

  it('hangs the further lines of an item under its text', () => {
    expect(wrapped('one two three', 9, '• ', '  ')).toEqual(['• one two', '  three']);
  });

  it('breaks a word that is longer than a line, after a fresh start', () => {
    expect(wrapped('see abcdefghijkl x', 8)).toEqual(['see', 'abcdefgh', 'ijkl x']);
  });

  it('keeps a word together that two styles share', () => {
    const pieces = [plain('say '), { text: 'hello', style: 'strong' }, plain('.')];
    expect(wrapped(pieces, 9)).toEqual(['say', 'hello.']);
  });

  it('keeps the style of every piece of a broken word', () => {
    const lines = wrapPieces([{ text: 'abcdef', style: 'strong' }], { width: 4 });
    expect(lines).toEqual([[{ text: 'abcd', style: 'strong' }], [{ text: 'ef', style: 'strong' }]]);
  });

  it('breaks East Asian text anywhere but before closing and after opening punctuation', () => {
    expect(wrapped('日本語のテキスト。', 8)).toEqual(['日本語の', 'テキス', 'ト。']);
    expect(wrapped('あい「うえ」', 6)).toEqual(['あい', '「う', 'え」']);
  });

  it('never splits a grapheme', () => {
    expect(wrapped('👩‍👩‍👧‍👦👩‍👩‍👧‍👦', 3)).toEqual(['👩‍👩‍👧‍👦', '👩‍👩‍👧‍👦']);
  });

  it('does not break at a no-break space', () => {
    expect(wrapped('a 10\u00a0min b', 7)).toEqual(['a', '10\u00a0min', 'b']);
  });

  it('still shows a wide character in a pane of one column', () => {
    expect(wrapped('日本', 1)).toEqual(['日', '本']);
  });

  it('never makes a line wider than asked, and loses nothing but blanks', () => {
    const texts = fc.array(fc.constantFrom('a', 'word', ' ', '  ', '日本', '、', 'é', '👍🏽', '-', 'abcdefghijklmnop'));
    fc.assert(
      fc.property(texts, fc.integer({ min: 2, max: 20 }), (parts, width) => {
        const text = parts.join('');
        const lines = wrapped(text, width);
        for (const line of lines) expect(cellsOf(line)).toBeLessThanOrEqual(width);
        expect(lines.join('').replaceAll(' ', '')).toBe(text.replaceAll(' ', ''));
      }),
    );
  });
});
