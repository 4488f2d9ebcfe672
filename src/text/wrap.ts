import { cellsOf, graphemesOf, splitAtCells } from './width.ts';

/** A stretch of text with one look; what the look is, the caller knows. */
export interface Piece {
  readonly text: string;
}

/** How to wrap: how wide, and what stands before the first and before every further line. */
export interface WrapOptions<P extends Piece> {
  /** Columns of a line, prefixes included. */
  readonly width: number;
  readonly first?: P | undefined;
  /** The hanging indent. */
  readonly rest?: P | undefined;
}

/** An unbreakable run of text; it may be parted over several pieces (`**bold**.`). */
interface Word<P extends Piece> {
  readonly blank: readonly P[];
  readonly pieces: readonly P[];
}

type Token<P extends Piece> =
  | { readonly kind: 'newline' }
  | { readonly kind: 'blank'; readonly piece: P }
  /** `follows`: no line may end between the text before and this. */
  | { readonly kind: 'ink'; readonly piece: P; readonly follows: boolean };

/**
 * Wraps pieces into lines of at most `width` columns. Lines break at blanks, which vanish there; between East Asian
 * characters anywhere that their punctuation allows (after UAX #14); at a newline always; and inside a word only
 * where the word alone is longer than a line. Always gives at least one line.
 */
export function wrapPieces<P extends Piece>(pieces: readonly P[], options: WrapOptions<P>): readonly (readonly P[])[] {
  const lines: (readonly P[])[] = [];
  for (const paragraph of paragraphsOf(pieces)) fillLines(paragraph, options, lines);
  return lines;
}

/** The line that is being filled: what it holds, and how many columns are used and to be had. */
interface Filling<P extends Piece> {
  line: P[];
  used: number;
  room: number;
}

function fillLines<P extends Piece>(
  words: readonly Word<P>[],
  { width, first, rest }: WrapOptions<P>,
  lines: (readonly P[])[],
): void {
  const start = (): Filling<P> => {
    const prefix = lines.length === 0 ? first : rest;
    return {
      line: prefix === undefined ? [] : [prefix],
      used: 0,
      room: Math.max(1, width - (prefix === undefined ? 0 : cellsOf(prefix.text))),
    };
  };
  let filling = start();
  const flush = (): void => {
    lines.push(filling.line);
    filling = start();
  };
  for (const word of words) {
    const gap = cellsOfPieces(word.blank);
    if (filling.used > 0 && filling.used + gap + cellsOfPieces(word.pieces) > filling.room) flush();
    else if (filling.used > 0) put(filling, word.blank);
    for (const piece of word.pieces)
      putBroken(filling, piece, () => {
        flush();
        return filling;
      });
  }
  flush();
}

function put<P extends Piece>(filling: Filling<P>, pieces: readonly P[]): void {
  for (const piece of pieces) {
    const last = filling.line.at(-1);
    // What came from one piece becomes one again: fewer pieces to paint.
    if (filling.used > 0 && last !== undefined && isSameLook(last, piece)) {
      filling.line[filling.line.length - 1] = { ...last, text: last.text + piece.text };
    } else {
      filling.line.push(piece);
    }
    filling.used += cellsOf(piece.text);
  }
}

function isSameLook<P extends Piece>(left: P, right: P): boolean {
  const names = Object.keys({ ...left, ...right }) as (keyof P)[];
  return names.every((name) => name === 'text' || Object.is(left[name], right[name]));
}

/** Puts a piece of a word, broken where it is longer than what a line has. */
function putBroken<P extends Piece>(filling: Filling<P>, piece: P, nextLine: () => Filling<P>): void {
  let current = filling;
  let left = piece.text;
  while (left !== '') {
    let [head] = splitAtCells(left, current.room - current.used);
    if (head === '' && current.used === 0) head = oneGrapheme(left);
    if (head !== '') put(current, [{ ...piece, text: head }]);
    left = left.slice(head.length);
    if (left !== '') current = nextLine();
  }
}

/** Even a pane of one column shows something of a wide character. */
function oneGrapheme(text: string): string {
  return graphemesOf(text)[0] ?? '';
}

function cellsOfPieces(pieces: readonly Piece[]): number {
  return pieces.reduce((sum, piece) => sum + cellsOf(piece.text), 0);
}

/** Words with the blanks before them, a list for each stretch between newlines. */
function paragraphsOf<P extends Piece>(pieces: readonly P[]): readonly (readonly Word<P>[])[] {
  const paragraphs: Word<P>[][] = [[]];
  let blank: P[] = [];
  let word: P[] = [];
  const endWord = (): void => {
    if (word.length > 0) {
      paragraphs.at(-1)?.push({ blank, pieces: word });
      blank = [];
      word = [];
    }
  };
  for (const token of tokensOf(pieces)) {
    switch (token.kind) {
      case 'newline':
        endWord();
        blank = [];
        paragraphs.push([]);
        break;
      case 'blank':
        endWord();
        blank.push(token.piece);
        break;
      case 'ink':
        if (!token.follows) endWord();
        word.push(token.piece);
        break;
    }
  }
  endWord();
  return paragraphs;
}

function* tokensOf<P extends Piece>(pieces: readonly P[]): Generator<Token<P>> {
  let before = '';
  for (const piece of pieces) {
    // A zero width space (U+200B) is a blank of no width: a place to break.
    for (const [text] of piece.text.matchAll(/\n|[ \t\u200b]+|[^ \t\n\u200b]+/gu)) {
      if (text === '\n') yield { kind: 'newline' };
      else if (/^[ \t\u200b]/u.test(text)) yield { kind: 'blank', piece: { ...piece, text } };
      else {
        for (const run of runsOf(text, before)) {
          yield { kind: 'ink', piece: { ...piece, text: run.text }, follows: run.follows };
        }
      }
      before = text;
    }
  }
}

/** A text without blanks, parted where East Asian script lets a line end. */
function runsOf(text: string, before: string): readonly { readonly text: string; readonly follows: boolean }[] {
  const startsFresh = before === '' || /[ \t\n\u200b]$/u.test(before);
  if (!eastAsian.test(text) && !eastAsian.test(before)) return [{ text, follows: !startsFresh }];
  const runs: { text: string; follows: boolean }[] = [];
  let last = startsFresh ? '' : (graphemesOf(before).at(-1) ?? '');
  for (const grapheme of graphemesOf(text)) {
    const run = runs.at(-1);
    const breaks = last === '' || mayBreakBetween(last, grapheme);
    if (run !== undefined && !breaks) run.text += grapheme;
    else runs.push({ text: grapheme, follows: !breaks });
    last = grapheme;
  }
  return runs;
}

const eastAsian = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\u3000-\u303f\uff00-\uffef]/u;
/** Never at a line's start, or never at its end (UAX #14 classes CL, NS, EX, and OP). */
const closing = /^[、。，．：；！？）」』】〕〉》’”…ーゝ々っゃゅょッャュョ]/u;
const opening = /[（「『【〔〈《‘“]$/u;

function mayBreakBetween(left: string, right: string): boolean {
  if (!eastAsian.test(left) && !eastAsian.test(right)) return false;
  return !closing.test(right) && !opening.test(left);
}
