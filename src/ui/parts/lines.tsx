import { Box, Text } from 'ink';
import type { ReactElement } from 'react';
import type { Line } from '../line.ts';
import { useLook } from '../look.tsx';
import { paint } from '../paint.ts';

/** Lines of a pane. */
export interface LinesProps {
  /** The visible ones only, each not wider than the pane. */
  readonly lines: readonly Line[];
}

/** Lines as they are, one below the other. */
export function Lines({ lines }: LinesProps): ReactElement {
  const look = useLook();
  // A line has no identity but its place.
  const rows = lines.map((line, row) => ({ place: `row ${row}`, text: paint(line, look) }));
  return (
    <Box flexDirection="column">
      {rows.map(({ place, text }) => (
        <Text key={place} wrap="truncate">
          {text}
        </Text>
      ))}
    </Box>
  );
}
