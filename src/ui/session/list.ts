import type { Checkpoint } from '../../session/state.ts';
import type { Activity } from '../../session/view.ts';
import { stateRole, stateWord } from '../glyphs.ts';
import type { Line } from '../line.ts';
import { fitLine, padLine, span, spread, withRole } from '../line.ts';
import type { Look } from '../look.tsx';
import type { Role } from '../theme.ts';
import { visibleLines } from './screen.ts';
import { stateNameOf } from './situation.ts';

/** What the list of checkpoints shows. */
export interface ListFacts {
  readonly checkpoints: readonly Checkpoint[];
  readonly activity: Readonly<Record<string, Activity>>;
  readonly selected: string;
  /** True where the arrows move in the list. */
  readonly isFocused: boolean;
}

/** How large the list is. */
export interface ListSize {
  readonly columns: number;
  readonly rows: number;
}

/** The checkpoints around the selected one: pointer, state, number, title. A wide list has the states' words too. */
export function listLines(facts: ListFacts, { columns, rows }: ListSize, look: Look): readonly Line[] {
  const digits = String(facts.checkpoints.length).length;
  const lines = facts.checkpoints.map((checkpoint) => checkpointLine(checkpoint, facts, { columns, digits, look }));
  const selected = facts.checkpoints.findIndex(({ id }) => id === facts.selected);
  const { lines: shown } = visibleLines(lines, { first: selected - Math.floor(rows / 2), rows });
  if (look.linear) return shown;
  return Array.from({ length: rows }, (_, row) => padLine(shown[row] ?? [], columns));
}

/** From this width on, there is room for words. */
const wordsFrom = 56;

function checkpointLine(
  checkpoint: Checkpoint,
  { activity, selected, isFocused }: ListFacts,
  { columns, digits, look }: { readonly columns: number; readonly digits: number; readonly look: Look },
): Line {
  const isSelected = checkpoint.id === selected;
  const name = stateNameOf(checkpoint, activity[checkpoint.id] ?? null);
  const role = stateRole(name);
  const isQuiet = name === 'skipped' || name === 'blocked';
  const titleRole: readonly Role[] = isSelected ? [isFocused ? 'selected' : 'strong'] : isQuiet ? ['muted'] : [];
  if (look.linear) {
    const chosen = isSelected ? ', selected' : '';
    return fitLine([span(`${checkpoint.number} ${checkpoint.title}: ${stateWord(name)}${chosen}`)], columns);
  }
  const left: Line = [
    span(isSelected ? ` ${look.glyphs.pointer} ` : '   ', isFocused ? 'selected' : 'muted'),
    span(`${look.glyphs.states[name]} `, role),
    span(`${String(checkpoint.number).padStart(digits)} `, 'muted'),
    span(checkpoint.title, ...titleRole),
  ];
  const words = [name === 'todo' ? '' : stateWord(name), checkpoint.optional ? 'optional' : ''].filter(
    (word) => word !== '',
  );
  const right = columns < wordsFrom ? [] : [span(`${words.join(', ')} `, role)];
  return right.length === 0 ? fitLine(left, columns, look.glyphs.ellipsis) : spread(left, right, columns);
}

/** All checkpoints as one line of signs, the selected one inverse; where there is no room for a list. */
export function stripLine(facts: ListFacts, columns: number, look: Look): Line {
  const { checkpoints } = facts;
  const selected = checkpoints.findIndex(({ id }) => id === facts.selected);
  if (look.linear) return [span(`checkpoint ${selected + 1} of ${checkpoints.length}`)];
  const signs = checkpoints.map((checkpoint): Line => {
    const name = stateNameOf(checkpoint, facts.activity[checkpoint.id] ?? null);
    const sign: Line = [span(look.glyphs.states[name], stateRole(name))];
    return checkpoint.id === facts.selected ? withRole(sign, 'cursor') : sign;
  });
  const position: Line = [span(`${selected + 1} of ${checkpoints.length} `, 'muted')];
  const room = columns - 12;
  const gap = signs.length * 2 <= room ? ' ' : '';
  const count = Math.min(signs.length, room);
  const first = Math.min(Math.max(0, selected - Math.floor(count / 2)), signs.length - count);
  const shown = signs.slice(first, first + count).flatMap((sign) => [span(gap), ...sign]);
  return spread([span(gap === '' ? ' ' : ''), ...shown], position, columns);
}
