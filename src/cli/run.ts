import { UsageError } from '../error.ts';
import type { Guide } from '../guide/guide.ts';
import { nearest } from '../guide/nearest.ts';
import { isSettled } from '../session/checkpoints.ts';
import { wantedRecords } from '../session/records.ts';
import type { Checkpoint } from '../session/state.ts';
import type { Engine } from '../session/view.ts';
import type { Desk } from '../ui/session/hands.ts';
import { askLine, canAsk } from './ask.ts';
import { exitCodeFor } from './exit-code.ts';
import type { Reporter } from './headless.ts';
import { onStage } from './on-stage.ts';
import { practiceExtent, practiceReaches } from './practice-extent.ts';
import type { SessionOptions } from './session-options.ts';
import { throwIfBroken, withSession } from './session-run.ts';
import type { Stage } from './start.ts';

/** The options of `brevduva run`. */
export interface RunOptions extends SessionOptions {
  readonly yes: boolean;
  readonly until?: string;
  readonly step?: string;
  readonly json: boolean;
  /** On the practice server. */
  readonly practice: boolean;
}

/** `brevduva run`: the guide's checkpoints in order, line by line. Resolves to the exit status. */
export function run(target: string | undefined, options: RunOptions): Promise<number> {
  return onStage(target, options, (stage, desk) => runOn(stage, { options, desk }));
}

function runOn(stage: Stage, { options, desk }: { options: RunOptions; desk: Desk | null }): Promise<number> {
  return withSession(stage, options, async (engine, reporter, signal) => {
    const { guide } = engine.view.getState();
    const ids = chosenSteps(guide, desk === null ? options : asFarAsPractice(options));
    if (desk !== null) reporter.note('calm', practiceExtent);
    await engine.proceed();
    const reached = new Set<string>();
    for (const id of ids) {
      if (signal.aborted) break;
      reached.add(id);
      const goesOn = await runOne(engine, id, { reporter, options, signal, desk });
      throwIfBroken(engine);
      if (!goesOn) break;
      await lookAgain(engine, reached, reporter);
    }
    // What was not reached says nothing: the checkpoint that stopped the run does.
    return exitCodeFor(engine.view.getState().checkpoints.filter(({ id }) => reached.has(id)));
  });
}

/** What a checkpoint changed for those before it, as a reinstallation does for all of them, is looked at again. */
async function lookAgain(engine: Engine, reached: ReadonlySet<string>, reporter: Reporter): Promise<void> {
  const isStale = ({ id, state }: Checkpoint): boolean => reached.has(id) && state.kind === 'stale';
  for (const { id } of engine.view.getState().checkpoints.filter(isStale)) {
    await engine.verify(id);
    const after = engine.view.getState().checkpoints.find((checkpoint) => checkpoint.id === id);
    if (after !== undefined) reporter.checkpoint(after);
  }
}

/** Without another end a rehearsal ends where practice does. */
function asFarAsPractice({ until, step }: RunOptions): Pick<RunOptions, 'until' | 'step'> {
  if (step !== undefined) return { step };
  return { until: until ?? practiceReaches };
}

/** The ids to run, in the guide's order. Throws UsageError for an id that the guide does not have. */
export function chosenSteps(guide: Guide, { until, step }: Pick<RunOptions, 'until' | 'step'>): readonly string[] {
  const ids = guide.steps.map(({ id }) => id);
  if (step !== undefined && until !== undefined) {
    throw new UsageError({ sentence: '--step and --until exclude each other.', remedy: 'Give one of them.' });
  }
  const named = step ?? until;
  if (named === undefined) return ids;
  if (!ids.includes(named)) {
    const near = nearest(named, ids);
    throw new UsageError({
      sentence: `The guide ${guide.id} has no checkpoint “${named}”.`,
      remedy: near === undefined ? `Its checkpoints are: ${ids.join(', ')}.` : `Did you mean ${near}?`,
    });
  }
  return step === undefined ? ids.slice(0, ids.indexOf(named) + 1) : [named];
}

interface RunOneOptions {
  readonly reporter: Reporter;
  readonly options: RunOptions;
  readonly signal: AbortSignal;
  /** The domain's provider, where it is the practice world's; null at a real one, to which only the person can go. */
  readonly desk: Desk | null;
}

/** Resolves to whether the run goes on after this checkpoint. */
async function runOne(engine: Engine, id: string, oneOptions: RunOneOptions): Promise<boolean> {
  const { reporter, options, signal, desk } = oneOptions;
  const find = (): Checkpoint => {
    const found = engine.view.getState().checkpoints.find((checkpoint) => checkpoint.id === id);
    if (found === undefined) throw new Error(`The guide has no step ${id}.`);
    return found;
  };
  const step = engine.view.getState().guide.steps.find((candidate) => candidate.id === id);
  if (step === undefined || find().state.kind === 'skipped') return true;

  if (options.yes) await desk?.publish(wantedRecords(step, engine.view.getState().values));
  const looksFirst = !options.yes && step.verify.length > 0;
  if (looksFirst) await engine.verify(id);
  if (!isSettled(find().state) && !signal.aborted) {
    if (step.confirm !== undefined && step.run === undefined)
      return confirmOne(engine, find(), step.confirm, oneOptions);
    if (options.yes || step.run === undefined) await engine.run(id);
    else if (!canAsk()) throw needsYes(id);
    else if (isYes(await askLine(`Run “${step.title}”? [y/N] `, signal))) await engine.run(id);
  }
  const after = find();
  reporter.checkpoint(after);
  return goesOnAfter(after);
}

/**
 * A run goes on after what holds, after what is optional, and after what could not be seen from here: whatever needs
 * that stays blocked. It stops at what failed, and where nobody knows how an action ended.
 */
function goesOnAfter({ state, optional, lastAttempt }: Checkpoint): boolean {
  if (isSettled(state) || optional) return true;
  return state.kind === 'unknown' && lastAttempt?.outcome?.kind !== 'unknown';
}

async function confirmOne(
  engine: Engine,
  checkpoint: Checkpoint,
  sentence: string,
  { reporter, signal }: RunOneOptions,
): Promise<boolean> {
  if (!canAsk()) {
    reporter.checkpoint(checkpoint);
    if (checkpoint.optional) return true;
    reporter.note(
      'warning',
      `Only a person can confirm this: ${sentence}`,
      'Confirm it with brevduva setup, or stop before it with --until.',
    );
    return false;
  }
  if (isYes(await askLine(`${sentence} [y/N] `, signal))) await engine.confirm(checkpoint.id);
  const after = engine.view.getState().checkpoints[checkpoint.number - 1] ?? checkpoint;
  reporter.checkpoint(after);
  return isSettled(after.state) || after.optional;
}

function needsYes(id: string): UsageError {
  return new UsageError({
    sentence: `The checkpoint ${id} has an action, and nobody is here to agree to it.`,
    remedy: 'Call again with --yes to run actions unasked.',
  });
}

function isYes(text: string): boolean {
  return /^y(es)?$/i.test(text.trim());
}
