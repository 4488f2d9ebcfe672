import type { Line } from '../line.ts';
import { span } from '../line.ts';
import type { Look } from '../look.tsx';
import { frameOf } from './frame.ts';
import { paragraphs } from './pages/page.ts';
import { questionLines } from './question-page.ts';
import type { Visible } from './screen.ts';
import { visibleLines } from './screen.ts';
import type { Situation } from './situation.ts';

/** Lines of a card are easier to read when they are not too long. */
const widestCard = 76;

/** What a card shows of itself: a question, or why the session cannot go on. */
export interface Card extends Visible {
  readonly rows: number;
  readonly columns: number;
}

/** The card of the place where the person is. What does not fit is scrolled, but a prompt keeps its field in sight. */
export function cardOf(situation: Situation, look: Look): Card {
  const { screen, place } = situation;
  const { bodyRows } = frameOf(situation, look);
  const columns = Math.min(screen.size.columns - 5, widestCard);
  const lines = cardLines(situation, { width: columns, look });
  const air = lines.length + 4 <= bodyRows && !look.linear ? [[], []] : [];
  const follows = place === 'answer';
  return {
    ...visibleLines([...air, ...lines], { first: screen.gateScroll, rows: bodyRows, follows }),
    rows: bodyRows,
    columns,
  };
}

function cardLines(
  { view, screen }: Situation,
  style: { readonly width: number; readonly look: Look },
): readonly Line[] {
  if (view.broken !== null) {
    const { sentence, remedy } = view.broken;
    return [
      [span('The session cannot go on', 'failed')],
      [],
      ...paragraphs(remedy === undefined ? [sentence] : [sentence, remedy], style),
    ];
  }
  return view.question === null ? [] : questionLines(view.question.question, screen.answer, style);
}
