import type { StoreApi } from 'zustand/vanilla';
import type { AnswerConnectQuestion, Connection, ConnectOptions, TargetOptions } from '../remote/connection.ts';
import type { RemoteFailure } from '../remote/error.ts';
import { RemoteError } from '../remote/error.ts';
import type { Clock } from './clock.ts';
import type { SessionView } from './view.ts';

/** How a connection is made: `connect` of src/remote, or in a test what stands for it. */
export type Connect = (options: ConnectOptions) => Promise<Connection>;

/** The line to the target: made when first needed, kept, and made anew after it broke. */
export interface Line {
  /**
   * The open connection, made if there is none. Several callers share one attempt to connect. Throws RemoteError, and
   * the signal's reason.
   */
  open(options: OpenLineOptions): Promise<Connection>;
  /**
   * Another connection in the place of one that no longer carries anything. Tries until it is made, ever less often:
   * the wait before the first try is as long as `tries` in vain before. Throws RemoteError where trying again is
   * hopeless (another host key, no way in), and the signal's reason.
   */
  reopen(options: ReopenLineOptions): Promise<Connection>;
  /** Another connection, apart from the kept one; whoever asks for it closes it. Throws RemoteError. */
  openAnother(signal: AbortSignal): Promise<Connection>;
  close(): Promise<void>;
}

/** How the line is opened. */
export interface OpenLineOptions {
  readonly expectsReinstall: boolean;
  readonly signal: AbortSignal;
}

/** How the line is opened again. */
export interface ReopenLineOptions extends OpenLineOptions {
  readonly broken: Connection;
  /** Why it broke, in words. */
  readonly why: string;
  readonly tries: number;
}

/** What the line needs. `onConnected` is awaited before the connection is handed out. */
export interface LineOptions {
  readonly target: TargetOptions;
  readonly connect: Connect;
  readonly answer: AnswerConnectQuestion;
  readonly view: StoreApi<SessionView>;
  readonly clock: Clock;
  readonly onConnected: (connection: Connection, signal: AbortSignal) => Promise<void>;
}

/** Waits between tries to get back to the target; milliseconds. The last one is for all that follow. */
const pausesMs = [0, 1_000, 2_000, 5_000, 10_000, 20_000, 30_000];

/** What trying again cannot mend: somebody has to look at it. */
const hopeless: readonly RemoteFailure[] = [
  'host-key-changed',
  'host-key-unknown',
  'host-key-revoked',
  'authentication',
  'no-common-algorithm',
  'sudo',
];

/** A line that is not open yet. */
export function createLine({ target, connect, answer, view, clock, onConnected }: LineOptions): Line {
  let current: Connection | null = null;
  let pending: Promise<Connection> | null = null;

  const dial = async (expectsReinstall: boolean, signal: AbortSignal): Promise<Connection> => {
    view.setState({ connection: { kind: 'connecting' } });
    try {
      const connection = await connect({ target, answer, signal, expectsReinstall });
      await onConnected(connection, signal).catch(async (error: unknown) => {
        await connection.close();
        throw error;
      });
      current = connection;
      const { user, address, port, hostKey, privilege } = connection;
      view.setState({ connection: { kind: 'connected', user, address, port, hostKey, privilege } });
      void connection.lost.then((why) => {
        if (current !== connection) return;
        current = null;
        view.setState({ connection: { kind: 'failed', sentence: why } });
      });
      return connection;
    } catch (error) {
      const complaint = error instanceof RemoteError ? error : null;
      view.setState({
        connection: {
          kind: 'failed',
          sentence: complaint?.sentence ?? 'Connecting was given up.',
          remedy: complaint?.remedy,
        },
      });
      throw error;
    }
  };

  async function open({ expectsReinstall, signal }: OpenLineOptions): Promise<Connection> {
    if (current !== null) return current;
    pending ??= dial(expectsReinstall, signal).finally(() => {
      pending = null;
    });
    return pending;
  }

  async function wait(tries: number, sentence: string, signal: AbortSignal): Promise<void> {
    const pause = pausesMs[Math.min(tries, pausesMs.length - 1)] ?? 0;
    if (pause === 0) return;
    const next = new Date(clock.now().getTime() + pause).toISOString();
    view.setState({ connection: { kind: 'cut', sentence, next } });
    await clock.sleep(pause, signal);
  }

  return {
    open,
    async reopen({ broken, why, ...options }) {
      // It may look open still: a line that says nothing any more is as good as none.
      if (current === broken) current = null;
      void broken.close();
      let sentence = why;
      for (let { tries } = options; ; tries += 1) {
        await wait(tries, sentence, options.signal);
        try {
          return await open(options);
        } catch (error) {
          options.signal.throwIfAborted();
          if (!(error instanceof RemoteError) || hopeless.includes(error.kind)) throw error;
          sentence = error.sentence;
        }
      }
    },
    openAnother: (signal) => connect({ target, answer, signal, expectsReinstall: false }),
    async close() {
      const closing = current;
      current = null;
      await closing?.close();
    },
  };
}
