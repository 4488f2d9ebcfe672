import { isSettled } from '../../session/checkpoints.ts';
import type { Checkpoint } from '../../session/state.ts';
import type { Situation } from './situation.ts';

/** The next thing to do at a checkpoint; what Enter does. */
export type NextThing =
  | { readonly kind: 'run' }
  | { readonly kind: 'verify' }
  | { readonly kind: 'confirm' }
  /** It failed or is unknown: ask what now. */
  | { readonly kind: 'menu' }
  /** It is at work: show its output. */
  | { readonly kind: 'output' }
  /** Another checkpoint's turn. */
  | { readonly kind: 'go'; readonly to: string; readonly because: 'done' | 'needed' }
  | { readonly kind: 'nothing'; readonly why: string };

/** What is to be done next, seen from the checkpoint that is shown. */
export function nextThing(situation: Situation): NextThing {
  const { checkpoint, step, activity, view } = situation;
  if (activity !== null) {
    return activity.kind === 'running' ? { kind: 'output' } : { kind: 'nothing', why: 'It is being looked at; wait.' };
  }
  const { state } = checkpoint;
  if (isSettled(state)) return afterThis(view.checkpoints, checkpoint);
  if (state.kind === 'failed' || state.kind === 'unknown') return { kind: 'menu' };
  if (state.kind === 'blocked') {
    const [first] = state.by;
    if (first !== undefined) return { kind: 'go', to: first, because: 'needed' };
  }
  if (state.kind === 'stale' && step.verify.length > 0) return { kind: 'verify' };
  if (step.run !== undefined) return { kind: 'run' };
  if (step.verify.length > 0) return { kind: 'verify' };
  return step.confirm === undefined
    ? { kind: 'nothing', why: 'There is nothing to run or to look at here yet.' }
    : { kind: 'confirm' };
}

function afterThis(checkpoints: readonly Checkpoint[], from: Checkpoint): NextThing {
  const open = checkpoints.filter(({ state }) => !isSettled(state));
  const next = open.find(({ number }) => number > from.number) ?? open[0];
  if (next === undefined) return { kind: 'nothing', why: 'Every checkpoint is done. V looks at all of them again.' };
  return { kind: 'go', to: next.id, because: 'done' };
}

/** The checkpoint to show first: the first that is not done, else the last. */
export function firstToShow(checkpoints: readonly Checkpoint[]): Checkpoint {
  const first = checkpoints.find(({ state }) => !isSettled(state)) ?? checkpoints.at(-1);
  if (first === undefined) throw new RangeError('A session has at least one checkpoint.');
  return first;
}
