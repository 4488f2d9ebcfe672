import type { StoreApi } from 'zustand/vanilla';
import type { BrevduvaError } from '../error.ts';
import type { StepDifference } from '../guide/difference.ts';
import type { Guide, InputSpec } from '../guide/guide.ts';
import type { ConnectQuestion, HostKey, RemoteShell } from '../remote/connection.ts';
import type { Checkpoint, SessionState } from './state.ts';

/** The line to the target, as far as a person needs to know. */
export type ConnectionView =
  | { readonly kind: 'idle' }
  | { readonly kind: 'connecting' }
  | {
      readonly kind: 'connected';
      readonly user: string;
      readonly address: string;
      readonly port: number;
      readonly hostKey: HostKey;
      readonly privilege: 'root' | 'sudo' | 'sudo-password' | 'none';
    }
  | { readonly kind: 'failed'; readonly sentence: string; readonly remedy?: string | undefined }
  /** It broke in the middle of an action, which runs on there; the next try to get back is at `next` (ISO 8601). */
  | { readonly kind: 'cut'; readonly sentence: string; readonly next: string };

/** What must be settled before anything else goes on; each has a screen of its own. */
export type Gate =
  /** A guide that did not come with Brevduva: its digest and commands are shown and must be trusted. */
  | { readonly kind: 'trust' }
  /** The guide is not the one that the session pinned. */
  | { readonly kind: 'changed'; readonly differences: readonly StepDifference[] }
  /** Inputs without a value, all of them at once. `secrets` are asked again in each process. */
  | { readonly kind: 'inputs'; readonly inputs: readonly InputSpec[] };

/** What the engine is doing for a step at this moment; a step that is absent rests. */
export type Activity =
  | { readonly kind: 'verifying' }
  | { readonly kind: 'running'; readonly purpose: 'run' | 'undo'; readonly since: string; readonly interrupts: number }
  | { readonly kind: 'hinting' }
  /** A probe said "not yet"; the next look is at `next`, and it gives up at `until` (both ISO 8601). */
  | { readonly kind: 'waiting'; readonly next: string; readonly until: string };

/** Something to tell the person, until the next thing is told. */
export interface Notice {
  readonly tone: 'calm' | 'warning' | 'error';
  readonly sentence: string;
  readonly remedy?: string | undefined;
}

/** A question that waits for an answer; `id` makes a late answer harmless. */
export interface PendingQuestion {
  readonly id: number;
  readonly question: ConnectQuestion;
}

/** All that a screen shows of a session but its live output. */
export interface SessionView {
  readonly guide: Guide;
  readonly session: SessionState;
  readonly checkpoints: readonly Checkpoint[];
  /** Values in force: inputs, their defaults, and outputs of steps. Never secrets. */
  readonly values: Readonly<Record<string, string>>;
  readonly connection: ConnectionView;
  readonly gate: Gate | null;
  readonly question: PendingQuestion | null;
  readonly activity: Readonly<Record<string, Activity>>;
  /** What a step's hint said when it was last asked, safe lines. */
  readonly hints: Readonly<Record<string, readonly string[]>>;
  readonly notice: Notice | null;
  /** Why the session cannot go on in this process (its journal cannot be written); null while it can. */
  readonly broken: BrevduvaError | null;
}

/** Live output of one step's last attempt. The lines stay in the ring; only their count is state. */
export interface OutputView {
  /** Step whose output the ring holds; null before any. */
  readonly step: string | null;
  readonly attempt: string | null;
  /** Lines so far, counted from the attempt's start. */
  readonly lines: number;
  /** Lines that the ring no longer holds (they are in the file). */
  readonly dropped: number;
  readonly bytes: number;
  /** Path of the whole output on the operator's disk. */
  readonly file: string | null;
}

/**
 * What a person or a program can ask of a session. Every intent resolves when it has been carried out; what went wrong
 * is in the view (a state, an evidence, a notice), never thrown. An intent that cannot be carried out now says so in a
 * notice.
 */
export interface Engine {
  readonly view: StoreApi<SessionView>;
  readonly output: StoreApi<OutputView>;
  /** Safe display lines `from` (counted from the attempt's start) on, at most `count`; those dropped are left out. */
  outputLines(from: number, count: number): readonly string[];

  /** Shows what must be settled before anything else (the gate). Connects nowhere. */
  enter(): Promise<void>;
  /** `enter`; where nothing is to be settled, connects and probes again all that was proven or left in the middle. */
  proceed(): Promise<void>;
  trustGuide(): Promise<void>;
  /** Values by input name; secrets stay in memory. Ends the gate when none is missing. Invalid ones are refused whole. */
  setInputs(values: Readonly<Record<string, string>>): Promise<void>;
  /** Probes; what does not hold yet is acted on, then probed until it holds or time is up. */
  run(step: string): Promise<void>;
  verify(step: string): Promise<void>;
  /** Probes all steps that have a verify, in parallel. */
  verifyAll(): Promise<void>;
  undo(step: string): Promise<void>;
  hint(step: string): Promise<void>;
  skip(step: string, reason: string): Promise<void>;
  reopen(step: string): Promise<void>;
  confirm(step: string): Promise<void>;
  /** First: interrupt the remote command. Second: detach and leave it running. Also ends a wait. */
  interrupt(): Promise<void>;
  /** Ends the running action for good: TERM, then KILL, to its whole process group; tells when it is gone. */
  cancel(): Promise<void>;
  /** `null`: no. */
  answer(id: number, text: string | null): void;
  openShell(size: { readonly columns: number; readonly rows: number }): Promise<RemoteShell | null>;
  /** Ends what is under way, closes the line and the journal. */
  close(): Promise<void>;
}
