import { cellsOf, graphemesOf } from '../text/width.ts';
import type { Line } from './line.ts';
import { span } from './line.ts';
import type { Press } from './presses.ts';
import { isText } from './presses.ts';

/** A text that is being typed. */
export interface Field {
  readonly text: string;
  /** Graphemes before the cursor. */
  readonly cursor: number;
}

/** A field that holds `text`, the cursor at its end. */
export function fieldOf(text: string): Field {
  return { text, cursor: graphemesOf(text).length };
}

/** The field after one press, with the keys of readline; the same field where the press means nothing to it. */
export function editField(field: Field, press: Press): Field {
  const graphemes = graphemesOf(field.text);
  const { cursor } = field;
  const replace = (from: number, to: number): Field => ({
    text: [...graphemes.slice(0, from), ...graphemes.slice(to)].join(''),
    cursor: from,
  });
  switch (press) {
    case 'backspace':
      return cursor === 0 ? field : replace(cursor - 1, cursor);
    case 'delete':
      return replace(cursor, cursor + 1);
    case 'left':
      return { ...field, cursor: Math.max(0, cursor - 1) };
    case 'right':
      return { ...field, cursor: Math.min(graphemes.length, cursor + 1) };
    case 'home':
    case 'ctrl-a':
      return { ...field, cursor: 0 };
    case 'end':
    case 'ctrl-e':
      return { ...field, cursor: graphemes.length };
    case 'ctrl-u':
      return replace(0, cursor);
    case 'ctrl-k':
      return replace(cursor, graphemes.length);
    case 'ctrl-w':
      return replace(wordStart(graphemes, cursor), cursor);
    default:
      return isText(press) ? insert(field, press) : field;
  }
}

/** The field with a pasted text at the cursor; a field has one line, so line breaks and tabs become blanks. */
export function pasteInto(field: Field, pasted: string): Field {
  return insert(
    field,
    pasted
      .trim()
      .replaceAll(/\s*[\r\n\t]+\s*/gu, ' ')
      .replaceAll(/\p{Cc}/gu, ''),
  );
}

function insert(field: Field, text: string): Field {
  const graphemes = graphemesOf(field.text);
  const before = graphemes.slice(0, field.cursor).join('') + text;
  // A mark that joins the character before it makes no grapheme of its own.
  return { text: before + graphemes.slice(field.cursor).join(''), cursor: graphemesOf(before).length };
}

function wordStart(graphemes: readonly string[], cursor: number): number {
  let start = cursor;
  while (start > 0 && graphemes[start - 1] === ' ') start -= 1;
  while (start > 0 && graphemes[start - 1] !== ' ') start -= 1;
  return start;
}

/** How a field is shown. */
export interface FieldStyle {
  /** Columns to be had. */
  readonly width: number;
  /** True where the cursor is here. */
  readonly isFocused: boolean;
  /** Shown in place of each character of a secret. */
  readonly mask?: string | undefined;
  /** Shown while the field is empty. */
  readonly placeholder?: string | undefined;
}

/** The field as a line that holds the cursor, scrolled so that it can be seen. */
export function fieldLine(field: Field, { width, isFocused, mask, placeholder = '' }: FieldStyle): Line {
  const graphemes = graphemesOf(field.text).map((grapheme) => mask ?? grapheme);
  if (!isFocused) return graphemes.length === 0 ? [span(placeholder, 'placeholder')] : [span(graphemes.join(''))];
  const [start, end] = visibleRange([...graphemes, ' '], field.cursor, width);
  const before = graphemes.slice(start, field.cursor).join('');
  const at = graphemes[field.cursor] ?? ' ';
  const after = graphemes.slice(field.cursor + 1, end).join('');
  const hint = graphemes.length === 0 ? placeholder : '';
  return [span(before), span(at, 'cursor'), span(after), span(hint === '' ? '' : ` ${hint}`, 'placeholder')];
}

/** The graphemes around the cursor that fit; as many before it as can be. */
function visibleRange(graphemes: readonly string[], cursor: number, width: number): readonly [number, number] {
  let start = cursor;
  let used = cellsOf(graphemes[cursor] ?? ' ');
  while (start > 0 && used + cellsOf(graphemes[start - 1] ?? '') <= width) {
    start -= 1;
    used += cellsOf(graphemes[start] ?? '');
  }
  let end = cursor + 1;
  while (end < graphemes.length && used + cellsOf(graphemes[end] ?? '') <= width) {
    used += cellsOf(graphemes[end] ?? '');
    end += 1;
  }
  return [start, end];
}
