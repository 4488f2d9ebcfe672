/**
 * One run of an action on the target. The interface is shaped for actions that outlive the connection: an attempt has
 * an id of its own, is followed from a byte offset, and is asked for its status by anyone who knows the id.
 */

/** How an attempt stands. `unknown` is told as such and never counted as an end. */
export type AttemptStatus =
  | { readonly kind: 'none' }
  /** It is uploaded and has not begun. */
  | { readonly kind: 'starting' }
  | { readonly kind: 'running' }
  | { readonly kind: 'exited'; readonly status: number; readonly cancelled: boolean }
  /** It never ran and never will. */
  | { readonly kind: 'void'; readonly why: string }
  | { readonly kind: 'unknown'; readonly why: string };

/** How following an attempt ended. */
export type AttemptEnd =
  | {
      readonly kind: 'exited';
      readonly status: number;
      /** True where Brevduva was asked to stop it. */
      readonly cancelled: boolean;
      /** What the script appended to `$BREVDUVA_OUTPUT`. */
      readonly outputs: Readonly<Record<string, string>>;
    }
  /** It never ran: the script did not parse on the target, or the upload was cut. */
  | { readonly kind: 'void'; readonly why: string }
  /** The target knows nothing of it. From now on it does: a start that is still on its way will be refused. */
  | { readonly kind: 'unheard' }
  | { readonly kind: 'unknown'; readonly why: string }
  /** The line broke while it ran, and it runs on: follow it again, over another line, from the byte that was reached. */
  | { readonly kind: 'cut'; readonly why: string };

/** What an attempt runs. */
export interface AttemptRequest {
  /** Unique for ever: an id runs at most once. */
  readonly id: string;
  readonly script: string;
  /** `DOMAIN` → value. */
  readonly environment: Readonly<Record<string, string>>;
  /** Lines for the script's standard input; after them comes end-of-file. */
  readonly secrets: readonly string[];
}

/** Starts, follows, asks after and cancels attempts on one target. */
export interface AttemptRunner {
  /** One sentence on why its attempts end with the line; null where they do not, and can be followed over another. */
  readonly endsWithLine: string | null;
  /**
   * Resolves once the script has started (or is known never to). Rejects with RemoteError where the line broke before
   * that, and where the id was started before.
   */
  start(request: AttemptRequest, signal: AbortSignal): Promise<void>;
  /**
   * Gives every byte of stdout and stderr, in true order, from `fromByte` on, then how it ended.
   * Backpressure: the next piece is read when `onBytes` has settled.
   */
  follow(
    id: string,
    fromByte: number,
    onBytes: (bytes: Uint8Array) => void | Promise<void>,
    signal: AbortSignal,
  ): Promise<AttemptEnd>;
  status(id: string, signal: AbortSignal): Promise<AttemptStatus>;
  /** SIGINT once to the whole process group; what it does with it is the script's affair. */
  interrupt(id: string, signal: AbortSignal): Promise<void>;
  /** TERM, then KILL after `graceMs`, to all of its processes; resolves when they are gone, and says if they are not. */
  cancel(id: string, graceMs: number, signal: AbortSignal): Promise<{ readonly gone: boolean }>;
}
