import { TextStyle } from '../text/style.ts';
import type { Line, Span } from './line.ts';
import { span } from './line.ts';
import { expandTabs } from './markdown/code.ts';

/**
 * A safe display line of remote output (text/safe.ts: no control sequence but SGR) as spans, its colours as they are in
 * force at each stretch.
 */
export function sgrLine(text: string): Line {
  if (!text.includes('\u001B')) return [span(expandTabs(text))];
  const style = new TextStyle();
  const spans: Span[] = [];
  // With one group in the pattern, `split` gives text and parameters in turn.
  for (const [index, part] of text.split(sgrSequence).entries()) {
    if (index % 2 === 1) style.apply(part);
    else if (part !== '') spans.push({ ...span(part), sgr: style.parameters });
  }
  return spans;
}

const escapeCharacter = '\u001B';
const sgrSequence = new RegExp(`${escapeCharacter}\\[([\\d;:]*)m`, 'u');

/** A safe display line without its colours. */
export function withoutSgr(text: string): string {
  return text.includes(escapeCharacter)
    ? text
        .split(sgrSequence)
        .filter((_, index) => index % 2 === 0)
        .join('')
    : text;
}
