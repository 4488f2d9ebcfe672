import type { SuspendTerminal } from 'ink';
import { render, useApp } from 'ink';
import type { ReactElement, ReactNode } from 'react';
import { useLayoutEffect } from 'react';
import { sparingScrollback } from './terminal-output.ts';

/** Where a screen is shown and keys come from. */
export interface AppStreams {
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
}

/** How an app is rendered. */
export interface RenderOptions extends AppStreams {
  /** For a screen reader: no alternate screen, words in a column. */
  readonly linear?: boolean;
  /** Frames a second at most; 60 without it, so that a key is drawn within two hundredths of a second. */
  readonly maxFps?: number;
  /** Takes the screen down when aborted. */
  readonly signal?: AbortSignal | undefined;
}

/** An app on the screen. */
export interface RunningApp {
  /** Settles when the terminal is as it was before; rejects with what a component threw. */
  readonly ended: Promise<void>;
  /** Takes the app down and gives the terminal back. */
  stop(): void;
  /** Gives the terminal away while `lend` runs, as it was before; then the app is drawn anew. */
  suspend(lend: () => Promise<void>): Promise<void>;
  /** Settles when the frame of everything that has happened so far has been written. */
  flush(): Promise<void>;
}

/**
 * Shows an element on the alternate screen. The terminal is given back however the program ends: by `stop`, by a fatal
 * signal or `process.exit` (Ink's doing), and before the trace of an uncaught error is printed, so that it can be read.
 */
export function renderApp(element: ReactElement, options: RenderOptions): RunningApp {
  const { stdin, stdout, linear = false, maxFps = 60, signal } = options;
  let suspendTerminal: SuspendTerminal | null = null;
  const onMount = (suspend: SuspendTerminal): void => {
    suspendTerminal = suspend;
  };
  // Ink asks for the keys after its first frame. A Ctrl-C in between would be a signal, and a letter an echo over the frame.
  if (stdin.isTTY) stdin.setRawMode(true);
  const app = render(<Suspendable onMount={onMount}>{element}</Suspendable>, {
    stdin,
    stdout: sparingScrollback(stdout),
    // Ink draws nothing where CI=true is set, even on a terminal, unless told.
    interactive: Boolean(stdout.isTTY),
    alternateScreen: !linear,
    isScreenReaderEnabled: linear,
    incrementalRendering: true,
    exitOnCtrlC: false,
    patchConsole: false,
    maxFps,
  });
  const stop = (): void => app.unmount();
  process.on('uncaughtExceptionMonitor', stop);
  signal?.addEventListener('abort', stop, { once: true });
  const ended = app
    .waitUntilExit()
    .then(() => undefined)
    .finally(() => {
      process.off('uncaughtExceptionMonitor', stop);
      signal?.removeEventListener('abort', stop);
    });
  if (signal?.aborted === true) stop();
  return {
    ended,
    stop,
    flush: () => app.waitUntilRenderFlush(),
    suspend: async (lend) => suspendTerminal?.(lend),
  };
}

/** Ink gives its way to suspend to components only; this hands it out. */
function Suspendable(props: {
  readonly onMount: (suspend: SuspendTerminal) => void;
  readonly children: ReactNode;
}): ReactNode {
  const { suspendTerminal } = useApp();
  const { onMount, children } = props;
  useLayoutEffect(() => onMount(suspendTerminal), [onMount, suspendTerminal]);
  return children;
}
