import { cellsOf, ellipsis, splitAtCells } from '../text/width.ts';
import type { Piece } from '../text/wrap.ts';
import type { Role } from './theme.ts';

/** A stretch of one look within a line. */
export interface Span extends Piece {
  /** Later roles lie over earlier ones. */
  readonly roles: readonly Role[];
  /** Address that a terminal may open (OSC 8). */
  readonly link?: string | undefined;
  /** SGR parameters that came with remote output; already proven harmless (text/style.ts). */
  readonly sgr?: string | undefined;
}

/** One line of a screen, not wider than its pane. */
export type Line = readonly Span[];

/** Controls but newline and tab, and the bidirectional ones (CVE-2021-42574): shown, they would say another thing. */
const deceptive = /(?![\t\n])\p{Cc}|[\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/gu;

/**
 * A span of `text` in the given roles. What could drive the terminal or deceive the eye is shown as `�`; a tab is one
 * blank; a newline stays, for wrapping to break at.
 */
export function span(text: string, ...roles: readonly Role[]): Span {
  return { text: text.replaceAll(deceptive, '\uFFFD').replaceAll('\t', ' '), roles };
}

/** Columns of a line. */
export function lineCells(line: Line): number {
  return line.reduce((sum, piece) => sum + cellsOf(piece.text), 0);
}

/** A line as plain text. */
export function lineText(line: Line): string {
  return line.map((piece) => piece.text).join('');
}

/** The line's columns from `from` on, at most `cells` of them; half a wide character becomes a blank. */
export function sliceLine(line: Line, from: number, cells: number): Line {
  const result: Span[] = [];
  let at = 0;
  let room = cells;
  for (const piece of line) {
    let text = piece.text;
    const width = cellsOf(text);
    if (at < from) {
      const skipped = Math.min(from - at, width);
      const [head, tail] = splitAtCells(text, skipped);
      // A wide character that the edge cuts in half leaves its second half blank.
      const isHalved = cellsOf(head) < skipped;
      text = isHalved ? ` ${splitAtCells(tail, 2)[1]}` : tail;
    }
    at += width;
    const [shown] = splitAtCells(text, room);
    if (shown !== '') result.push({ ...piece, text: shown });
    room -= cellsOf(shown);
    if (shown.length < text.length) break;
  }
  return result;
}

/** The line in at most `cells` columns; where something had to go, it ends with an ellipsis. */
export function fitLine(line: Line, cells: number, mark: string = ellipsis): Line {
  if (lineCells(line) <= cells) return line;
  if (cells < 1) return [];
  const shown = sliceLine(line, 0, cells - 1);
  return [...shown, { ...(shown.at(-1) ?? span('')), text: mark }];
}

/** The line in exactly `cells` columns: cut, or filled with blanks of its last span's look. */
export function padLine(line: Line, cells: number): Line {
  const fitted = fitLine(line, cells);
  const missing = cells - lineCells(fitted);
  return missing === 0 ? fitted : [...fitted, span(' '.repeat(missing))];
}

/** `left` and `right` at the two edges of `cells` columns; where both don't fit, `left` is cut. */
export function spread(left: Line, right: Line, cells: number): Line {
  const room = cells - lineCells(right);
  return room < 1 ? fitLine(left, cells) : [...padLine(left, room), ...right];
}

/** Every span of the line with one more role over it. */
export function withRole(line: Line, role: Role): Line {
  return line.map((piece) => ({ ...piece, roles: [...piece.roles, role] }));
}
