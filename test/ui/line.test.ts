import { describe, expect, it } from 'vitest';
import { fitLine, lineCells, lineText, padLine, sliceLine, span, spread } from '../../src/ui/line.ts';
import { paint } from '../../src/ui/paint.ts';
import { marked } from '../../src/ui/session/output-page.ts';
import { sgrLine, withoutSgr } from '../../src/ui/sgr.ts';
import { aLook } from './looks.ts';

const line = [span('ab', 'strong'), span('日本'), span('cd')];

describe('a line', () => {
  it('is cut with an ellipsis only where it must be', () => {
    expect(lineText(fitLine(line, 8))).toBe('ab日本cd');
    expect(lineText(fitLine(line, 6))).toBe('ab日…');
    expect(fitLine(line, 0)).toEqual([]);
  });

  it('shows half a wide character as a blank when scrolled sideways', () => {
    expect(lineText(sliceLine(line, 3, 10))).toBe(' 本cd');
    expect(lineText(sliceLine(line, 2, 3))).toBe('日');
    expect(lineText(sliceLine(line, 100, 3))).toBe('');
  });

  it('is filled to the column', () => {
    expect(lineCells(padLine(line, 12))).toBe(12);
    expect(lineText(spread([span('left')], [span('right')], 12))).toBe('left   right');
    expect(lineText(spread([span('left')], [span('right')], 7))).toBe('l…right');
  });

  it('is painted with each look closed, so that none leaks', () => {
    expect(paint(line, aLook())).toBe('\u001B[1mab\u001B[0m日本cd');
    expect(paint([], aLook())).toBe(' ');
  });

  it('is painted in ASCII, as wide as before, where there is no Unicode', () => {
    expect(paint([span('ä 日 “x”…')], aLook({ unicode: false }))).toBe('? ?? "x"~');
  });
});

describe('a line of remote output', () => {
  it('keeps its colours, each stretch with what is in force', () => {
    const coloured = sgrLine('a\u001B[31mb\u001B[1mc\u001B[0md');
    expect(coloured.map(({ text, sgr }) => [text, sgr])).toEqual([
      ['a', ''],
      ['b', '31'],
      ['c', expect.stringMatching(/^(?:31;1|1;31)$/u)],
      ['d', ''],
    ]);
  });

  it('is cut by columns, not by its sequences', () => {
    expect(lineText(fitLine(sgrLine('\u001B[32m0123456789\u001B[0m'), 5))).toBe('0123…');
  });

  it('has its tabs as blanks', () => {
    expect(lineText(sgrLine('a\tb'))).toBe('a       b');
  });

  it('is searched and marked without regard to its colours', () => {
    expect(withoutSgr('a\u001B[31mb\u001B[0mc')).toBe('abc');
    const found = marked(sgrLine('xa\u001B[31mb\u001B[0mcx'), 'ABC');
    expect(found.filter(({ roles }) => roles.includes('match')).map(({ text }) => text)).toEqual(['a', 'b', 'c']);
  });
});
