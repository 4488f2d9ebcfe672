import type { Line } from '../line.ts';
import { padLine, span } from '../line.ts';
import type { Look } from '../look.tsx';

/** What is shown of a text. */
export interface Scrolled {
  readonly lines: readonly Line[];
  /** First line shown, counted from 0. */
  readonly first: number;
  readonly total: number;
}

/** The lines, filled up to `rows` and `columns`, with a bar beside them where there is more than is shown. */
export function withScrollbar(
  { lines, first, total }: Scrolled,
  { rows, columns }: { readonly rows: number; readonly columns: number },
  look: Look,
): readonly Line[] {
  // A screen reader is not to read blank lines, and has no use for a bar.
  if (look.linear) return lines;
  const filled = Array.from({ length: rows }, (_, row): Line => lines[row] ?? []);
  if (total <= rows) return filled;
  const size = Math.max(1, Math.round((rows * rows) / total));
  const last = total - rows;
  const top = last <= 0 ? 0 : Math.round((first / last) * (rows - size));
  return filled.map((line, row): Line => {
    const isThumb = row >= top && row < top + size;
    const bar = isThumb ? span(look.glyphs.thumb, 'muted') : span(look.glyphs.track, 'rule');
    return [...padLine(line, columns), span(' '), bar];
  });
}
