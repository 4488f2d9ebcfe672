import { randomUUID } from 'node:crypto';
import type { Script, Step } from '../guide/guide.ts';
import type { AttemptEnd, AttemptRunner } from '../remote/attempt.ts';
import { RemoteError } from '../remote/error.ts';
import { conceal } from '../text/conceal.ts';
import { sha256 } from './basis.ts';
import type { Outcome } from './events.ts';
import type { Ledger } from './ledger.ts';
import { openOutputLog } from './output-log.ts';
import type { OutputPane, Receiving } from './receive.ts';
import { receiveOutput } from './receive.ts';
import type { AttemptRecord } from './state.ts';

/** What following an attempt needs. */
export interface FollowOptions {
  readonly step: Step;
  readonly runner: AttemptRunner;
  /**
   * Another line in the place of the one that broke, and the runner on it: waits until there is one. `tries`: how many
   * lines have broken since anything came. Throws RemoteError where none is to be had.
   */
  readonly goBack: (why: string, tries: number) => Promise<AttemptRunner>;
  /** Every secret that is known: no output may show one. */
  readonly concealed: readonly string[];
  readonly ledger: Ledger;
  readonly sessionDirectory: string;
  readonly output: OutputPane;
  /** Aborted: stop following and leave it running. */
  readonly detach: AbortSignal;
}

/** What starting an attempt needs beside. */
export interface ActOptions extends FollowOptions {
  readonly script: Script;
  readonly purpose: 'run' | 'undo';
  readonly environment: Readonly<Record<string, string>>;
  /** Lines for its standard input. */
  readonly secrets: readonly string[];
  /** Called with the attempt's id once its intent is durable. */
  readonly onIntended: (attempt: string) => void;
}

/** How an attempt ended, and what went wrong on our side meanwhile. */
export interface Acted {
  readonly outcome: Outcome;
  /** Why the output file is not whole; null where it is. */
  readonly logFailure: string | null;
}

/**
 * Runs one script as one attempt: intent on disk, then start, then every byte to the output file, then its end on disk.
 * Throws JournalError where the intent cannot be made durable; nothing was started then.
 */
export async function act(options: ActOptions): Promise<Acted> {
  const { ledger, step, script, purpose, environment, secrets, detach } = options;
  const attempt = randomUUID();
  const log = openOutputLog(options.sessionDirectory, attempt, { anew: true });
  // Before it is intended: what nobody follows would be shown as unknown.
  ledger.setFollowed(attempt, true);
  try {
    ledger.append({ kind: 'attempt-intended', attempt, step: step.id, purpose, script: sha256(script.text) });
  } catch (error) {
    ledger.setFollowed(attempt, false);
    log.close();
    throw error;
  }
  options.onIntended(attempt);
  const received = receive(options, attempt, log);
  return received.whole(async () => {
    try {
      await options.runner.start({ id: attempt, script: script.text, environment, secrets }, detach);
    } catch (error) {
      // It may have begun in the moment in which the line broke; only the target knows.
      const isCut = error instanceof RemoteError && error.kind === 'lost' && options.runner.endsWithLine === null;
      if (!isCut || detach.aborted) throw error;
      const end = await followOn(attempt, { ...options, cut: error.sentence }, received.taking);
      if (end.kind === 'exited') ledger.append({ kind: 'attempt-started', attempt });
      return end.kind === 'unheard' ? { kind: 'void', why: 'the line broke before it was started.' } : end;
    }
    ledger.append({ kind: 'attempt-started', attempt });
    return followOn(attempt, { ...options, cut: null }, received.taking);
  });
}

/**
 * Goes on following an attempt whose end nobody has seen, perhaps in another process than the one that started it.
 * Where masks could make the saved output differ in length from what was printed, all of it is received again.
 */
export async function goOnWith(
  { id, outcome }: AttemptRecord,
  options: FollowOptions & { readonly hasSecrets: boolean },
): Promise<Acted> {
  const log = openOutputLog(options.sessionDirectory, id, { anew: options.hasSecrets });
  const received = receive(options, id, log);
  const known = outcome?.kind === 'unknown' ? outcome.why : null;
  return received.whole(() => followOn(id, { ...options, cut: null }, received.taking), known);
}

function receive(options: FollowOptions, attempt: string, log: ReturnType<typeof openOutputLog>) {
  const { ledger, step, output, concealed } = options;
  ledger.setFollowed(attempt, true);
  const taking = receiveOutput({ pane: output, log, of: { step: step.id, attempt }, secrets: concealed });
  return {
    taking,
    /** Receives by `following` to the end, and makes that durable, unless it is unknown for the reason that is known. */
    async whole(following: () => Promise<AttemptEnd>, known: string | null = null): Promise<Acted> {
      try {
        const end = await following().catch((error: unknown) => unknownBy(error, options.detach));
        taking.end();
        const outcome = outcomeOf(end);
        const outputs = end.kind === 'exited' ? declared(step, end.outputs, concealed) : {};
        if (outcome.kind !== 'unknown' || outcome.why !== known) {
          ledger.append({ kind: 'attempt-ended', attempt, outcome, bytes: taking.bytes(), outputs });
        }
        return { outcome, logFailure: taking.logFailure() };
      } finally {
        taking.end();
        log.close();
        ledger.setFollowed(attempt, false);
      }
    },
  };
}

/** Follows over as many lines as it takes. `cut`: why the line is broken from the first; null where it is not. */
async function followOn(
  attempt: string,
  { runner: first, goBack, detach, cut }: FollowOptions & { readonly cut: string | null },
  received: Receiving,
): Promise<AttemptEnd> {
  let runner = cut === null ? first : await goBack(cut, 0);
  for (let tries = 0; ; ) {
    const from = received.bytes();
    const end = await runner.follow(attempt, from, received.take, detach);
    if (end.kind !== 'cut') return end;
    runner = await goBack(end.why, tries);
    tries = received.bytes() > from ? 0 : tries + 1;
  }
}

function unknownBy(error: unknown, detach: AbortSignal): AttemptEnd {
  if (detach.aborted) return { kind: 'unknown', why: 'Brevduva stopped following it and left it running.' };
  if (error instanceof RemoteError) return { kind: 'unknown', why: error.sentence };
  throw error;
}

/** Only what the step says that it gives, and no secret; a script cannot slip other values into later steps. */
function declared(
  step: Step,
  outputs: Readonly<Record<string, string>>,
  concealed: readonly string[],
): Record<string, string> {
  const given = Object.entries(outputs).filter(([name]) => step.gives.includes(name));
  return Object.fromEntries(given.filter(([, value]) => conceal(value, concealed) === value));
}

function outcomeOf(end: AttemptEnd): Outcome {
  switch (end.kind) {
    case 'exited':
      return { kind: 'exited', status: end.status, cancelled: end.cancelled };
    case 'void':
      return { kind: 'void', why: end.why };
    case 'unheard':
      return { kind: 'unknown', why: 'the server knows nothing of it.' };
    case 'cut':
    case 'unknown':
      return { kind: 'unknown', why: end.why };
  }
}
