import type { Token } from 'marked';
import { Lexer } from 'marked';
import { fillTemplate } from '../../guide/inputs.ts';
import type { Line } from '../line.ts';
import { span } from '../line.ts';
import type { Look } from '../look.tsx';
import { remember } from '../remember.ts';
import { blockLines } from './blocks.ts';

/** A Markdown text, with what stands for its `{{name}}`s. */
export interface MarkdownText {
  readonly text: string;
  readonly values: Readonly<Record<string, string>>;
}

const lexed = remember(64, (text: string): readonly Token[] | null => {
  try {
    return new Lexer({ gfm: true }).lex(text);
  } catch (error) {
    // marked recurses: a few thousand nested quotes exhaust the stack.
    if (error instanceof RangeError) return null;
    throw error;
  }
});

/**
 * Markdown as lines for a pane of `width` columns. Lexed once a text, laid out once for the same values, look and
 * width: the result may be asked for at every frame. Values are put in after lexing, so they are never Markdown.
 */
export const markdownLines: (source: MarkdownText, width: number, look: Look) => readonly Line[] = remember(
  64,
  layOut,
  ({ text, values }, width, look) => [text, values, width, look],
);

function layOut({ text, values }: MarkdownText, width: number, look: Look): readonly Line[] {
  const tokens = lexed(text);
  // What cannot be read as Markdown is still a text.
  if (tokens === null) return text.split('\n').map((line) => [span(line)]);
  return blockLines(tokens, {
    width: Math.max(1, width),
    glyphs: look.glyphs,
    links: look.links,
    fill: (template) => fillTemplate(template, values),
  });
}
