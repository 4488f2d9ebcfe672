import type { Notice } from '../../session/view.ts';
import type { Field } from '../field.ts';
import type { Size } from '../session/screen.ts';

/** A saved session, as the first screen lists it. */
export interface HomeSession {
  /** Unique: its directory's name. */
  readonly name: string;
  /** What the guide is asked for by when the session goes on. */
  readonly guide: string;
  readonly title: string;
  readonly target: string;
  readonly proven: number;
  readonly total: number;
  /** ISO 8601. */
  readonly lastAt: string;
  /** True where its journal must be mended first. */
  readonly damaged: boolean;
}

/** A guide that came with Brevduva. */
export interface HomeGuide {
  readonly id: string;
  readonly title: string;
  readonly steps: number;
}

/** All that the first screen shows. */
export interface HomeEntries {
  readonly sessions: readonly HomeSession[];
  readonly guides: readonly HomeGuide[];
}

/** The session to go on with, or to begin; or a rehearsal. */
export type HomeChoice =
  | { readonly kind: 'session'; readonly guide: string; readonly target: string }
  | { readonly kind: 'practice' };

/** One line of the first screen. */
export type HomeEntry =
  | { readonly kind: 'practice' }
  | { readonly kind: 'session'; readonly session: HomeSession }
  | { readonly kind: 'guide'; readonly guide: HomeGuide };

/** The lines in their order: first practice, which needs nothing at all, then what can be gone on with. */
export function entriesOf({ sessions, guides }: HomeEntries): readonly HomeEntry[] {
  return [
    { kind: 'practice' },
    ...sessions.map((session): HomeEntry => ({ kind: 'session', session })),
    ...guides.map((guide): HomeEntry => ({ kind: 'guide', guide })),
  ];
}

/** State of the first screen. */
export interface HomeState {
  readonly entries: readonly HomeEntry[];
  readonly size: Size;
  readonly selected: number;
  /** The target that is being typed for a guide; null while none is. */
  readonly target: { readonly guide: HomeGuide; readonly field: Field; readonly fault: string | null } | null;
  readonly showsHelp: boolean;
  readonly said: Notice | null;
}
