import { Box, useWindowSize } from 'ink';
import type { ReactElement } from 'react';
import { useLayoutEffect } from 'react';
import { useStore } from 'zustand';
import type { HomeControls } from '../home/controls.ts';
import { homeSituation } from '../home/controls.ts';
import { homeKeys } from '../home/keys.ts';
import { homeLines } from '../home/page.ts';
import { footerKeys } from '../key-table.ts';
import type { Line } from '../line.ts';
import { span } from '../line.ts';
import { useLook } from '../look.tsx';
import { footerLine } from '../parts/footer.ts';
import { Lines } from '../parts/lines.tsx';
import { noticeLines } from '../parts/notice.ts';
import { ruleLine } from '../parts/rule.ts';
import { withScrollbar } from '../parts/scrollbar.ts';
import { visibleLines } from '../session/screen.ts';
import { usePresses } from '../use-presses.ts';
import { isTooSmall, TooSmall } from './too-small.tsx';

const widest = 96;

/** The first screen: sessions to go on with, guides to begin. */
export function HomeApp({ controls }: { readonly controls: HomeControls }): ReactElement {
  const look = useLook();
  const size = useWindowSize();
  usePresses(controls, isTooSmall(size));
  useLayoutEffect(() => controls.resized(size), [controls, size]);
  const state = useStore(controls.screen);
  const { columns, rows } = state.size;
  if (isTooSmall(size)) return <TooSmall size={size} />;
  const notice =
    state.said === null
      ? [ruleLine(columns, look)]
      : noticeLines(state.said, columns, look).slice(0, rows < 20 ? 1 : 3);
  const bodyRows = rows - 3 - notice.length;
  const width = Math.min(columns - 5, widest);
  const { lines, mark } = homeLines(state, { width, look });
  const visible = visibleLines(lines, { first: mark - Math.floor(bodyRows / 2), rows: bodyRows });
  const body = withScrollbar(visible, { rows: bodyRows, columns: width }, look);
  const margin = span(look.linear ? '' : '  ');
  const header: readonly Line[] = [[span(' brevduva', 'brand')], ruleLine(columns, look)];
  return (
    <Box flexDirection="column" width={columns} {...(look.linear ? {} : { height: rows })}>
      <Lines lines={header} />
      <Lines lines={body.map((line): Line => [margin, ...line])} />
      <Lines lines={[...notice, footerLine(footerKeys(homeKeys, homeSituation(state)), columns)]} />
    </Box>
  );
}
