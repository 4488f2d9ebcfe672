import type { MarkedToken, Tokens } from 'marked';
import { Lexer } from 'marked';
import type { Complain } from './error.ts';
import type { Excerpt } from './source.ts';
import { newlines } from './source.ts';

/** A block of a Markdown file (heading, paragraph, list, fence …), and the line on which it begins. */
export interface Block {
  readonly token: MarkedToken;
  readonly line: number;
}

/** A fenced code block. */
export interface Fence {
  /** What follows the opening fence: `sh run on=here`. */
  readonly info: string;
  readonly text: string;
  /** The opening fence's line; the text begins on the next one. */
  readonly line: number;
  /** False where the file ended before the fence did. */
  readonly closed: boolean;
}

/**
 * The blocks of a Markdown text, in order. What marked cannot read is complained of, and gives no blocks. Without
 * `inline`, headings and paragraphs come without the tokens of their text, in two thirds of the time.
 */
export function blocksOf(
  body: Excerpt,
  complain: Complain,
  { inline }: { readonly inline: boolean } = { inline: true },
): readonly Block[] {
  let line = body.line;
  return tokensOf(body, inline, complain).map((token) => {
    const block = { token, line };
    line += newlines(token.raw);
    return block;
  });
}

function tokensOf(body: Excerpt, inline: boolean, complain: Complain): readonly MarkedToken[] {
  try {
    // why: options of our own, so that nothing another module told marked changes what a guide means
    const lexer = new Lexer({ gfm: true });
    return (inline ? lexer.lex(body.text) : lexer.blockTokens(body.text)) as readonly MarkedToken[];
  } catch (error) {
    // marked recurses: a few thousand nested quotes exhaust the stack, and that is the guide's fault, not a bug of ours
    complain({
      sentence: `The file cannot be read as Markdown (${error instanceof Error ? error.message : String(error)}).`,
      place: { file: body.file, line: body.line },
      remedy: 'Nest its lists and quotes less deeply.',
    });
    return [];
  }
}

/** The fence that a block is; undefined for any other block, indented code among them. */
export function fenceOf(block: Block): Fence | undefined {
  return isFence(block.token) ? fence(block.token, block.line) : undefined;
}

/** Fences inside a list, a quote or indented code: where a role would be overlooked. In order, with their lines. */
export function innerFences(block: Block): readonly Fence[] {
  if (block.token.type === 'code') return isFence(block.token) ? [] : fenceInIndentedCode(block.token, block.line);
  const lines = block.token.raw.split('\n');
  let next = 0;
  return codeWithin(block.token).map((token) => {
    const opening = token.raw.split('\n', 1)[0]?.trim() ?? '';
    const found = lines.findIndex((line, position) => position >= next && line.trimEnd().endsWith(opening));
    if (found !== -1) next = found + 1;
    return fence(token, block.line + Math.max(found, 0));
  });
}

function isFence(token: MarkedToken): token is Tokens.Code {
  return token.type === 'code' && token.codeBlockStyle !== 'indented';
}

function fence(token: Tokens.Code, line: number): Fence {
  return { info: token.lang ?? '', text: token.text, line, closed: isClosed(token.raw) };
}

/** CommonMark 0.31 §4.5: closed by as many of the same marks or more, indented by at most three spaces. */
function isClosed(raw: string): boolean {
  const lines = raw.trimEnd().split('\n');
  const marks = /^ {0,3}(`{3,}|~{3,})/.exec(lines[0] ?? '')?.[1] ?? '';
  const last = (lines.at(-1) ?? '').trim();
  return lines.length > 1 && last.startsWith(marks) && [...last].every((mark) => mark === marks[0]);
}

function fenceInIndentedCode(token: Tokens.Code, line: number): readonly Fence[] {
  const info = /^(?:`{3,}|~{3,})(.+)$/m.exec(token.text.split('\n', 1)[0] ?? '')?.[1];
  return info === undefined ? [] : [{ info: info.trim(), text: '', line, closed: true }];
}

/** Fences below a block, in the file's order. A stack instead of recursion: the depth is the guide's to choose. */
function codeWithin(token: MarkedToken): readonly Tokens.Code[] {
  const found: Tokens.Code[] = [];
  const waiting: MarkedToken[] = [...childrenOf(token)].reverse();
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (isFence(next)) found.push(next);
    else waiting.push(...[...childrenOf(next)].reverse());
  }
  return found;
}

/** The tokens directly inside one. */
export function childrenOf(token: MarkedToken): readonly MarkedToken[] {
  if (token.type === 'list') return token.items;
  return 'tokens' in token && token.tokens !== undefined ? (token.tokens as readonly MarkedToken[]) : [];
}

/** What a reader sees of inline Markdown, without its marks. */
export function plainText(token: MarkedToken): string {
  const children = childrenOf(token);
  if (children.length > 0) return children.map(plainText).join('');
  if (token.type === 'br') return ' ';
  return 'text' in token ? token.text : '';
}

/** Pieces of a file put together again: where something between two was left out, one empty line stands for it. */
export function proseOf(pieces: readonly { readonly text: string; readonly line: number }[]): string {
  let prose = '';
  let end: number | undefined;
  for (const { text, line } of pieces) {
    prose = end === line ? prose + text : `${prose.trimEnd()}\n\n${text.replace(/^\n+/, '')}`;
    end = line + newlines(text);
  }
  return prose.trim();
}
