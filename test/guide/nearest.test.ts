import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { didYouMean, editDistance, nearest } from '../../src/guide/nearest.ts';

describe('the nearest word', () => {
  it.each([
    ['vreify', 'verify'],
    ['VERIFY', 'verify'],
    ['rn', 'run'],
    ['hints', 'hint'],
    ['colour', undefined],
    ['', undefined],
    ['x', undefined],
    ['x'.repeat(1000), undefined],
  ])('to "%s" is %s', (typed, expected) => {
    expect(nearest(typed, ['run', 'verify', 'hint', 'undo'])).toBe(expected);
  });

  it('is suggested, or else all words are named', () => {
    expect(didYouMean('unod', ['run', 'undo'], 'role')).toBe('Did you mean `undo`?');
    expect(didYouMean('x', ['run', 'undo'], 'role')).toBe('The known ones are `run` and `undo`.');
    expect(didYouMean('x', [], 'role')).toBe('There is no role here.');
  });
});

describe('the edit distance', () => {
  it.each([
    ['abc', 'abc', 0],
    ['abc', 'acb', 1],
    ['abc', 'ab', 1],
    ['', 'abc', 3],
    ['kitten', 'sitting', 3],
  ])('of "%s" and "%s" is %d', (one, other, expected) => {
    expect(editDistance(one, other)).toBe(expected);
  });

  it('is the same both ways, and at most the longer length', () => {
    const word = fc.string({ maxLength: 10 });
    fc.assert(
      fc.property(word, word, (one, other) => {
        expect(editDistance(one, other)).toBe(editDistance(other, one));
        expect(editDistance(one, other)).toBeLessThanOrEqual(Math.max(one.length, other.length));
      }),
    );
  });
});
