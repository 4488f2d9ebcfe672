import { randomUUID } from 'node:crypto';
import type { StoreApi } from 'zustand/vanilla';
import type { Script, Step } from '../guide/guide.ts';
import type { AttemptEnd, AttemptRunner } from '../remote/attempt.ts';
import { RemoteError } from '../remote/error.ts';
import { sha256 } from './basis.ts';
import type { Outcome } from './events.ts';
import type { Ledger } from './ledger.ts';
import type { OutputLog } from './output-log.ts';
import { openOutputLog } from './output-log.ts';
import { OutputRing } from './output-ring.ts';
import type { OutputView } from './view.ts';

/** How often the count of output lines is shown anew; milliseconds. Faster is not read, and each frame costs. */
const showEveryMs = 100;

/** What an attempt needs. */
export interface ActOptions {
  readonly step: Step;
  readonly script: Script;
  readonly purpose: 'run' | 'undo';
  readonly runner: AttemptRunner;
  readonly environment: Readonly<Record<string, string>>;
  readonly secrets: readonly string[];
  readonly ledger: Ledger;
  readonly sessionDirectory: string;
  readonly output: OutputPane;
  /** Aborted: stop following and leave it running. */
  readonly detach: AbortSignal;
  /** Called with the attempt's id once its intent is durable. */
  readonly onIntended: (attempt: string) => void;
}

/** How an attempt ended, and what went wrong on our side meanwhile. */
export interface Acted {
  readonly outcome: Outcome;
  /** Why the output file is not whole; null where it is. */
  readonly logFailure: string | null;
}

/** The output of the last attempt as a screen sees it. */
export interface OutputPane {
  readonly view: StoreApi<OutputView>;
  ring: OutputRing;
}

/**
 * Runs one script as one attempt: intent on disk, then start, then every byte to the output file, then its end on disk.
 * Throws JournalError where the intent cannot be made durable; nothing was started then.
 */
export async function act(options: ActOptions): Promise<Acted> {
  const { ledger, step, script, purpose } = options;
  const attempt = randomUUID();
  const log = openOutputLog(options.sessionDirectory, attempt);
  try {
    ledger.append({ kind: 'attempt-intended', attempt, step: step.id, purpose, script: sha256(script.text) });
  } catch (error) {
    log.close();
    throw error;
  }
  ledger.setFollowed(attempt, true);
  options.onIntended(attempt);
  const received = receiveOutput(options.output, log, { step: step.id, attempt });
  try {
    const end = await startAndFollow(attempt, options, received.take);
    received.end();
    const outcome = outcomeOf(end);
    const outputs = end.kind === 'exited' ? end.outputs : {};
    const bytes = received.bytes();
    ledger.append({ kind: 'attempt-ended', attempt, outcome, bytes, outputs: declared(step, outputs) });
    return { outcome, logFailure: received.logFailure() };
  } finally {
    received.end();
    log.close();
    ledger.setFollowed(attempt, false);
  }
}

async function startAndFollow(
  attempt: string,
  options: ActOptions,
  onBytes: (bytes: Uint8Array) => void,
): Promise<AttemptEnd> {
  const { runner, script, environment, secrets, detach, ledger } = options;
  try {
    await runner.start({ id: attempt, script: script.text, environment, secrets }, detach);
    ledger.append({ kind: 'attempt-started', attempt });
    return await runner.follow(attempt, 0, onBytes, detach);
  } catch (error) {
    if (detach.aborted) return { kind: 'unknown', why: 'Brevduva stopped following it and left it running.' };
    if (error instanceof RemoteError) return { kind: 'unknown', why: error.sentence };
    throw error;
  }
}

/** Only what the step says that it gives; a script cannot slip other values into later steps. */
function declared(step: Step, outputs: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(outputs).filter(([name]) => step.gives.includes(name)));
}

function failureOf(write: () => void): string | null {
  try {
    write();
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function outcomeOf(end: AttemptEnd): Outcome {
  switch (end.kind) {
    case 'exited':
      return { kind: 'exited', status: end.status, cancelled: end.cancelled };
    case 'void':
      return { kind: 'void', why: end.why };
    case 'unheard':
      return { kind: 'unknown', why: 'The server knows nothing of it.' };
    case 'cut':
    case 'unknown':
      return { kind: 'unknown', why: end.why };
  }
}

/** Takes an attempt's output: into its file, and into the ring for the screen. What is shown is in the file by then. */
function receiveOutput(pane: OutputPane, log: OutputLog, of: { readonly step: string; readonly attempt: string }) {
  const ring = new OutputRing();
  let bytes = 0;
  let logFailure: string | null = null;
  let timer: NodeJS.Timeout | null = null;
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
  show();
  return {
    take(chunk: Uint8Array): void {
      bytes += chunk.length;
      ring.push(chunk);
      save(() => log.write(chunk));
      timer ??= setTimeout(show, showEveryMs);
    },
    bytes: () => bytes,
    logFailure: () => logFailure,
    /** May be called again. */
    end(): void {
      if (timer !== null) clearTimeout(timer);
      ring.end();
      show();
    },
  };
}
