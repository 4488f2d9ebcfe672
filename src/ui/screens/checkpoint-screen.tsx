import { Box } from 'ink';
import type { ReactElement } from 'react';
import { useLook } from '../look.tsx';
import { frameOf } from '../session/frame.ts';
import { useSituation } from '../session/session-context.tsx';
import { CheckpointList } from './checkpoint-list.tsx';
import { SessionFrame } from './session-frame.tsx';
import { TextPane } from './text-pane.tsx';

/** The checkpoints and the one that is shown: side by side where there is room, else one of the two. */
export function CheckpointScreen(): ReactElement {
  const look = useLook();
  const situation = useSituation();
  const { isWide, listColumns, bodyRows } = frameOf(situation, look);
  if (isWide) {
    return (
      <SessionFrame>
        <Box height={bodyRows}>
          <CheckpointList columns={listColumns} rows={bodyRows} hasEdge />
          <TextPane />
        </Box>
      </SessionFrame>
    );
  }
  const { columns } = situation.screen.size;
  const showsList = situation.screen.focus === 'list' && situation.screen.mode.kind === 'checkpoint';
  return (
    <SessionFrame>
      <Box height={bodyRows}>
        {showsList ? <CheckpointList columns={columns} rows={bodyRows} hasEdge={false} /> : <TextPane />}
      </Box>
    </SessionFrame>
  );
}
