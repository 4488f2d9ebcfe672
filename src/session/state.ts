import type { StepDigests } from '../guide/guide.ts';
import type { Evidence, Verdict } from '../probe/evidence.ts';
import type { HostKey } from '../remote/connection.ts';
import type { Basis, Outcome, SshOptions } from './events.ts';

/** One run of a step's action (or of its undo), as the journal tells it. */
export interface AttemptRecord {
  readonly id: string;
  readonly step: string;
  readonly purpose: 'run' | 'undo';
  readonly intendedAt: string;
  readonly started: boolean;
  /** Absent while it runs, or where nobody knows. */
  readonly outcome?: Outcome | undefined;
  readonly endedAt?: string | undefined;
  /** Its last event's place in the journal: order is the journal's, never the clock's. */
  readonly order: number;
  /** Bytes of output received. */
  readonly bytes: number;
}

/** The last look at a step. */
export interface ProbeRecord {
  readonly verdict: Verdict;
  readonly evidence: readonly Evidence[];
  readonly basis: Basis;
  readonly at: string;
  /** Its event's place in the journal. */
  readonly order: number;
}

/** What the journal says about one step. */
export interface StepRecord {
  readonly attempts: readonly AttemptRecord[];
  readonly probe?: ProbeRecord | undefined;
  /** The last look that saw it hold: what was proven once can be stale, what never was cannot. */
  readonly proof?: ProbeRecord | undefined;
  readonly skipped?: { readonly reason: string; readonly at: string } | undefined;
  readonly confirmed?: { readonly at: string; readonly basis: Basis } | undefined;
  /** What its scripts gave for later steps. */
  readonly outputs: Readonly<Record<string, string>>;
}

/** A session, folded from its events. Nothing else about it is kept on disk. */
export interface SessionState {
  readonly guide: string;
  readonly target: string;
  readonly createdAt: string;
  readonly pinned?:
    | {
        readonly digest: string;
        readonly file: string;
        readonly shipped: boolean;
        readonly steps: Readonly<Record<string, StepDigests>>;
      }
    | undefined;
  /** The SSH options of the last opening. */
  readonly ssh?: SshOptions | undefined;
  /** Never secrets. */
  readonly inputs: Readonly<Record<string, string>>;
  /** The server's identity when it was last seen. */
  readonly identity?: { readonly hostKey: HostKey; readonly machine: string } | undefined;
  readonly steps: Readonly<Record<string, StepRecord>>;
  /** Journal events folded. */
  readonly events: number;
  readonly lastAt: string;
}

/** Where one checkpoint stands. `ran`: only in a plain document, where nothing can be proven. */
export type CheckpointState =
  | { readonly kind: 'todo' }
  | { readonly kind: 'blocked'; readonly by: readonly string[] }
  | { readonly kind: 'running'; readonly attempt: string; readonly purpose: 'run' | 'undo'; readonly since: string }
  | { readonly kind: 'waiting'; readonly since: string; readonly until?: string | undefined }
  | { readonly kind: 'proven'; readonly warning: boolean; readonly at: string }
  | { readonly kind: 'failed'; readonly why: string; readonly at: string }
  | { readonly kind: 'unknown'; readonly why: string; readonly at: string }
  | { readonly kind: 'skipped'; readonly reason: string }
  | { readonly kind: 'confirmed'; readonly at: string }
  | { readonly kind: 'ran'; readonly at: string }
  | { readonly kind: 'stale'; readonly why: string; readonly at: string };

/** A step in a session, numbered, with where it stands. */
export interface Checkpoint {
  /** From 1, the order of the guide. */
  readonly number: number;
  readonly id: string;
  readonly title: string;
  readonly optional: boolean;
  readonly state: CheckpointState;
  /** What the last look saw; empty before any. */
  readonly evidence: readonly Evidence[];
  readonly lastAttempt?: AttemptRecord | undefined;
}
