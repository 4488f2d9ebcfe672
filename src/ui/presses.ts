import type { Key } from 'ink';
import { graphemesOf } from '../text/width.ts';

/**
 * One press of a key: a character as it is (`r`, `?`, `é`), or a key's name in a word of several letters (`enter`,
 * `up`, `ctrl-c`). No character is a word, so the two cannot be confused.
 */
export type Press = string;

/** Names of the keys that Ink tells by a flag. */
const named: readonly (readonly [flag: keyof Key, press: Press])[] = [
  ['upArrow', 'up'],
  ['downArrow', 'down'],
  ['leftArrow', 'left'],
  ['rightArrow', 'right'],
  ['pageUp', 'page-up'],
  ['pageDown', 'page-down'],
  ['home', 'home'],
  ['end', 'end'],
  ['return', 'enter'],
  ['escape', 'escape'],
  ['backspace', 'backspace'],
  ['delete', 'delete'],
];

/**
 * What Ink's `useInput` reports, as single presses in their order: a chunk may hold many (`hello\r` is six), since a
 * fast typist, a slow line or a program may send them together.
 */
export function pressesOf(input: string, key: Key): readonly Press[] {
  if (key.eventType === 'release') return [];
  if (key.tab) return [key.shift ? 'shift-tab' : 'tab'];
  const name = named.find(([flag]) => key[flag] === true)?.[1];
  if (name !== undefined) return [name];
  if (key.meta) return [];
  if (key.ctrl) return [`ctrl-${input}`];
  return graphemesOf(input).flatMap(pressOfCharacter);
}

function pressOfCharacter(character: string): readonly Press[] {
  switch (character) {
    case '\r':
    case '\n':
    case '\r\n':
      return ['enter'];
    case '\t':
      return ['tab'];
    case '\u007F':
    case '\b':
      return ['backspace'];
    default:
      return [controlName(character) ?? character];
  }
}

/** Ctrl and a letter is that letter's code less 64 (ECMA-48 and every terminal since the VT100). */
function controlName(character: string): Press | undefined {
  const code = character.codePointAt(0) ?? 0;
  return code >= 1 && code <= 26 ? `ctrl-${String.fromCodePoint(code + 96)}` : undefined;
}

/** True for a press that puts a character into a text. */
export function isText(press: Press): boolean {
  return graphemesOf(press).length === 1 && !/^\p{Cc}/u.test(press);
}
