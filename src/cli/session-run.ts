import type { BrevduvaError } from '../error.ts';
import { UsageError } from '../error.ts';
import type { InputSpec } from '../guide/guide.ts';
import type { Engine } from '../session/view.ts';
import { askLine, askSecret, canAsk } from './ask.ts';
import { exitCode } from './exit-code.ts';
import type { Reporter } from './headless.ts';
import { answerQuestions, createReporter, reportLive } from './headless.ts';
import type { SessionOptions } from './session-options.ts';
import type { Stage } from './start.ts';
import { openingNotes, startSession } from './start.ts';

/** What a verb without a full screen does with an open session whose gates are settled; it is not connected yet. Resolves to the exit status. */
export type HeadlessVerb = (engine: Engine, reporter: Reporter, signal: AbortSignal) => Promise<number>;

/**
 * Opens a session, settles its gates from the options or on the terminal, lets `verb` work, and closes. Ctrl-C
 * interrupts what runs; a second one detaches and ends. Resolves to the exit status; throws our own errors.
 */
export async function withSession(
  stage: Stage,
  options: SessionOptions & { readonly json: boolean },
  verb: HeadlessVerb,
): Promise<number> {
  const started = await startSession(stage, options);
  const { engine } = started;
  const reporter = createReporter(options.json);
  for (const note of openingNotes(started)) reporter.note('warning', note);
  const stops = [reportLive(engine, reporter), answerQuestions(engine, options, reporter)];
  const interrupted = new AbortController();
  const release = onInterrupt(engine, interrupted);
  try {
    await settleGates(engine, options, interrupted.signal);
    const status = await verb(engine, reporter, interrupted.signal);
    throwIfBroken(engine);
    const final = interrupted.signal.aborted ? exitCode.interrupted : status;
    reporter.summary(engine.view.getState(), final);
    return final;
  } catch (error) {
    if (interrupted.signal.aborted) return exitCode.interrupted;
    throw error;
  } finally {
    release();
    for (const stop of stops) stop();
    await engine.close();
  }
}

/** Throws what keeps the session from going on in this process. */
export function throwIfBroken(engine: Engine): void {
  const { broken } = engine.view.getState();
  if (broken !== null) throw broken;
}

async function settleGates(engine: Engine, options: SessionOptions, signal: AbortSignal): Promise<void> {
  await engine.enter();
  for (let gate = engine.view.getState().gate; gate !== null; gate = engine.view.getState().gate) {
    throwIfBroken(engine);
    signal.throwIfAborted();
    if (gate.kind === 'inputs') {
      if (!canAsk()) throw missingInputs(gate.inputs);
      await engine.setInputs(await askInputs(gate.inputs, signal));
    } else {
      if (!options.trust) throw untrusted(engine, gate.kind);
      await engine.trustGuide();
    }
  }
  throwIfBroken(engine);
}

function missingInputs(inputs: readonly InputSpec[]): BrevduvaError {
  const names = inputs.map(({ name }) => name);
  const usage = inputs.map(({ name, type }) => (type === 'secret' ? `--secret-file ${name}=FILE` : `--set ${name}=…`));
  return new UsageError({
    sentence: `The guide needs ${names.length === 1 ? 'a value' : 'values'} for ${names.join(', ')}.`,
    remedy: `Give ${names.length === 1 ? 'it' : 'them'} with ${usage.join(' ')}`,
  });
}

function untrusted(engine: Engine, kind: 'trust' | 'changed'): BrevduvaError {
  const { guide } = engine.view.getState();
  return new UsageError({
    sentence:
      kind === 'trust'
        ? 'This guide did not come with Brevduva, and its commands would run on your server.'
        : 'The guide has changed since this session began.',
    place: { file: guide.file },
    remedy: 'Read it, then call again with --trust.',
  });
}

async function askInputs(inputs: readonly InputSpec[], signal: AbortSignal): Promise<Record<string, string>> {
  const values: Record<string, string> = {};
  for (const { name, label, type } of inputs) {
    values[name] = await (type === 'secret' ? askSecret(`${label}: `, signal) : askLine(`${label}: `, signal));
  }
  return values;
}

function onInterrupt(engine: Engine, interrupted: AbortController): () => void {
  const onSignal = () => {
    interrupted.abort(new Error('Interrupted.'));
    void engine.interrupt();
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  return () => {
    process.off('SIGINT', onSignal);
    process.off('SIGTERM', onSignal);
  };
}
