/**
 * One run of an action on the target. The interface is shaped for actions that outlive the connection: an attempt has
 * an id of its own, is followed from a byte offset, and is asked for its status by anyone who knows the id.
 */

/** How an attempt stands. `unknown` is told as such and never counted as an end. */
export type AttemptStatus =
  | { readonly kind: 'none' }
  | { readonly kind: 'running' }
  | { readonly kind: 'exited'; readonly status: number; readonly cancelled: boolean }
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
  | { readonly kind: 'unknown'; readonly why: string };

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
  /** Resolves once the script has started (or says why not). Rejects with RemoteError where the line broke before that. */
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
  /** TERM, then KILL after `graceMs`, to the whole process group; resolves when it is gone, and says if it is not. */
  cancel(id: string, graceMs: number, signal: AbortSignal): Promise<{ readonly gone: boolean }>;
}
