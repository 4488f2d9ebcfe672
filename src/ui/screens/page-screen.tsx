import { Box } from 'ink';
import type { ReactElement } from 'react';
import type { Line } from '../line.ts';
import { span } from '../line.ts';
import { useLook } from '../look.tsx';
import { Lines } from '../parts/lines.tsx';
import { withScrollbar } from '../parts/scrollbar.ts';
import { frameOf } from '../session/frame.ts';
import { pageColumns, pageRows } from '../session/moves.ts';
import { pageAt } from '../session/pages/pages.ts';
import { visibleLines } from '../session/screen.ts';
import { useSituation } from '../session/session-context.tsx';
import { SessionFrame } from './session-frame.tsx';

/** A page to read: the guide to be trusted, what changed in it, or the keys. */
export function PageScreen(): ReactElement {
  const look = useLook();
  const situation = useSituation();
  const { mode, gateScroll } = situation.screen;
  const columns = pageColumns(situation);
  const rows = pageRows(situation, look);
  const page = pageAt(situation, { width: columns, look });
  const first = mode.kind === 'help' ? mode.first : gateScroll;
  const text = withScrollbar(visibleLines(page?.lines ?? [], { first, rows }), { rows, columns }, look);
  const margin = span(look.linear ? '' : '  ');
  const title: Line = [margin, span(page?.title ?? '', 'heading')];
  return (
    <SessionFrame>
      <Box height={frameOf(situation, look).bodyRows}>
        <Lines lines={[title, [], ...text.map((line): Line => [margin, ...line])]} />
      </Box>
    </SessionFrame>
  );
}
