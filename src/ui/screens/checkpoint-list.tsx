import type { ReactElement } from 'react';
import { memo } from 'react';
import { padLine, span } from '../line.ts';
import { useLook } from '../look.tsx';
import { Lines } from '../parts/lines.tsx';
import { listLines } from '../session/list.ts';
import { useScreen, useView } from '../session/session-context.tsx';

/** How large the list is. */
export interface CheckpointListProps {
  readonly columns: number;
  readonly rows: number;
  /** True where a line parts it from the text beside it. */
  readonly hasEdge: boolean;
}

/** The checkpoints, each with its sign. Reads nothing of the output, so a line of that draws nothing here. */
export const CheckpointList = memo(function CheckpointList(props: CheckpointListProps): ReactElement {
  const { columns, rows, hasEdge } = props;
  const look = useLook();
  const checkpoints = useView((view) => view.checkpoints);
  const activity = useView((view) => view.activity);
  const selected = useScreen((screen) => screen.selected);
  const isFocused = useScreen((screen) => screen.focus === 'list');
  const lines = listLines({ checkpoints, activity, selected, isFocused }, { columns, rows }, look);
  const edge = span(` ${look.glyphs.vertical} `, 'rule');
  return <Lines lines={hasEdge ? lines.map((line) => [...padLine(line, columns), edge]) : lines} />;
});
