import { createHash } from 'node:crypto';
import type { Role, RoleLanguage } from './fences.ts';
import type { Machine, Poll, StepDigests } from './guide.ts';
import type { Excerpt } from './source.ts';

/** A fence with a role as far as a change of it matters: for `yaml` the value, so that a comment there is no change. */
export interface DigestedFence {
  readonly language: RoleLanguage;
  readonly role: Role;
  readonly on: Machine;
  readonly poll: Poll;
  readonly content: unknown;
}

/** The digests of a step's parts, over what its author wrote. Line ends are `\n` by then. */
export function stepDigests(parts: {
  readonly prose: string;
  /** Front matter as YAML read it, before defaults: a new default of ours is no change of the guide. */
  readonly settings: unknown;
  readonly fences: readonly DigestedFence[];
}): StepDigests {
  const of = (...roles: readonly Role[]) => parts.fences.filter(({ role }) => roles.includes(role));
  return {
    prose: sha256(parts.prose),
    action: sha256(canonical(of('run', 'undo'))),
    verify: sha256(canonical(of('verify', 'records'))),
    settings: sha256(canonical([parts.settings, of('hint')])),
  };
}

/** The digest of a guide: over its files in order, each with its length, so that no text can move between two files. */
export function guideDigest(sources: readonly Excerpt[]): string {
  return sha256(sources.map(({ text }) => `${text.length}\n${text}`).join(''));
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** JSON with sorted keys: the same for two values that differ only in the order of their keys. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) => {
    if (typeof inner !== 'object' || inner === null || Array.isArray(inner)) return inner;
    return Object.fromEntries(Object.entries(inner).sort(([one], [other]) => (one < other ? -1 : 1)));
  });
}
