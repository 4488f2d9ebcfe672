import { describe, expect, it } from 'vitest';
import type { Field } from '../../src/ui/field.ts';
import { editField, fieldLine, fieldOf, pasteInto } from '../../src/ui/field.ts';
import { lineCells, lineText } from '../../src/ui/line.ts';

function edited(text: string, ...presses: readonly string[]): Field {
  return presses.reduce(editField, fieldOf(text));
}

describe('a field', () => {
  it.each([
    ['types at the cursor', ['left', 'x'], 'abxc'],
    ['deletes backwards', ['backspace'], 'ab'],
    ['deletes forwards', ['home', 'delete'], 'bc'],
    ['deletes nothing at its edges', ['delete', 'home', 'backspace'], 'abc'],
    ['deletes to its start', ['left', 'ctrl-u'], 'c'],
    ['deletes to its end', ['home', 'right', 'ctrl-k'], 'a'],
    ['takes no notice of other keys', ['up', 'escape', 'ctrl-x', 'page-up'], 'abc'],
  ])('%s', (_, presses, text) => {
    expect(edited('abc', ...presses).text).toBe(text);
  });

  it('deletes a word with the blanks after it', () => {
    expect(edited('one two  ', 'ctrl-w').text).toBe('one ');
  });

  it('deletes a whole emoji at once', () => {
    expect(edited('a👩‍👩‍👧‍👦', 'backspace').text).toBe('a');
  });

  it('joins a mark to the character before it', () => {
    const field = edited('e', '\u0301', 'x');
    expect(field).toEqual({ text: 'e\u0301x', cursor: 2 });
  });

  it('makes one line of what is pasted, and of no control character anything', () => {
    expect(pasteInto(fieldOf('> '), ' one\r\n  two\tthree\u001B[2J\n')).toEqual({
      text: '> one two three[2J',
      cursor: 18,
    });
  });

  it('keeps the cursor in sight, however long it is', () => {
    const field = edited('0123456789', 'left', 'left');
    expect(lineText(fieldLine(field, { width: 5, isFocused: true }))).toBe('45678');
    expect(lineText(fieldLine(edited('0123456789', 'home'), { width: 5, isFocused: true }))).toBe('01234');
    const wide = fieldLine(edited('日本語日本語'), { width: 6, isFocused: true });
    expect(lineCells(wide)).toBeLessThanOrEqual(6);
    expect(wide.some(({ roles }) => roles.includes('cursor'))).toBe(true);
  });

  it('shows a secret as marks only', () => {
    expect(lineText(fieldLine(fieldOf('hunter2'), { width: 20, isFocused: true, mask: '•' }))).toBe('••••••• ');
  });
});
