import { padToCells } from '../../text/width.ts';
import { wrapPieces } from '../../text/wrap.ts';
import { fieldLine } from '../field.ts';
import { rowsAt, textFor } from '../key-table.ts';
import type { Line } from '../line.ts';
import { span, withRole } from '../line.ts';
import type { Look } from '../look.tsx';
import type { Intent, Row } from './keys/row.ts';
import { sessionKeys } from './keys.ts';
import type { Situation } from './situation.ts';
import { titleRule } from './text/section.ts';

/** What is open below a checkpoint's text. */
export interface Dock {
  readonly title: Line;
  readonly lines: readonly Line[];
  /** First line of what is chosen, to be kept in sight. */
  readonly chosen: number;
}

/** A menu, what can be copied, or the reason for a skip; null where nothing is open. */
export function dockOf(situation: Situation, width: number, look: Look): Dock | null {
  const { mode } = situation.screen;
  const style = { width, look };
  switch (mode.kind) {
    case 'menu': {
      const choices = menuRows(situation).map((row, index) =>
        menuLine(row, situation, { ...style, isChosen: index === mode.choice }),
      );
      return dock(titleRule('what now?', '', style), choices, mode.choice);
    }
    case 'copy': {
      const choices = mode.texts.map(({ name }, index) =>
        choiceLine([span(name)], { ...style, isChosen: index === mode.choice }),
      );
      return dock(titleRule('copy what?', '', style), choices, mode.choice);
    }
    case 'skip': {
      const field = fieldWithFault(mode.field, mode.fault, style);
      return dock(titleRule('skip', 'why? Whoever reads this later will want to know', style), [field], 0);
    }
    default:
      return null;
  }
}

function dock(title: Line, choices: readonly (readonly Line[])[], choice: number): Dock {
  return { title, lines: choices.flat(), chosen: choices.slice(0, choice).flat().length };
}

/** The lines of the failure menu: the decisions that can be made now. */
export function menuRows(situation: Situation): readonly Row[] {
  const inMenu: Situation = { ...situation, place: 'menu' };
  return rowsAt(sessionKeys, 'menu').filter(
    (row) => decisions.includes(row.intent) && !row.presses.includes('ctrl-c') && row.when(inMenu) === true,
  );
}

const decisions: readonly Intent[] = ['run', 'verify', 'hint', 'shell', 'undo', 'skip', 'quit'];

interface ChoiceStyle {
  readonly width: number;
  readonly look: Look;
  readonly isChosen: boolean;
}

function menuLine(row: Row, situation: Situation, style: ChoiceStyle): readonly Line[] {
  const inMenu: Situation = { ...situation, place: 'menu' };
  const label = padToCells(textFor(row.label, inMenu), 13);
  return choiceLine([span(padToCells(row.shown, 2), 'key'), span(` ${label} `)], {
    ...style,
    says: textFor(row.help, inMenu),
  });
}

function choiceLine(
  name: Line,
  { width, look, isChosen, says }: ChoiceStyle & { readonly says?: string },
): readonly Line[] {
  const mark = look.linear ? '(chosen) ' : `${look.glyphs.pointer} `;
  const pointer = isChosen ? span(mark, 'selected') : span('  ');
  const shown: Line = isChosen ? withRole(name, 'selected') : name;
  const line = [...shown, span(says ?? '', 'muted')];
  return wrapPieces(line, { width, first: pointer, rest: span(says === undefined ? '    ' : ' '.repeat(19)) });
}

function fieldWithFault(
  field: Parameters<typeof fieldLine>[0],
  fault: string | null,
  { width, look }: { readonly width: number; readonly look: Look },
): readonly Line[] {
  const pointer = span(`${look.glyphs.pointer} `, 'key');
  const line: Line = [pointer, ...fieldLine(field, { width: width - 2, isFocused: true })];
  return fault === null
    ? [line]
    : [line, ...wrapPieces([span(fault, 'failed')], { width, first: span('  '), rest: span('  ') })];
}
