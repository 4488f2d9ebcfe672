import { Box } from 'ink';
import type { ReactElement } from 'react';
import { wrapPieces } from '../../text/wrap.ts';
import { span } from '../line.ts';
import { Lines } from '../parts/lines.tsx';
import type { Size } from '../session/screen.ts';

const least: Size = { columns: 40, rows: 10 };

/** True where nothing useful can be shown. */
export function isTooSmall({ columns, rows }: Size): boolean {
  return columns < least.columns || rows < least.rows;
}

/** Says that the terminal is too small, and how large it must be. */
export function TooSmall({ size }: { readonly size: Size }): ReactElement {
  const sentence = `This terminal has ${size.columns}×${size.rows} cells; ${least.columns}×${least.rows} are needed.`;
  const lines = wrapPieces([span(sentence, 'strong'), span(' Make it larger. Ctrl-C quits; all is saved.')], {
    width: Math.max(1, size.columns),
  });
  return (
    <Box height={size.rows}>
      <Lines lines={lines.slice(0, size.rows)} />
    </Box>
  );
}
