import type { StoreApi } from 'zustand/vanilla';
import { ConcealedStream } from '../text/conceal.ts';
import type { OutputLog } from './output-log.ts';
import { OutputRing } from './output-ring.ts';
import type { OutputView } from './view.ts';

/** How often the count of output lines is shown anew; milliseconds. Faster is not read, and each frame costs. */
const showEveryMs = 100;

/** The output of the last attempt as a screen sees it. */
export interface OutputPane {
  readonly view: StoreApi<OutputView>;
  ring: OutputRing;
}

/** An attempt's output on its way into its file, and into the ring for the screen. What is shown is in the file by then. */
export interface Receiving {
  take(chunk: Uint8Array): void;
  /** Bytes that the target has given so far: where to go on. */
  bytes(): number;
  /** Why the file is not whole; null where it is. */
  logFailure(): string | null;
  /** No more will come. May be called again. */
  end(): void;
}

/** What receiving needs. */
export interface ReceiveOptions {
  readonly pane: OutputPane;
  readonly log: OutputLog;
  readonly of: { readonly step: string; readonly attempt: string };
  /** Values that no output may show, in any spelling. */
  readonly secrets: readonly string[];
}

/** Begins to receive an attempt's output, after what its file has already. */
export function receiveOutput({ pane, log, of, secrets }: ReceiveOptions): Receiving {
  const ring = new OutputRing();
  const concealed = new ConcealedStream(secrets);
  let bytes = log.size;
  let logFailure: string | null = null;
  let timer: NodeJS.Timeout | null = null;
  let isEnded = false;
  pane.ring = ring;

  // A full disk here must not stop what runs there.
  const save = (how: () => void) => {
    if (logFailure === null) logFailure = failureOf(how);
  };
  const show = () => {
    timer = null;
    save(log.flush);
    pane.view.setState({ ...of, file: log.file, lines: ring.total, dropped: ring.dropped, bytes });
  };
  const pass = (chunk: Uint8Array) => {
    if (chunk.length === 0) return;
    ring.push(chunk);
    save(() => log.write(chunk));
  };
  log.readBack((chunk) => ring.push(chunk));
  show();
  return {
    take(chunk) {
      bytes += chunk.length;
      pass(concealed.push(chunk));
      timer ??= setTimeout(show, showEveryMs);
    },
    bytes: () => bytes,
    logFailure: () => logFailure,
    end() {
      if (timer !== null) clearTimeout(timer);
      if (!isEnded) pass(concealed.end());
      isEnded = true;
      ring.end();
      show();
    },
  };
}

function failureOf(write: () => void): string | null {
  try {
    write();
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
