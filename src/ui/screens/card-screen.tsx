import { Box } from 'ink';
import type { ReactElement } from 'react';
import type { Line } from '../line.ts';
import { span } from '../line.ts';
import { useLook } from '../look.tsx';
import { Lines } from '../parts/lines.tsx';
import { frameOf } from '../session/frame.ts';
import { pageColumns } from '../session/moves.ts';
import { paragraphs } from '../session/pages/page.ts';
import { questionLines } from '../session/question-page.ts';
import { useSituation } from '../session/session-context.tsx';
import type { Situation } from '../session/situation.ts';
import type { SectionStyle } from '../session/text/section.ts';
import { SessionFrame } from './session-frame.tsx';

/** One thing that must be settled before anything else: a question, or that the session cannot go on. */
export function CardScreen(): ReactElement {
  const look = useLook();
  const situation = useSituation();
  const { bodyRows } = frameOf(situation, look);
  const lines = cardLines(situation, { width: Math.min(pageColumns(situation), 76), look });
  const air = lines.length + 4 <= bodyRows && !look.linear ? [[], []] : [];
  const margin = span(look.linear ? '' : '  ');
  const shown = [...air, ...lines].slice(-bodyRows);
  return (
    <SessionFrame>
      <Box height={bodyRows}>
        <Lines lines={shown.map((line): Line => [margin, ...line])} />
      </Box>
    </SessionFrame>
  );
}

function cardLines({ view, screen }: Situation, style: SectionStyle): readonly Line[] {
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
