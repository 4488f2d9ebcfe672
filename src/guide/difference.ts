import type { Guide, StepDigests } from './guide.ts';

/** A part of a step that has a digest of its own. */
export type StepPart = keyof StepDigests;

/** How one step of a guide differs from what a session pinned. `parts` is empty unless it is changed. */
export interface StepDifference {
  readonly id: string;
  readonly kind: 'added' | 'removed' | 'changed';
  readonly parts: readonly StepPart[];
}

const parts: readonly StepPart[] = ['prose', 'action', 'verify', 'settings'];

/**
 * What changed in a guide since it was pinned, by step: first its steps in their order, then those that are gone. Steps
 * that only moved do not count, nor does the index's own text; the guide's digest tells of those.
 */
export function guideDifference(
  pinned: readonly { readonly id: string; readonly digests: StepDigests }[],
  guide: Pick<Guide, 'steps'>,
): readonly StepDifference[] {
  const before = new Map(pinned.map(({ id, digests }) => [id, digests]));
  const present = guide.steps.flatMap(({ id, digests }): readonly StepDifference[] => {
    const old = before.get(id);
    if (old === undefined) return [{ id, kind: 'added', parts: [] }];
    const changed = parts.filter((part) => old[part] !== digests[part]);
    return changed.length === 0 ? [] : [{ id, kind: 'changed', parts: changed }];
  });
  const ids = new Set(guide.steps.map(({ id }) => id));
  const gone = pinned.filter(({ id }) => !ids.has(id));
  return [...present, ...gone.map(({ id }): StepDifference => ({ id, kind: 'removed', parts: [] }))];
}
