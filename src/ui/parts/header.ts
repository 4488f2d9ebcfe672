import type { ConnectionView } from '../../session/view.ts';
import { durationText } from '../clock.ts';
import type { Line } from '../line.ts';
import { lineCells, span, spread } from '../line.ts';
import type { Look } from '../look.tsx';

/** What the header tells. */
export interface HeaderFacts {
  readonly target: string;
  readonly connection: ConnectionView;
  readonly done: number;
  readonly total: number;
  /** `proven`; in a document, where nothing is proven, `ran`. */
  readonly doneWord: string;
}

/** The first line of a session's screens: name, target, line to it, progress. The narrower, the less of it. */
export function headerLine(facts: HeaderFacts, columns: number, look: Look): Line {
  const brand = span(' brevduva', 'brand');
  const target = span(`  ${facts.target}`, 'title');
  const connection = connectionSpans(facts.connection, look);
  const count = span(`${facts.done} of ${facts.total} ${facts.doneWord} `, 'muted');
  const bar = (cells: number): Line =>
    look.linear ? [] : [...barSpans(facts.done, facts.total, { look, cells }), span(' ')];
  const choices: readonly (readonly [Line, Line])[] = [
    [
      [brand, target, span('  '), ...connection],
      [count, ...bar(20)],
    ],
    [
      [brand, target, span('  '), ...connection],
      [count, ...bar(10)],
    ],
    [[brand, target, span('  '), ...connection], [count]],
    [[brand, target], [count]],
    [[target], [count]],
  ];
  const fitting = choices.find(([left, right]) => lineCells(left) + lineCells(right) + 2 <= columns);
  const [left, right] = fitting ?? [[target], []];
  return spread(left, right, columns);
}

function connectionSpans(connection: ConnectionView, look: Look): Line {
  const { connected, unconnected } = look.glyphs;
  const mark = (glyph: string): string => (look.linear ? '' : `${glyph} `);
  switch (connection.kind) {
    case 'connected':
      return [span(mark(connected), 'proven'), span(`connected${privilegeWords[connection.privilege]}`, 'muted')];
    case 'connecting':
      return [span(mark(unconnected), 'waiting'), span(`connecting${look.glyphs.ellipsis}`, 'muted')];
    case 'idle':
      return [span(mark(unconnected), 'muted'), span('not connected', 'muted')];
    case 'cut': {
      const wait = durationText(Math.max(0, Date.parse(connection.next) - look.clock.now()));
      return [span(mark(unconnected), 'waiting'), span(`no connection, again in ${wait}`, 'waiting')];
    }
    case 'failed':
      return [span(mark(look.glyphs.states.failed), 'failed'), span('no connection', 'failed')];
    default:
      return connection satisfies never;
  }
}

const privilegeWords = { root: '', sudo: ', sudo', 'sudo-password': ', sudo', none: ', not root' } as const;

/** How much of it is done, as a bar. A bar is full only when all is done, and empty only when nothing is. */
export function barSpans(
  done: number,
  total: number,
  { look: { glyphs }, cells }: { readonly look: Look; readonly cells: number },
): Line {
  const share = total === 0 ? 0 : (done / total) * cells;
  const full = done === 0 ? 0 : done === total ? cells : Math.min(cells - 1, Math.max(1, Math.round(share)));
  return [span(glyphs.done.repeat(full), 'done'), span(glyphs.left.repeat(cells - full), 'left')];
}
