import { durationText } from '../clock.ts';
import type { Line, Span } from '../line.ts';
import { fitLine, lineText, padLine, sliceLine } from '../line.ts';
import type { Look } from '../look.tsx';
import { sgrLine } from '../sgr.ts';
import { outputRows } from './frame.ts';
import type { OutputScroll } from './screen.ts';
import type { Situation } from './situation.ts';
import { nameOf } from './situation.ts';
import type { OutputSource } from './text/output.ts';
import { countOf, titleRule } from './text/section.ts';

/** The output on the full screen: a title, the visible lines. */
export function outputPage(situation: Situation, output: OutputSource, look: Look): readonly Line[] {
  const { mode, size } = situation.screen;
  if (mode.kind !== 'output') return [];
  const rows = outputRows(situation, look);
  const { lines, dropped } = output.view;
  const last = Math.max(dropped, lines - rows);
  const first = mode.view.follows ? last : Math.min(Math.max(mode.view.first, dropped), last);
  const shown = output
    .lines(first, rows)
    .map((text, index) => outputLine(text, { number: first + index, view: mode.view, columns: size.columns }));
  const filled = Array.from({ length: rows }, (_, row): Line => shown[row] ?? []);
  return [titleOf(situation, output, { look, first, shown: shown.length }), ...filled];
}

function titleOf(
  { view, checkpoint, activity, screen }: Situation,
  output: OutputSource,
  { look, first, shown }: { readonly look: Look; readonly first: number; readonly shown: number },
): Line {
  const { lines, dropped } = output.view;
  const isWhole = shown >= lines;
  const facts = [
    isWhole ? countOf(lines, 'line') : `lines ${first + 1}–${first + shown} of ${lines}`,
    ...(dropped > 0 ? [`the first ${dropped} are in the file only`] : []),
    ...(activity?.kind === 'running' ? [durationText(look.clock.now() - Date.parse(activity.since))] : []),
    ...(screen.mode.kind === 'output' && screen.mode.view.follows ? ['following'] : []),
  ];
  return titleRule(`output of ${nameOf(view, checkpoint.id)}`, facts.join('  '), { width: screen.size.columns, look });
}

function outputLine(
  text: string,
  { number, view, columns }: { readonly number: number; readonly view: OutputScroll; readonly columns: number },
): Line {
  const whole = sgrLine(text);
  const found = view.search === null ? whole : marked(whole, view.search.text);
  const line = fitLine(view.left === 0 ? found : sliceLine(found, view.left, columns + 1), columns);
  return view.search?.line === number ? padLine(line, columns) : line;
}

/** The line with every occurrence of `text` marked, upper and lower case alike. */
export function marked(line: Line, text: string): Line {
  const places = occurrences(lineText(line).toLowerCase(), text.toLowerCase());
  if (places.length === 0) return line;
  let at = 0;
  return line.flatMap((piece) => {
    const begin = at;
    at += piece.text.length;
    return cutAt(piece, begin, places);
  });
}

type Range = readonly [start: number, end: number];

function occurrences(whole: string, text: string): readonly Range[] {
  const places: Range[] = [];
  if (text === '') return places;
  for (let at = whole.indexOf(text); at >= 0; at = whole.indexOf(text, at + text.length)) {
    places.push([at, at + text.length]);
  }
  return places;
}

function cutAt(piece: Span, begin: number, places: readonly Range[]): readonly Span[] {
  const spans: Span[] = [];
  let at = 0;
  const put = (end: number, isMatch: boolean): void => {
    if (end <= at) return;
    const part = { ...piece, text: piece.text.slice(at, end) };
    spans.push(isMatch ? { ...part, roles: [...part.roles, 'match'] } : part);
    at = end;
  };
  for (const [start, end] of places) {
    put(Math.min(start - begin, piece.text.length), false);
    put(Math.min(end - begin, piece.text.length), true);
  }
  put(piece.text.length, false);
  return spans;
}
