import stringWidth from 'string-width';

/** Shown where a text was cut. */
export const ellipsis = '…';

const segmenter = new Intl.Segmenter(undefined, { granularity: 'grapheme' });
const printableAscii = /^[ -~]*$/;

/** How many terminal columns `text` takes: East Asian wide and emoji two, combining marks and controls none. */
export function cellsOf(text: string): number {
  return printableAscii.test(text) ? text.length : stringWidth(text);
}

/** What a reader takes for one character: a base with its marks, a whole emoji sequence (UAX #29). */
export function graphemesOf(text: string): readonly string[] {
  return printableAscii.test(text) ? [...text] : Array.from(segmenter.segment(text), ({ segment }) => segment);
}

/** The longest start of `text` that fits in `cells` columns. A grapheme is never split. */
export function cutToCells(text: string, cells: number): string {
  return splitAtCells(text, cells)[0];
}

/** `text` parted where `cells` columns are full; a wide grapheme that would straddle goes to the second part. */
export function splitAtCells(text: string, cells: number): readonly [string, string] {
  if (printableAscii.test(text)) {
    const end = Math.max(0, cells);
    return [text.slice(0, end), text.slice(end)];
  }
  let used = 0;
  let end = 0;
  for (const { segment } of segmenter.segment(text)) {
    const width = stringWidth(segment);
    if (used + width > cells) break;
    used += width;
    end += segment.length;
  }
  return [text.slice(0, end), text.slice(end)];
}

/** `text` followed by blanks up to `cells` columns; a longer text stays as it is. */
export function padToCells(text: string, cells: number): string {
  return text + ' '.repeat(Math.max(0, cells - cellsOf(text)));
}
