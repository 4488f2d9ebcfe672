import type { Duplex } from 'node:stream';

/** How a command ended. `lost`: the line broke, or no exit status came; that is unknown, never 0. */
export type ExecEnd =
  | { readonly kind: 'exited'; readonly status: number }
  | { readonly kind: 'signalled'; readonly signal: string }
  | { readonly kind: 'lost'; readonly why: string };

/** What a command printed and how it ended. */
export interface ExecResult {
  readonly end: ExecEnd;
  readonly stdout: Uint8Array;
  readonly stderr: Uint8Array;
  /** True where output over the limit was dropped. */
  readonly truncated: boolean;
}

/** A server's proven identity. */
export interface HostKey {
  /** `ssh-ed25519`, `ecdsa-sha2-nistp256`, … */
  readonly type: string;
  /** `SHA256:…`, as OpenSSH prints it. */
  readonly fingerprint: string;
}

/** Options of one script run to its end. */
export interface ScriptOptions {
  readonly signal: AbortSignal;
  /** Bytes kept of each stream; 1 MiB without it. */
  readonly limit?: number;
  /** Called with each piece as it arrives, before it is kept. The next piece is read when a promise has settled. */
  readonly onStdout?: (bytes: Uint8Array) => void | Promise<void>;
  readonly onStderr?: (bytes: Uint8Array) => void | Promise<void>;
  /** What the script reads on its standard input while it runs; without it, end-of-file at once. */
  readonly input?: AsyncIterable<Uint8Array>;
}

/** An open, authenticated SSH connection whose host key has been verified. */
export interface Connection {
  /** As the person gave it: a name, an address or an alias of ~/.ssh/config. */
  readonly host: string;
  /** What `host` resolved to by the SSH configuration: the name or address that was dialled. */
  readonly address: string;
  readonly port: number;
  readonly user: string;
  readonly hostKey: HostKey;
  /** How root is reached: already root, `sudo -n`, sudo with a password, or not at all (scripts then run as the user). */
  readonly privilege: 'root' | 'sudo' | 'sudo-password' | 'none';
  /** Settles once, when the line is gone; the value says why. Never rejects. */
  readonly lost: Promise<string>;
  /**
   * Runs a script with `sh`, as root where `privilege` allows. The script travels on standard input, never in argv.
   * Resolves whatever the end is; a broken line is `{kind: 'lost'}`. Rejects only with the signal's reason.
   */
  runScript(script: string, options: ScriptOptions): Promise<ExecResult>;
  /** Opens a TCP connection *from* the target. Rejects with a DialError. */
  dial(host: string, port: number, signal: AbortSignal): Promise<Duplex>;
  /**
   * Opens a login shell on a PTY, reads until it was quiet for `quietMs` after something came, or `timeoutMs` is over,
   * and closes it. Gives what a person would see at login, raw: sshd's own banner (RFC 4252 §5.4), then the shell's
   * text; at most 64 KiB. Rejects with RemoteError where no shell is to be had.
   */
  readLogin(options: {
    readonly quietMs: number;
    readonly timeoutMs: number;
    readonly signal: AbortSignal;
  }): Promise<string>;
  /**
   * A login shell on a PTY for a person: raw bytes both ways. `resize` tells the server the new size.
   * Rejects with RemoteError where no shell is to be had.
   */
  openShell(size: { readonly columns: number; readonly rows: number }): Promise<RemoteShell>;
  /** Says goodbye and waits until the socket is closed. */
  close(): Promise<void>;
}

/** An interactive shell on the target. */
export interface RemoteShell {
  readonly stream: Duplex;
  resize(size: { readonly columns: number; readonly rows: number }): void;
  /** Settles when the shell ended. */
  readonly ended: Promise<void>;
}

/** Why a TCP connection could not be opened. `not-allowed`: the server forbids forwarding. */
export type DialFailure = 'refused' | 'silence' | 'no-route' | 'no-name' | 'not-allowed' | 'lost';

/** A TCP connection that could not be opened. */
export class DialError extends Error {
  readonly failure: DialFailure;

  constructor(failure: DialFailure, message: string) {
    super(message);
    this.name = 'DialError';
    this.failure = failure;
  }
}

/** Something that only the person can answer while a connection is made. */
export type ConnectQuestion =
  | { readonly kind: 'host-key'; readonly host: string; readonly key: HostKey }
  | {
      readonly kind: 'host-key-changed';
      readonly host: string;
      readonly known: HostKey;
      readonly key: HostKey;
    }
  | { readonly kind: 'password'; readonly user: string; readonly host: string }
  | { readonly kind: 'passphrase'; readonly file: string; readonly again: boolean }
  | { readonly kind: 'keyboard-interactive'; readonly prompt: string; readonly echo: boolean }
  | { readonly kind: 'sudo-password'; readonly user: string; readonly host: string };

/**
 * The person's answer: a text for passwords and prompts, `yes` to accept a host key.
 * `null`: no answer is to be had, or the person said no; connecting then fails in words.
 */
export type AnswerConnectQuestion = (question: ConnectQuestion, signal: AbortSignal) => Promise<string | null>;

/** Whom to connect to, as the command line says it; `undefined` leaves it to the SSH configuration. */
export interface TargetOptions {
  /** Name, address, or alias. */
  readonly host: string;
  readonly user?: string | undefined;
  readonly port?: number | undefined;
  /** `-F`: another configuration file. */
  readonly configFile?: string | undefined;
  /** `-i`: key files, tried first. */
  readonly identityFiles?: readonly string[] | undefined;
  /** `-J`: jump hosts. */
  readonly jump?: string | undefined;
}

/** What making a connection needs beside the target. */
export interface ConnectOptions {
  readonly target: TargetOptions;
  readonly answer: AnswerConnectQuestion;
  readonly signal: AbortSignal;
  /** The guide expects that the server is reinstalled: a changed key is asked about (`host-key-changed`), not refused. */
  readonly expectsReinstall: boolean;
}
