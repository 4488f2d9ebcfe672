import type { Line } from '../line.ts';
import { span } from '../line.ts';
import type { Look } from '../look.tsx';

/** A rule across the screen; `tee` is the column at which it meets the line between list and text. */
export function ruleLine(
  columns: number,
  look: Look,
  tee: { readonly at: number; readonly points: 'down' | 'up' } | null = null,
): Line {
  const { horizontal, teeDown, teeUp } = look.glyphs;
  if (look.linear) return [];
  if (tee === null) return [span(horizontal.repeat(columns), 'rule')];
  const joint = tee.points === 'down' ? teeDown : teeUp;
  return [span(horizontal.repeat(tee.at) + joint + horizontal.repeat(Math.max(0, columns - tee.at - 1)), 'rule')];
}
