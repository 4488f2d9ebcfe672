import type { MarkedToken, Token } from 'marked';
import type { Span } from '../line.ts';
import { span } from '../line.ts';
import type { Role } from '../theme.ts';

/** What inline text is laid out with. */
export interface InlineStyle {
  /** Puts values in the place of `{{name}}`. */
  readonly fill: (text: string) => string;
  /** True where the terminal opens links; else addresses are written out. */
  readonly links: boolean;
}

/** Inline Markdown as spans. Newlines of the source are blanks; a hard break is a newline. */
export function inlineSpans(
  tokens: readonly Token[],
  style: InlineStyle,
  roles: readonly Role[] = [],
): readonly Span[] {
  return tokens.flatMap((token) => tokenSpans(token as MarkedToken, style, roles));
}

function tokenSpans(token: MarkedToken, style: InlineStyle, roles: readonly Role[]): readonly Span[] {
  switch (token.type) {
    case 'strong':
      return inlineSpans(token.tokens, style, [...roles, 'strong']);
    case 'em':
      return inlineSpans(token.tokens, style, [...roles, 'emphasis']);
    case 'del':
      return inlineSpans(token.tokens, style, [...roles, 'deleted']);
    case 'codespan':
      return [span(style.fill(token.text), ...roles, 'code')];
    case 'br':
      return [span('\n')];
    case 'checkbox':
      return [];
    case 'link':
      return linkSpans(token.href, inlineSpans(token.tokens, style, roles), style);
    case 'image':
      return linkSpans(token.href, [span(`[${style.fill(token.text)}]`, ...roles, 'muted')], style);
    case 'html':
      return htmlSpans(token.text, roles);
    case 'escape':
      return [span(token.text, ...roles)];
    case 'text':
      if (token.tokens !== undefined) return inlineSpans(token.tokens, style, roles);
      return [span(proseText(token.text, style), ...roles)];
    default:
      return [span(proseText(token.raw, style), ...roles)];
  }
}

function htmlSpans(text: string, roles: readonly Role[]): readonly Span[] {
  if (/^<br\s*\/?>$/iu.test(text)) return [span('\n')];
  return text.startsWith('<!--') ? [] : [span(text.replaceAll('\n', ' '), ...roles, 'muted')];
}

/** Entities are read before values are put in, so that a value is shown as it is. */
function proseText(text: string, style: InlineStyle): string {
  return style.fill(decodeEntities(text).replaceAll('\n', ' '));
}

/** Only these may be opened: an address of another kind could start a program. */
const openable = /^(?:https?:\/\/|mailto:)/iu;

function linkSpans(href: string, text: readonly Span[], { fill, links }: InlineStyle): readonly Span[] {
  const address = fill(href.replaceAll(/%7[bd]/giu, decodeURIComponent));
  const shown = text.map((piece) => piece.text).join('');
  const spans = text.map((piece): Span => ({ ...piece, roles: [...piece.roles, 'link'] }));
  if (openable.test(address) && links) return spans.map((piece) => ({ ...piece, link: address }));
  // What has no scheme is another page of the guide: its words say more than its file.
  if (shown === address || `mailto:${shown}` === address || isPage(address)) return spans;
  return [...spans, span(` (${address})`, 'muted')];
}

function isPage(address: string): boolean {
  return address.startsWith('#') || /^(?![a-z][a-z\d+.-]*:)[^?]*\.md(?:#.*)?$/iu.test(address);
}

const namedEntities: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: '\u00A0',
  ndash: '–',
  mdash: '—',
  hellip: '…',
  rarr: '→',
  copy: '©',
};

/** HTML's character references: those that prose uses by name, all of them by number. */
function decodeEntities(text: string): string {
  return text.replaceAll(/&(?:#(\d{1,7})|#x([\da-f]{1,6})|([a-z]{2,6}));/giu, (whole, decimal, hexadecimal, name) => {
    if (name !== undefined) return namedEntities[String(name)] ?? whole;
    const code = decimal === undefined ? Number.parseInt(String(hexadecimal), 16) : Number(decimal);
    return code > 0 && code <= 0x10_ff_ff ? String.fromCodePoint(code) : whole;
  });
}
