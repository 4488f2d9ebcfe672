import { cellsOf, padToCells } from '../../text/width.ts';
import { wrapPieces } from '../../text/wrap.ts';
import { whenText } from '../clock.ts';
import { fieldLine } from '../field.ts';
import { rowsAt, textFor } from '../key-table.ts';
import type { Line } from '../line.ts';
import { fitLine, lineCells, span, spread } from '../line.ts';
import type { Look } from '../look.tsx';
import { barSpans } from '../parts/header.ts';
import { countOf, titleRule } from '../session/text/section.ts';
import { homeSituation } from './controls.ts';
import type { HomeEntry, HomeGuide, HomeSession, HomeState } from './home.ts';
import { homeKeys } from './keys.ts';

/** How the first screen is laid out. */
export interface HomeStyle {
  readonly width: number;
  readonly look: Look;
}

/** The body of the first screen, and the line that must be in sight. */
export function homeLines(
  state: HomeState,
  style: HomeStyle,
): { readonly lines: readonly Line[]; readonly mark: number } {
  if (state.showsHelp) return { lines: helpLines(state, style), mark: 0 };
  if (state.target !== null) return { lines: targetLines(state.target, style), mark: 0 };
  const sessions = state.entries.filter((entry) => entry.kind === 'session').length;
  const lines = state.entries.map((entry, index) =>
    entryLine(entry, { isSelected: index === state.selected, state, style }),
  );
  const head: readonly Line[] = [
    ...wrapPieces(
      [span('From a bare server to a mail server that Gmail trusts, every checkpoint proven.', 'muted')],
      style,
    ),
    [],
  ];
  const [practice = [], ...others] = lines;
  const sections: readonly (readonly Line[])[] = [
    [...head, titleRule('practise', 'a rehearsal: no server is needed', style), practice, []],
    sessions === 0 ? [] : [titleRule('go on', 'sessions that are saved here', style), ...others.slice(0, sessions), []],
    [titleRule('begin', 'guides', style), ...others.slice(sessions)],
  ];
  const all = sections.flat();
  return { lines: all, mark: all.indexOf(lines[state.selected] ?? practice) };
}

interface EntryStyle {
  readonly isSelected: boolean;
  readonly state: HomeState;
  readonly style: HomeStyle;
}

function entryLine(entry: HomeEntry, { isSelected, state, style }: EntryStyle): Line {
  const { look, width } = style;
  const pointer = span(isSelected ? `${look.glyphs.pointer} ` : '  ', 'selected');
  if (entry.kind === 'practice') {
    const about = span('  on a simulated server inside this program, gone when you quit', 'muted');
    const name = span('Practice', isSelected ? 'selected' : 'strong');
    return fitLine([pointer, name, about], width, look.glyphs.ellipsis);
  }
  const name = nameOf(entry);
  const names = state.entries
    .filter(({ kind }) => kind === entry.kind)
    .flatMap((each) => (each.kind === 'practice' ? [] : [nameOf(each)]));
  const room = Math.min(Math.max(...names.map(cellsOf)), Math.floor(width / 2));
  const left = [pointer, span(padToCells(name, room), isSelected ? 'selected' : 'strong'), span('  ')];
  const right = entry.kind === 'session' ? sessionSpans(entry.session, style) : guideSpans(entry.guide);
  const [first = []] = right.filter((line) => lineCells(left) + lineCells(line) <= width);
  return entry.kind === 'session'
    ? spread(left, first, width)
    : fitLine([...left, ...first], width, look.glyphs.ellipsis);
}

function nameOf(entry: Exclude<HomeEntry, { readonly kind: 'practice' }>): string {
  return entry.kind === 'session' ? entry.session.target : entry.guide.title;
}

/** The fullest first; the first that fits is shown. */
function sessionSpans(session: HomeSession, { look }: HomeStyle): readonly Line[] {
  if (session.damaged) return [[span('its journal is damaged', 'failed')]];
  const count = span(session.total === 0 ? 'just begun' : `${session.proven} of ${session.total} proven `, 'muted');
  const bar = look.linear ? [] : barSpans(session.proven, session.total, { look, cells: 10 });
  const when = span(padToCells(`  ${whenText(session.lastAt, look.clock)}`, 18), 'muted');
  const title = span(`${session.title}  `);
  return [[title, count, ...bar, when], [count, ...bar, when], [count, ...bar], [count]];
}

function guideSpans(guide: HomeGuide): readonly Line[] {
  return [[span(`${guide.id}, ${countOf(guide.steps, 'checkpoint')}`, 'muted')], []];
}

function targetLines(target: NonNullable<HomeState['target']>, { width, look }: HomeStyle): readonly Line[] {
  const indent = { width, first: span('  '), rest: span('  ') };
  const below =
    target.fault === null
      ? wrapPieces(
          [span('As ssh knows it: root@203.0.113.10, a name, an alias of ~/.ssh/config, or host:port.', 'muted')],
          indent,
        )
      : wrapPieces([span(target.fault, 'failed')], indent);
  return [
    [span(target.guide.title, 'heading')],
    [],
    ...wrapPieces([span('On which server? Nothing is changed on it before you say so, one checkpoint at a time.')], {
      width,
    }),
    [],
    [span('  [user@]host[:port]', 'muted')],
    [span(`${look.glyphs.pointer} `, 'selected'), ...fieldLine(target.field, { width: width - 2, isFocused: true })],
    ...below,
  ];
}

function helpLines(state: HomeState, { width }: HomeStyle): readonly Line[] {
  const below = homeSituation({ ...state, showsHelp: false });
  return [
    [span('Keys', 'heading')],
    [],
    ...rowsAt(homeKeys, below.place).flatMap((row) =>
      wrapPieces([span(textFor(row.help, below), 'muted')], {
        width,
        first: span(padToCells(row.shown, 9), 'key'),
        rest: span(' '.repeat(9)),
      }),
    ),
    [],
    ...wrapPieces([span('brevduva --help tells what can be done without this screen.', 'muted')], { width }),
  ];
}
