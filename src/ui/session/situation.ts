import type { Step } from '../../guide/guide.ts';
import type { Checkpoint } from '../../session/state.ts';
import type { Activity, SessionView } from '../../session/view.ts';
import type { StateName } from '../glyphs.ts';
import type { ScreenState } from './screen.ts';

/** Everywhere in a session that a key can be pressed. */
export type Place =
  | 'checkpoint'
  | 'menu'
  | 'copy'
  | 'skip'
  | 'output'
  | 'search'
  | 'edit'
  | 'inputs'
  | 'trust'
  | 'changed'
  | 'host-key'
  | 'answer'
  | 'broken'
  | 'help';

/** All that a key's row, the footer and the text of a checkpoint look at. */
export interface Situation {
  readonly place: Place;
  readonly view: SessionView;
  readonly screen: ScreenState;
  readonly checkpoint: Checkpoint;
  readonly step: Step;
  readonly activity: Activity | null;
  /** Step whose output there is; null without any. */
  readonly outputStep: string | null;
}

/** The situation of this moment. The guide has at least one step. */
export function situationOf(view: SessionView, screen: ScreenState, outputStep: string | null): Situation {
  const index = Math.max(
    0,
    view.checkpoints.findIndex((each) => each.id === screen.selected),
  );
  const checkpoint = view.checkpoints[index];
  const step = view.guide.steps[index];
  if (checkpoint === undefined || step === undefined) throw new RangeError('A session has at least one checkpoint.');
  return {
    place: placeOf(view, screen),
    view,
    screen,
    checkpoint,
    step,
    activity: view.activity[checkpoint.id] ?? null,
    outputStep,
  };
}

/** Where the person is: a question comes before a gate, a gate before what they opened. */
export function placeOf(view: SessionView, screen: ScreenState): Place {
  if (view.broken !== null) return 'broken';
  if (view.question !== null) return view.question.question.kind.startsWith('host-key') ? 'host-key' : 'answer';
  if (screen.mode.kind === 'help') return 'help';
  if (view.gate !== null) return view.gate.kind;
  if (screen.mode.kind === 'output') return screen.mode.typing === null ? 'output' : 'search';
  return screen.mode.kind;
}

/** Where a checkpoint stands, with what is done for it at this moment. */
export function stateNameOf(checkpoint: Checkpoint, activity: Activity | null): StateName {
  switch (activity?.kind) {
    case 'running':
      return 'running';
    case 'waiting':
      return 'waiting';
    case 'verifying':
    case 'hinting':
      return 'verifying';
    default:
      return checkpoint.state.kind === 'proven' && checkpoint.state.warning
        ? 'proven-with-warning'
        : checkpoint.state.kind;
  }
}

/** The activity that an interruption is for: an action before a wait or a look. */
export function interruptible(view: SessionView): Activity | null {
  const activities = Object.values(view.activity);
  return activities.find(({ kind }) => kind === 'running') ?? activities[0] ?? null;
}

/** True while an action (or an undo) runs. */
export function isActing(view: SessionView): boolean {
  return Object.values(view.activity).some(({ kind }) => kind === 'running');
}

/** A checkpoint by its number and name: `6 Name the server`. */
export function nameOf(view: SessionView, id: string): string {
  const checkpoint = view.checkpoints.find((each) => each.id === id);
  return checkpoint === undefined ? id : `${checkpoint.number} ${checkpoint.title}`;
}
