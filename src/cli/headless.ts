import type { ConnectQuestion } from '../remote/connection.ts';
import type { Checkpoint, CheckpointState } from '../session/state.ts';
import type { Engine, SessionView } from '../session/view.ts';
import { systemClock, whenText } from '../ui/clock.ts';
import { askLine, askSecret, canAsk, questionText } from './ask.ts';
import type { SessionOptions } from './session-options.ts';

/** How a session speaks without a full screen: sentences, or one JSON object a line. */
export interface Reporter {
  checkpoint(checkpoint: Checkpoint): void;
  outputLine(step: string, line: string): void;
  note(tone: 'calm' | 'warning' | 'error', sentence: string, remedy?: string): void;
  summary(view: SessionView, exitStatus: number): void;
}

/** A reporter on standard output; notes go to standard error in plain words. */
export function createReporter(asJson: boolean): Reporter {
  return asJson ? jsonReporter() : plainReporter();
}

/** Where a checkpoint stands, in words. */
export function stateText(state: CheckpointState): string {
  switch (state.kind) {
    case 'todo':
      return 'to do';
    case 'blocked':
      return `blocked by ${state.by.join(', ')}`;
    case 'running':
      return 'running';
    case 'waiting':
      return 'waiting: not yet';
    case 'proven':
      return state.warning ? 'proven, with a warning' : 'proven';
    case 'failed':
      return `failed: ${state.why}`;
    case 'unknown':
      return `unknown: ${state.why}`;
    case 'skipped':
      return `skipped: ${state.reason}`;
    case 'confirmed':
      return 'confirmed by you';
    case 'ran':
      return 'ran, not proven';
    case 'stale':
      return `stale: ${state.why}`;
  }
}

/** Prints each notice, what is waited for, and each new line of output as the engine shows them. Returns how to stop. */
export function reportLive(engine: Engine, reporter: Reporter): () => void {
  let shown = 0;
  let attempt: string | null = null;
  const flush = () => {
    const now = engine.output.getState();
    if (now.attempt !== attempt) {
      attempt = now.attempt;
      shown = 0;
    }
    if (now.step === null || now.lines <= shown) return;
    if (now.dropped > shown) reporter.note('calm', `${now.dropped - shown} lines are only in ${now.file}.`);
    for (const line of engine.outputLines(shown, now.lines - shown)) reporter.outputLine(now.step, line);
    shown = now.lines;
  };
  const stopOutput = engine.output.subscribe(flush);
  const stopWaits = reportWaits(engine, reporter);
  const stopNotices = engine.view.subscribe((now, before) => {
    if (now.notice !== before.notice && now.notice !== null) {
      reporter.note(now.notice.tone, now.notice.sentence, now.notice.remedy);
    }
  });
  return () => {
    flush();
    stopOutput();
    stopWaits();
    stopNotices();
  };
}

/** Tells of each wait when it begins, and again when something else is seen: a wait may take hours. */
function reportWaits(engine: Engine, reporter: Reporter): () => void {
  const told = new Map<string, string>();
  return engine.view.subscribe(({ activity, checkpoints }) => {
    for (const { id, title, evidence } of checkpoints) {
      const doing = activity[id];
      if (doing === undefined) told.delete(id);
      if (doing?.kind !== 'waiting') continue;
      const seen = evidence.find(({ verdict }) => verdict === 'not-yet')?.observed ?? '';
      if (told.get(id) === seen) continue;
      told.set(id, seen);
      const until = whenText(doing.until, systemClock);
      reporter.note('calm', `Waiting for “${title}” until ${until} at the latest. Not yet: ${seen}`);
    }
  });
}

/** Answers the engine's questions: from the options, from the terminal, or with no where nobody can be asked. */
export function answerQuestions(engine: Engine, options: SessionOptions, reporter: Reporter): () => void {
  const signal = new AbortController();
  const stop = engine.view.subscribe((now, before) => {
    const asked = now.question;
    if (asked === null || asked === before.question) return;
    answerTo(asked.question, options, reporter, signal.signal).then(
      (text) => engine.answer(asked.id, text),
      () => engine.answer(asked.id, null),
    );
  });
  return () => {
    stop();
    signal.abort();
  };
}

async function answerTo(
  question: ConnectQuestion,
  options: SessionOptions,
  reporter: Reporter,
  signal: AbortSignal,
): Promise<string | null> {
  const isHostKey = question.kind === 'host-key' || question.kind === 'host-key-changed';
  if (question.kind === 'host-key' && options.acceptNewHostKey) {
    reporter.note(
      'calm',
      `Accepted the ${question.key.type} host key ${question.key.fingerprint} of ${question.host}.`,
    );
    return 'yes';
  }
  if (!canAsk()) return null;
  const text = questionText(question);
  if (isHostKey) return /^y(es)?$/i.test((await askLine(text, signal)).trim()) ? 'yes' : null;
  const isShown = question.kind === 'keyboard-interactive' && question.echo;
  return isShown ? askLine(text, signal) : askSecret(text, signal);
}

function plainReporter(): Reporter {
  return {
    checkpoint({ number, title, state, evidence }) {
      print(`${String(number).padStart(2)} ${title}: ${stateText(state)}`);
      for (const seen of evidence) {
        const isFine = seen.verdict === 'true';
        print(`     ${verdictWord[seen.verdict]} · ${seen.probe} · ${seen.vantage}: ${seen.observed}`);
        if (!isFine && seen.expected !== '') print(`       wanted: ${seen.expected}`);
        if (!isFine && seen.remedy !== undefined) print(`       ${seen.remedy}`);
      }
    },
    outputLine: (_step, line) => print(`   | ${line}`),
    note(_tone, sentence, remedy) {
      process.stderr.write(`${sentence}${remedy === undefined ? '' : ` ${remedy}`}\n`);
    },
    summary({ checkpoints }) {
      const proven = checkpoints.filter(({ state }) => state.kind === 'proven').length;
      print(`${proven} of ${checkpoints.length} proven.`);
    },
  };
}

const verdictWord = {
  true: 'true',
  warning: 'true, with a warning',
  false: 'false',
  'not-yet': 'not yet',
  unknown: 'unknown',
} as const;

function jsonReporter(): Reporter {
  return {
    checkpoint: ({ number, id, title, optional, state, evidence }) =>
      print(JSON.stringify({ kind: 'checkpoint', number, id, title, optional, state, evidence })),
    outputLine: (step, line) => print(JSON.stringify({ kind: 'output', step, line })),
    note: (tone, sentence, remedy) => print(JSON.stringify({ kind: 'note', tone, sentence, remedy })),
    summary: ({ checkpoints, session }, exitStatus) =>
      print(
        JSON.stringify({
          kind: 'summary',
          guide: session.guide,
          target: session.target,
          proven: checkpoints.filter(({ state }) => state.kind === 'proven').length,
          total: checkpoints.length,
          exitStatus,
        }),
      ),
  };
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
