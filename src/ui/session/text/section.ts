import { cellsOf } from '../../../text/width.ts';
import { wrapPieces } from '../../../text/wrap.ts';
import type { Line } from '../../line.ts';
import { fitLine, span } from '../../line.ts';
import type { Look } from '../../look.tsx';

/** What a section is laid out with. */
export interface SectionStyle {
  /** Columns to be had. */
  readonly width: number;
  readonly look: Look;
}

/** A titled part of a checkpoint's text. */
export interface Section {
  readonly name: string;
  /** What is said about it in the title; on a line of its own where the title has no room. */
  readonly detail?: string | undefined;
  readonly lines: readonly Line[];
}

/** A section as lines: a blank one, the title in a rule, its lines. None where it has no lines. */
export function sectionLines(section: Section, style: SectionStyle): readonly Line[] {
  const { name, detail = '', lines } = section;
  if (lines.length === 0) return [];
  const fits = cellsOf(name) + cellsOf(detail) + 8 <= style.width;
  const below =
    fits || detail === ''
      ? []
      : wrapPieces([span(detail, 'muted')], { width: style.width, first: span('  '), rest: span('  ') });
  return [[], titleRule(name, fits ? detail : '', style), ...below, ...lines];
}

/** `── output  212 lines ────────`; for a screen reader just the words. */
export function titleRule(name: string, detail: string, { width, look }: SectionStyle): Line {
  const words = [span(name, 'strong'), span(detail === '' ? '' : `  ${detail}`, 'muted')];
  if (look.linear) return fitLine([...words, span(':', 'muted')], width);
  const { horizontal, ellipsis } = look.glyphs;
  const rest = width - 4 - cellsOf(name) - (detail === '' ? 0 : 2 + cellsOf(detail));
  return fitLine(
    [span(`${horizontal.repeat(2)} `, 'rule'), ...words, span(` ${horizontal.repeat(Math.max(0, rest))}`, 'rule')],
    width,
    ellipsis,
  );
}

/** How many of something: `1 line`, `212 lines`. */
export function countOf(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** A size as people say it: `812 B`, `12 kB`, `3.4 MB`; powers of ten, as SI has them. */
export function sizeText(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  const units = ['kB', 'MB', 'GB', 'TB'];
  const power = Math.min(units.length, Math.floor(Math.log10(bytes) / 3));
  const amount = bytes / 1000 ** power;
  return `${amount < 10 ? amount.toFixed(1) : Math.round(amount)} ${units[power - 1] ?? ''}`;
}
