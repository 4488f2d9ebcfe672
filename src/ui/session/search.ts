import { withoutSgr } from '../sgr.ts';
import type { OutputSource } from './text/output.ts';

const chunk = 500;

/** Which way to search, and where to begin. */
export interface SearchFrom {
  /** First line to look at. */
  readonly line: number;
  readonly direction: 1 | -1;
}

/**
 * The next line of the output that has `text`, upper and lower case alike, going round at the end; null where no line
 * that is still at hand has it.
 */
export function findLine(output: OutputSource, text: string, { line, direction }: SearchFrom): number | null {
  const { dropped, lines } = output.view;
  const count = lines - dropped;
  if (count <= 0 || text === '') return null;
  const wanted = text.toLowerCase();
  const matches: number[] = [];
  for (let from = dropped; from < lines; from += chunk) {
    for (const [index, each] of output.lines(from, Math.min(chunk, lines - from)).entries()) {
      if (withoutSgr(each).toLowerCase().includes(wanted)) matches.push(from + index);
    }
  }
  const found = direction === 1 ? matches.find((each) => each >= line) : matches.findLast((each) => each <= line);
  return found ?? matches.at(direction === 1 ? 0 : -1) ?? null;
}
