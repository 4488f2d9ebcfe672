import type { Checkpoint } from '../../session/state.ts';
import type { Look } from '../look.tsx';
import { cardOf } from './card.ts';
import { menuRows } from './dock.ts';
import { frameOf, outputRows, textPaneOf } from './frame.ts';
import type { Intent } from './keys/row.ts';
import { pageAt } from './pages/pages.ts';
import type { OutputScroll, ScreenState } from './screen.ts';
import { isWide } from './screen.ts';
import type { Situation } from './situation.ts';
import type { OutputSource } from './text/output.ts';

/** What moving about needs to know. */
export interface Surroundings {
  readonly situation: Situation;
  readonly output: OutputSource;
  readonly look: Look;
}

/** Moves that scroll or choose. */
export type Move = Extract<Intent, 'up' | 'down' | 'page-up' | 'page-down' | 'top' | 'bottom' | 'left' | 'right'>;

/** What of the screen's state a move changes. */
export type Change = Partial<ScreenState>;

/** What a move does where the person is. */
export function moved(move: Move, around: Surroundings): Change {
  const { situation } = around;
  const { mode } = situation.screen;
  switch (situation.place) {
    case 'checkpoint':
      return movedOnCheckpoint(move, around);
    case 'output':
      return mode.kind === 'output' ? { mode: { ...mode, view: scrolledOutput(mode.view, move, around) } } : {};
    case 'menu':
      return mode.kind === 'menu'
        ? { mode: { ...mode, choice: stepped(mode.choice, move, menuRows(situation).length) } }
        : {};
    case 'copy':
      return mode.kind === 'copy' ? { mode: { ...mode, choice: stepped(mode.choice, move, mode.texts.length) } } : {};
    case 'help':
      return mode.kind === 'help' ? { mode: { ...mode, first: scrolledPage(mode.first, move, around) } } : {};
    case 'trust':
    case 'changed':
      return { gateScroll: scrolledPage(situation.screen.gateScroll, move, around) };
    case 'host-key':
    case 'broken': {
      const { first, rows, total } = cardOf(situation, around.look);
      return { gateScroll: scrolled(first, move, { rows, last: Math.max(0, total - rows) }) };
    }
    default:
      return {};
  }
}

/** Another checkpoint is shown: from its beginning, or where something happens or went wrong, from what came of it. */
export function selecting(checkpoint: Checkpoint): Change {
  const follows = ['running', 'waiting', 'failed', 'unknown'].includes(checkpoint.state.kind);
  return { selected: checkpoint.id, scroll: 0, follows, mode: { kind: 'checkpoint' } };
}

function movedOnCheckpoint(move: Move, around: Surroundings): Change {
  const { checkpoints } = around.situation.view;
  const index = around.situation.checkpoint.number - 1;
  const select = (to: number): Change => {
    const target = checkpoints[Math.min(Math.max(0, to), checkpoints.length - 1)];
    return target === undefined || target.id === around.situation.checkpoint.id ? {} : selecting(target);
  };
  if (move === 'left') return select(index - 1);
  if (move === 'right') return select(index + 1);
  if (around.situation.screen.focus === 'list') {
    if (move === 'up') return select(index - 1);
    if (move === 'down') return select(index + 1);
    if (move === 'top') return select(0);
    if (move === 'bottom') return select(checkpoints.length - 1);
    // A list that has the screen for itself has the pages too.
    const page = frameOf(around.situation, around.look).bodyRows - 1;
    if (!isWide(around.situation.screen.size)) return select(index + (move === 'page-up' ? -page : page));
  }
  const { text, rows } = textPaneOf(around.situation, around.output, around.look);
  const last = Math.max(0, text.total - rows);
  const scroll = scrolled(text.first, move, { rows, last });
  // At the end, what comes is followed.
  return { scroll, follows: scroll >= last };
}

function scrolled(first: number, move: Move, { rows, last }: { readonly rows: number; readonly last: number }): number {
  const page = Math.max(1, rows - 1);
  const by: Readonly<Record<Move, number>> = {
    up: -1,
    down: 1,
    'page-up': -page,
    'page-down': page,
    top: -first,
    bottom: last,
    left: 0,
    right: 0,
  };
  return Math.min(Math.max(0, first + by[move]), last);
}

function scrolledPage(first: number, move: Move, { situation, look }: Surroundings): number {
  const rows = pageRows(situation, look);
  const page = pageAt(situation, { width: pageColumns(situation), look });
  const last = Math.max(0, (page?.lines.length ?? 0) - rows);
  return scrolled(Math.min(first, last), move, { rows, last });
}

/** Rows that a page has for its lines, below its title. */
export function pageRows(situation: Situation, look: Look): number {
  return Math.max(1, frameOf(situation, look).bodyRows - 2);
}

/** Columns that a page has, between its margins. */
export function pageColumns({ screen }: Situation): number {
  return screen.size.columns - 5;
}

const sideStep = 8;

function scrolledOutput(view: OutputScroll, move: Move, { situation, output, look }: Surroundings): OutputScroll {
  if (move === 'left' || move === 'right') {
    return { ...view, left: Math.max(0, view.left + (move === 'left' ? -sideStep : sideStep)) };
  }
  const rows = outputRows(situation, look);
  const last = Math.max(output.view.dropped, output.view.lines - rows);
  const first = Math.min(Math.max(view.follows ? last : view.first, output.view.dropped), last);
  const next = move === 'top' ? output.view.dropped : scrolled(first, move, { rows, last });
  return { ...view, first: Math.max(output.view.dropped, next), follows: next >= last };
}

function stepped(choice: number, move: Move, count: number): number {
  if (count === 0) return 0;
  if (move === 'up') return (choice + count - 1) % count;
  return move === 'down' ? (choice + 1) % count : choice;
}
