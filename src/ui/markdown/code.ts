import { wrapPieces } from '../../text/wrap.ts';
import type { Glyphs } from '../glyphs.ts';
import type { Line } from '../line.ts';
import { span } from '../line.ts';
import type { Role } from '../theme.ts';

/** How code is laid out. */
export interface CodeStyle {
  /** Columns to be had, the gutter included. */
  readonly width: number;
  readonly glyphs: Glyphs;
}

/**
 * Code as it is, never filled in and nothing left out, behind a gutter. A line that is too long goes on in the next,
 * indented under its start; comments step back.
 */
export function codeLines(text: string, { width, glyphs }: CodeStyle): readonly Line[] {
  const gutter = span(`${glyphs.gutter} `, 'rule');
  return text
    .replace(/\n+$/u, '')
    .split('\n')
    .flatMap((source) => codeLine(source, Math.max(8, width - 2)).map((line): Line => [gutter, ...line]));
}

function codeLine(source: string, width: number): readonly Line[] {
  const line = expandTabs(source).trimEnd();
  const indent = /^ */u.exec(line)?.[0] ?? '';
  const role: Role = line.startsWith('#', indent.length) ? 'muted' : 'command';
  const shownIndent = indent.slice(0, Math.floor(width / 2));
  return wrapPieces([span(line.slice(indent.length), role)], {
    width,
    first: shownIndent === '' ? undefined : span(shownIndent),
    rest: span(`${shownIndent}    `),
  });
}

/** Tabs as blanks up to the next of the stops, every eighth column. */
export function expandTabs(text: string): string {
  if (!text.includes('\t')) return text;
  let column = 0;
  return text
    .split('\t')
    .map((part, index, parts) => {
      column += part.length;
      const blanks = index === parts.length - 1 ? 0 : 8 - (column % 8);
      column += blanks;
      return part + ' '.repeat(blanks);
    })
    .join('');
}
