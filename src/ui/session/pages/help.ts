import { padToCells } from '../../../text/width.ts';
import { wrapPieces } from '../../../text/wrap.ts';
import type { StateName } from '../../glyphs.ts';
import { stateRole, stateWord } from '../../glyphs.ts';
import { rowsAt, textFor } from '../../key-table.ts';
import type { Line } from '../../line.ts';
import { span } from '../../line.ts';
import type { Row } from '../keys/row.ts';
import { sessionKeys } from '../keys.ts';
import type { Situation } from '../situation.ts';
import { placeOf } from '../situation.ts';
import type { SectionStyle } from '../text/section.ts';
import { sectionLines } from '../text/section.ts';
import type { Page } from './page.ts';

const keyCells = 8;
const labelCells = 17;
/** From this width on, what a key does stands beside it. */
const wideFrom = 66;

/** Every key of the place over which the help was opened: what it does, and why not where it doesn't work now. */
export function helpPage(situation: Situation, style: SectionStyle): Page {
  const { screen, view } = situation;
  const over = screen.mode.kind === 'help' ? { ...screen, mode: screen.mode.over } : screen;
  const below: Situation = { ...situation, screen: over, place: placeOf(view, over) };
  const rows = rowsAt(sessionKeys, below.place);
  const working = rows.filter((row) => row.when(below) === true);
  const resting = rows.filter(
    (row, index) => row.when(below) !== true && !hasTwin(row, working) && !hasTwin(row, rows.slice(0, index)),
  );
  return {
    title: 'Keys',
    lines: [
      ...working.flatMap((row) => keyLines(row, below, style)),
      ...sectionLines({ name: 'not now', lines: resting.flatMap((row) => keyLines(row, below, style)) }, style),
      ...sectionLines({ name: 'signs', lines: signLines(style) }, style),
    ],
  };
}

/** True where one of the others has the same key. */
function hasTwin(row: Row, others: readonly Row[]): boolean {
  return others.some(({ presses }) => presses.some((press) => row.presses.includes(press)));
}

function keyLines(row: Row, situation: Situation, { width }: SectionStyle): readonly Line[] {
  const verdict = row.when(situation);
  const key = span(padToCells(row.shown, keyCells), verdict === true ? 'key' : 'muted');
  const says = verdict === true ? textFor(row.help, situation) : verdict;
  const label = textFor(row.label, situation);
  if (width < wideFrom) {
    return [[key, span(label)], ...wrapPieces([span(says, 'muted')], { width, first: span('   '), rest: span('   ') })];
  }
  const hang = keyCells + labelCells + 1;
  const lines = wrapPieces([span(says, 'muted')], { width: width - hang });
  const name = span(`${padToCells(label, labelCells)} `);
  return lines.map((line, index): Line => [...(index === 0 ? [key, name] : [span(' '.repeat(hang))]), ...line]);
}

const signs: readonly StateName[] = [
  'todo',
  'blocked',
  'running',
  'verifying',
  'waiting',
  'proven',
  'proven-with-warning',
  'failed',
  'unknown',
  'stale',
  'skipped',
  'confirmed',
  'ran',
];

function signLines({ width, look }: SectionStyle): readonly Line[] {
  const shown = signs.flatMap((name, index) => [
    span(index === 0 ? '' : '   '),
    // No blank between sign and word may break.
    span(`${look.glyphs.states[name]}\u00A0${stateWord(name).replaceAll(' ', '\u00A0')}`, stateRole(name)),
  ]);
  return wrapPieces(shown, { width });
}
