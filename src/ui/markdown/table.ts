import { wrapPieces } from '../../text/wrap.ts';
import type { Glyphs } from '../glyphs.ts';
import type { Line, Span } from '../line.ts';
import { lineCells, padLine, span } from '../line.ts';

/** A table's cells, each a row of spans. */
export interface Table {
  readonly header: readonly (readonly Span[])[];
  readonly rows: readonly (readonly (readonly Span[])[])[];
  readonly align: readonly ('left' | 'right' | 'center' | null)[];
}

/** How a table is laid out. */
export interface TableStyle {
  /** Columns to be had. */
  readonly width: number;
  readonly glyphs: Glyphs;
}

const narrowest = 6;

/**
 * A table sized to the pane: each column as wide as its widest cell where that fits, else the widest ones shrink and
 * their cells wrap. Where even that is too tight, each row becomes a list of `header: cell`.
 */
export function tableLines(table: Table, style: TableStyle): readonly Line[] {
  const widths = columnWidths(table, style.width);
  if (widths === null) return stackedLines(table, style);
  const bar = span(` ${style.glyphs.vertical} `, 'rule');
  const row = (cells: readonly (readonly Span[])[]): readonly Line[] => rowLines(cells, widths, table.align, bar);
  const { horizontal, cross } = style.glyphs;
  const rule = widths.map((width) => horizontal.repeat(width)).join(`${horizontal}${cross}${horizontal}`);
  return [...row(table.header), [span(rule, 'rule')], ...table.rows.flatMap(row)];
}

/** Null where the columns cannot all have what the narrowest useful one needs. */
function columnWidths(table: Table, width: number): readonly number[] | null {
  const rows = [table.header, ...table.rows];
  const natural = table.header.map((_, column) => Math.max(1, ...rows.map((row) => lineCells(row[column] ?? []))));
  const room = width - 3 * (natural.length - 1);
  const widths = [...natural];
  let excess = widths.reduce((sum, cells) => sum + cells, 0) - room;
  while (excess > 0) {
    const widest = Math.max(...widths);
    if (widest <= narrowest) return null;
    const second = Math.max(narrowest, ...widths.filter((cells) => cells < widest));
    const column = widths.indexOf(widest);
    // Down to the next widest, or one less where two are equally wide, so that wide columns share what is missing.
    const cut = Math.min(excess, Math.max(1, widest - second));
    widths[column] = widest - cut;
    excess -= cut;
  }
  return widths;
}

function rowLines(
  cells: readonly (readonly Span[])[],
  widths: readonly number[],
  align: Table['align'],
  bar: Span,
): readonly Line[] {
  const wrapped = widths.map((width, column) => wrapPieces(cells[column] ?? [], { width }));
  const height = Math.max(1, ...wrapped.map((lines) => lines.length));
  return Array.from({ length: height }, (_, row) =>
    widths.flatMap((width, column) => {
      const cell = aligned(wrapped[column]?.[row] ?? [], width, align[column] ?? 'left');
      return column === 0 ? cell : [bar, ...cell];
    }),
  );
}

function aligned(line: Line, width: number, align: 'left' | 'right' | 'center'): Line {
  const missing = Math.max(0, width - lineCells(line));
  const before = align === 'right' ? missing : align === 'center' ? Math.floor(missing / 2) : 0;
  return padLine(before === 0 ? line : [span(' '.repeat(before)), ...line], width);
}

function stackedLines(table: Table, { width }: TableStyle): readonly Line[] {
  return table.rows.flatMap((row, index) => {
    const lines = row.flatMap((cell, column) =>
      wrapPieces([...(table.header[column] ?? []), span(': '), ...cell], { width, rest: span('  ') }),
    );
    return index === 0 ? lines : [[], ...lines];
  });
}
