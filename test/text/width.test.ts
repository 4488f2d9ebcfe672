import { describe, expect, it } from 'vitest';
import { cellsOf, cutToCells, graphemesOf, padToCells, splitAtCells } from '../../src/text/width.ts';

describe('the width of a text', () => {
  it.each([
    ['plain', 5],
    ['日本', 4],
    ['e\u0301', 1],
    ['👍🏽', 2],
    ['👩‍👩‍👧‍👦', 2],
    ['🇸🇪', 2],
    ['✔', 1],
    ['\u200b', 0],
    ['', 0],
  ])('counts %j as %i columns', (text, cells) => {
    expect(cellsOf(text)).toBe(cells);
  });
});

describe('cutting to columns', () => {
  it('leaves a wide character out that would straddle the edge', () => {
    expect(cutToCells('a日本', 2)).toBe('a');
    expect(splitAtCells('a日本', 3)).toEqual(['a日', '本']);
  });

  it('keeps the marks of the last character', () => {
    expect(cutToCells('e\u0301e\u0301', 1)).toBe('e\u0301');
  });

  it('pads by columns, not by characters', () => {
    expect(padToCells('日本', 6)).toBe('日本  ');
  });
});

it('takes an emoji sequence as one grapheme', () => {
  expect(graphemesOf('a👩‍👩‍👧‍👦')).toEqual(['a', '👩‍👩‍👧‍👦']);
});
