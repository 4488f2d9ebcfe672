import type { MarkedToken, Token, Tokens } from 'marked';
import { wrapPieces } from '../../text/wrap.ts';
import type { Glyphs } from '../glyphs.ts';
import type { Line, Span } from '../line.ts';
import { lineCells, span } from '../line.ts';
import type { Role } from '../theme.ts';
import { codeLines } from './code.ts';
import type { InlineStyle } from './inline.ts';
import { inlineSpans } from './inline.ts';
import { tableLines } from './table.ts';

/** What blocks are laid out with. */
export interface BlockStyle extends InlineStyle {
  /** Columns to be had. */
  readonly width: number;
  readonly glyphs: Glyphs;
}

/** Blocks as lines, one blank line between two blocks. */
export function blockLines(tokens: readonly Token[], style: BlockStyle): readonly Line[] {
  return joinBlocks(tokens, style, true);
}

function joinBlocks(tokens: readonly Token[], style: BlockStyle, isLoose: boolean): readonly Line[] {
  const blocks = tokens.map((token) => oneBlock(token as MarkedToken, style)).filter((lines) => lines.length > 0);
  return blocks.flatMap((lines, index) => (index > 0 && isLoose ? [[], ...lines] : lines));
}

function oneBlock(token: MarkedToken, style: BlockStyle): readonly Line[] {
  switch (token.type) {
    case 'space':
    case 'def':
    case 'checkbox':
      return [];
    case 'heading':
      return wrapPieces(inlineSpans(token.tokens, style, headingRoles(token.depth)), style);
    case 'paragraph':
      return wrapPieces(inlineSpans(token.tokens, style), { width: style.width });
    case 'text':
      return wrapPieces(inlineSpans(token.tokens ?? [token], style), { width: style.width });
    case 'code':
      return codeLines(style.fill(token.text), style);
    case 'blockquote':
      return quoteLines(token, style);
    case 'list':
      return listLines(token, style);
    case 'table':
      return tableLines(
        {
          header: token.header.map((cell) => inlineSpans(cell.tokens, style, ['strong'])),
          rows: token.rows.map((row) => row.map((cell) => inlineSpans(cell.tokens, style))),
          align: token.align,
        },
        style,
      );
    case 'hr':
      return [[span(style.glyphs.horizontal.repeat(style.width), 'rule')]];
    case 'html':
      return htmlLines(token.text, style);
    default:
      return wrapPieces([span(style.fill(token.raw.trim()))], { width: style.width });
  }
}

function headingRoles(depth: number): readonly Role[] {
  return depth <= 2 ? ['heading'] : ['strong'];
}

/** HTML is shown as the text that it is; comments are for the author. */
function htmlLines(text: string, { width }: BlockStyle): readonly Line[] {
  const shown = text.replaceAll(/<!--[\s\S]*?(?:-->|$)/gu, '').trim();
  return shown === '' ? [] : wrapPieces([span(shown, 'muted')], { width });
}

function quoteLines(token: Tokens.Blockquote, style: BlockStyle): readonly Line[] {
  const bar = span(`${style.glyphs.quote} `, 'rule');
  const lines = blockLines(token.tokens, { ...style, width: style.width - lineCells([bar]) });
  return lines.map((line) => [bar, ...line.map((piece): Span => ({ ...piece, roles: ['quote', ...piece.roles] }))]);
}

function listLines(list: Tokens.List, style: BlockStyle): readonly Line[] {
  const start = Number(list.start) || 1;
  const digits = String(start + list.items.length - 1).length;
  return list.items.flatMap((item, index) => {
    const marker = item.task
      ? span(`${item.checked === true ? style.glyphs.ticked : style.glyphs.unticked} `, 'muted')
      : span(list.ordered ? `${String(start + index).padStart(digits)}. ` : `${style.glyphs.bullet} `, 'muted');
    const lines = itemLines(item, { ...style, width: Math.max(1, style.width - lineCells([marker])) });
    const indent = span(' '.repeat(lineCells([marker])));
    const hung = (lines.length === 0 ? [[]] : lines).map((line, row): Line => [row === 0 ? marker : indent, ...line]);
    return index > 0 && list.loose ? [[], ...hung] : hung;
  });
}

function itemLines(item: Tokens.ListItem, style: BlockStyle): readonly Line[] {
  return joinBlocks(item.tokens, style, item.loose);
}
