import { Box } from 'ink';
import type { ReactElement } from 'react';
import type { Line } from '../line.ts';
import { span } from '../line.ts';
import { useLook } from '../look.tsx';
import { Lines } from '../parts/lines.tsx';
import { withScrollbar } from '../parts/scrollbar.ts';
import { cardOf } from '../session/card.ts';
import { useSituation } from '../session/session-context.tsx';
import { SessionFrame } from './session-frame.tsx';

/** One thing that must be settled before anything else: a question, or that the session cannot go on. */
export function CardScreen(): ReactElement {
  const look = useLook();
  const card = cardOf(useSituation(), look);
  const margin = span(look.linear ? '' : '  ');
  return (
    <SessionFrame>
      <Box height={card.rows}>
        <Lines lines={withScrollbar(card, card, look).map((line): Line => [margin, ...line])} />
      </Box>
    </SessionFrame>
  );
}
