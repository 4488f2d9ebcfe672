import type { StoreApi } from 'zustand/vanilla';
import type { AnswerConnectQuestion, Connection, ConnectOptions, TargetOptions } from '../remote/connection.ts';
import { RemoteError } from '../remote/error.ts';
import type { SessionView } from './view.ts';

/** How a connection is made: `connect` of src/remote, or in a test what stands for it. */
export type Connect = (options: ConnectOptions) => Promise<Connection>;

/** The line to the target: made when first needed, kept, and made anew after it broke. */
export interface Line {
  /**
   * The open connection, made if there is none. Several callers share one attempt to connect. Throws RemoteError, and
   * the signal's reason.
   */
  open(options: { readonly expectsReinstall: boolean; readonly signal: AbortSignal }): Promise<Connection>;
  /** Another connection, apart from the kept one; whoever asks for it closes it. Throws RemoteError. */
  openAnother(signal: AbortSignal): Promise<Connection>;
  close(): Promise<void>;
}

/** What the line needs. `onConnected` is awaited before the connection is handed out. */
export interface LineOptions {
  readonly target: TargetOptions;
  readonly connect: Connect;
  readonly answer: AnswerConnectQuestion;
  readonly view: StoreApi<SessionView>;
  readonly onConnected: (connection: Connection, signal: AbortSignal) => Promise<void>;
}

/** A line that is not open yet. */
export function createLine({ target, connect, answer, view, onConnected }: LineOptions): Line {
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

  return {
    async open({ expectsReinstall, signal }) {
      if (current !== null) return current;
      pending ??= dial(expectsReinstall, signal).finally(() => {
        pending = null;
      });
      return pending;
    },
    openAnother: (signal) => connect({ target, answer, signal, expectsReinstall: false }),
    async close() {
      const closing = current;
      current = null;
      await closing?.close();
    },
  };
}
