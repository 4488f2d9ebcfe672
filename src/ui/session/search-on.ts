import { outputRows } from './frame.ts';
import type { Hands } from './hands.ts';
import { open, outputNow, say, situationNow } from './hands.ts';
import { findLine } from './search.ts';

/** To the next match in a direction; where there is none, that is said. */
export function searchOn(hands: Hands, direction: 1 | -1): void {
  const situation = situationNow(hands);
  const { mode } = situation.screen;
  if (mode.kind !== 'output' || mode.view.search === null) return;
  const { text, line } = mode.view.search;
  const output = outputNow(hands.engine);
  const fresh = direction === 1 ? output.view.dropped : output.view.lines;
  const found = findLine(output, text, { line: line === null ? fresh : line + direction, direction });
  if (found === null) {
    say(hands, `No line has “${text}”.`);
    return;
  }
  const rows = outputRows(situation, hands.look);
  const first = Math.max(output.view.dropped, found - Math.floor(rows / 3));
  open(hands, {
    kind: 'output',
    typing: null,
    view: { ...mode.view, first, follows: false, search: { text, line: found } },
  });
}
