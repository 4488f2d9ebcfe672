import { cellsOf } from '../../text/width.ts';
import { fieldLine } from '../field.ts';
import type { Line } from '../line.ts';
import { span } from '../line.ts';
import type { Look } from '../look.tsx';
import { noticeLines } from '../parts/notice.ts';
import { ruleLine } from '../parts/rule.ts';
import { dockOf } from './dock.ts';
import type { Visible } from './screen.ts';
import { isWide, visibleLines } from './screen.ts';
import type { Situation } from './situation.ts';
import { documentLines } from './text/document.ts';
import type { OutputSource } from './text/output.ts';
import { headLines } from './text/status.ts';

/** Where the parts of a screen stand, in cells. */
export interface Frame {
  readonly isWide: boolean;
  /** Columns of the list where it stands beside the text; else 0. */
  readonly listColumns: number;
  /** Columns of the text, without the bar beside it. */
  readonly textColumns: number;
  /** Rows between the header's rule and the notice. */
  readonly bodyRows: number;
  readonly headerRule: Line;
  /** What is told, or the search that is typed; without either a rule, so that little moves when something comes. */
  readonly notice: readonly Line[];
}

/** The parts of the screen at this moment. Header, rule and footer take a row each, the notice one to three. */
export function frameOf(situation: Situation, look: Look): Frame {
  const { screen, view, place } = situation;
  const { columns, rows } = screen.size;
  const wide = isWide(screen.size) && !look.linear;
  const longest = Math.max(...view.checkpoints.map(({ title }) => cellsOf(title)));
  const listColumns = wide ? Math.min(longest + 9, Math.floor(columns * 0.36)) : 0;
  const edge = wide && ['checkpoint', 'menu', 'copy', 'skip'].includes(place) ? listColumns + 1 : null;
  const notice = noticeOf(situation, look, edge).slice(0, rows < 20 ? 1 : 3);
  return {
    isWide: wide,
    listColumns,
    textColumns: wide ? columns - listColumns - 5 : columns - 3,
    bodyRows: rows - 3 - notice.length,
    headerRule: ruleLine(columns, look, edge === null ? null : { at: edge, points: 'down' }),
    notice,
  };
}

function noticeOf(situation: Situation, look: Look, edge: number | null): readonly Line[] {
  const { screen, view } = situation;
  const { columns } = screen.size;
  const search = searchLine(situation);
  if (search !== null) return [search];
  const told = screen.said ?? view.notice;
  if (told !== null) return noticeLines(told, columns, look);
  return [ruleLine(columns, look, edge === null ? null : { at: edge, points: 'up' })];
}

/** The line in which a search is typed; null while none is. */
function searchLine({ screen: { mode, size } }: Situation): Line | null {
  if (mode.kind !== 'output' || mode.typing === null) return null;
  return [span(' / ', 'key'), ...fieldLine(mode.typing, { width: size.columns - 4, isFocused: true })];
}

/** The text of a checkpoint as it stands on the screen. */
export interface TextPane {
  readonly head: readonly Line[];
  readonly text: Visible;
  /** Rows that the text has. */
  readonly rows: number;
  readonly dock: readonly Line[];
}

/** The checkpoint's text pane: head above, what is open below, and between them what fits of the text. */
export function textPaneOf(situation: Situation, output: OutputSource, look: Look): TextPane {
  const frame = frameOf(situation, look);
  const { screen } = situation;
  const paneRows = frame.isWide ? frame.bodyRows : frame.bodyRows - 1;
  const style = { width: frame.textColumns, look };
  const isRoomy = paneRows >= 12;
  const allHead = headLines(situation, style);
  const head = [...allHead.slice(0, Math.max(1, Math.floor(paneRows / 2))), ...(isRoomy ? [[]] : [])];
  const open = dockOf(situation, frame.textColumns, look);
  const dockRows = Math.max(1, paneRows - head.length - 1);
  const dock =
    open === null
      ? []
      : [
          ...(paneRows >= 30 ? [[]] : []),
          open.title,
          ...visibleLines(open.lines, { first: open.chosen - 1, rows: dockRows - 1 }).lines,
        ];
  const rows = Math.max(0, paneRows - head.length - dock.length);
  const tail = Math.min(24, Math.max(4, Math.floor(rows / 2)));
  const lines = documentLines(situation, output, { ...style, tail });
  const text = visibleLines(lines, { first: screen.scroll, rows, follows: screen.follows });
  return { head, text, rows, dock };
}

/** Rows that the full-screen output has for lines. */
export function outputRows(situation: Situation, look: Look): number {
  return Math.max(1, frameOf(situation, look).bodyRows - 1);
}
