import type { Guide, Poll, Step, Verify } from '../guide/guide.ts';
import { variableOf, variablesIn } from '../guide/names.ts';
import type { Evidence, Verdict } from '../probe/evidence.ts';
import { worstVerdict } from '../probe/evidence.ts';
import { runTypedProbe } from '../probe/probe.ts';
import type { ProbeSettings } from '../probe/settings.ts';
import type { ShellProbe } from '../probe/shell.ts';
import { runShellHere, runShellProbes } from '../probe/shell.ts';
import type { Connection } from '../remote/connection.ts';
import { RemoteError } from '../remote/error.ts';
import { wantedRecords } from './records.ts';
import { scriptEnvironment } from './values.ts';

/** One look at a checkpoint: all of its probes, once. */
export interface Look {
  readonly verdict: Verdict;
  /** In the order of the guide's fences. */
  readonly evidence: readonly Evidence[];
  readonly outputs: Readonly<Record<string, string>>;
  /** How to go on asking while the verdict is "not yet". */
  readonly poll: Poll;
}

/** What a look needs beside the step. */
export interface LookOptions {
  readonly values: Readonly<Record<string, string>>;
  /** In the order of the step's `secrets:`. */
  readonly secrets: readonly string[];
  /** The open line, or why there is none. */
  readonly line: Connection | RemoteError;
  readonly settings: ProbeSettings;
  readonly now: () => Date;
  readonly signal: AbortSignal;
}

interface FenceResult {
  readonly evidence: readonly Evidence[];
  readonly outputs: Readonly<Record<string, string>>;
  readonly poll: Poll;
}

const once: Poll = { every: 0, for: 0 };

/**
 * Probes a step. Shell probes of the target share one exec; all else goes on beside them, but for typed probes that use
 * what the step itself gives: they wait for the scripts above them, and see that. Rejects only with the signal's reason.
 */
export async function lookAt(step: Step, options: LookOptions): Promise<Look> {
  if (options.line instanceof RemoteError && needsTarget(step)) return unreachable(step, options.line, options.now());
  const fences = await lookThroughFences(step, options);
  const seen = summed(fences, options.now());
  const why = step.reinstalls && seen.verdict === 'unknown' ? await lossOf(options.line) : null;
  return why === null ? seen : unreachable(step, wentAway(why), options.now());
}

/** Looks through all fences at once, but for typed ones that use what the step's own scripts give. */
async function lookThroughFences(step: Step, options: LookOptions): Promise<readonly FenceResult[]> {
  const onTarget = step.verify.filter((verify) => verify.kind === 'shell' && verify.script.on === 'target');
  const shellProbes = onTarget.flatMap((verify) =>
    verify.kind === 'shell' ? [shellProbe(verify.script.text, options)] : [],
  );
  const sharedExec =
    shellProbes.length === 0 || options.line instanceof RemoteError
      ? Promise.resolve([])
      : runShellProbes({
          connection: options.line,
          scripts: shellProbes,
          signal: options.signal,
          now: options.now,
        });
  const lookThrough = async (verify: Verify, above: readonly Promise<FenceResult>[]): Promise<FenceResult> => {
    if (verify.kind === 'typed') {
      const given = usesOwnOutputs(step, verify) ? givenBy(step, await Promise.all(above)) : {};
      const values = { ...options.values, ...given };
      return { ...(await typedFence(step, verify, { ...options, values })), poll: verify.poll };
    }
    if (verify.script.on === 'here') {
      const seen = await runShellHere(shellProbe(verify.script.text, options), options);
      return { evidence: [seen.evidence], outputs: seen.outputs, poll: verify.poll };
    }
    const seen = (await sharedExec)[onTarget.indexOf(verify)];
    return { evidence: seen === undefined ? [] : [seen.evidence], outputs: seen?.outputs ?? {}, poll: verify.poll };
  };
  const fences: Promise<FenceResult>[] = [];
  for (const verify of step.verify) fences.push(lookThrough(verify, [...fences]));
  return Promise.all(fences);
}

/** Whether typed probes mention an output of their own step. */
function usesOwnOutputs(step: Step, { probes }: Extract<Verify, { kind: 'typed' }>): boolean {
  const mentioned = variablesIn(JSON.stringify(probes.map(({ spec }) => spec)));
  return step.gives.some((name) => mentioned.includes(variableOf(name)));
}

/** Outputs that the step says it gives; what else a script appends counts for nothing. */
function givenBy(step: Step, fences: readonly FenceResult[]): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(outputsOf(fences)).filter(([name]) => step.gives.includes(name)));
}

function outputsOf(fences: readonly FenceResult[]): Readonly<Record<string, string>> {
  return Object.assign({}, ...fences.map(({ outputs }) => outputs));
}

/** Why a line is lost, in words; null while it is there. */
async function lossOf(line: LookOptions['line']): Promise<string | null> {
  return line instanceof RemoteError ? null : Promise.race([line.lost, Promise.resolve(null)]);
}

function wentAway(why: string): RemoteError {
  return new RemoteError('lost', {
    sentence: `The server went away in the middle of a look (${why}).`,
    remedy: 'It may be restarting. If it stays away, look at its console in the provider’s panel.',
  });
}

/** Whether anything of the guide's step must be seen or done on the target. */
export function needsTarget(step: Step): boolean {
  return step.verify.some((verify) =>
    verify.kind === 'shell'
      ? verify.script.on === 'target'
      : verify.probes.some(({ spec }) => [spec.from].flat().includes('target')),
  );
}

/** The step of a guide by its id. Throws for an id that the guide does not have: callers check what people type. */
export function stepOf(guide: Guide, id: string): Step {
  const step = guide.steps.find((candidate) => candidate.id === id);
  if (step === undefined) throw new Error(`The guide has no step ${id}.`);
  return step;
}

function shellProbe(text: string, { values, secrets }: LookOptions): ShellProbe {
  return { text, environment: scriptEnvironment(values), secrets };
}

async function typedFence(
  step: Step,
  verify: Extract<Verify, { kind: 'typed' }>,
  options: LookOptions,
): Promise<Omit<FenceResult, 'poll'>> {
  const seen = await Promise.all(
    verify.probes.map((probe) =>
      runTypedProbe(probe, {
        connection: options.line instanceof RemoteError ? null : options.line,
        settings: options.settings,
        values: scriptEnvironment(options.values),
        secrets: scriptEnvironment(
          Object.fromEntries(step.secrets.map((name, position) => [name, options.secrets[position] ?? ''])),
        ),
        records: wantedRecords(step, options.values),
        signal: options.signal,
        now: options.now,
      }),
    ),
  );
  return { evidence: seen.flat(), outputs: {} };
}

function summed(fences: readonly FenceResult[], at: Date): Look {
  const seen = fences.flatMap(({ evidence }) => evidence);
  const evidence = seen.length === 0 ? [nothingToSee(at)] : seen;
  const waiting = fences.filter(({ evidence }) => evidence.some(({ verdict }) => verdict === 'not-yet'));
  return {
    verdict: worstVerdict(evidence.map(({ verdict }) => verdict)),
    evidence,
    outputs: outputsOf(fences),
    poll: waiting.reduce<Poll>(
      (longest, { poll }) => ({
        every: longest.every === 0 ? poll.every : Math.min(longest.every, poll.every),
        for: Math.max(longest.for, poll.for),
      }),
      once,
    ),
  };
}

/** Every probe of the step depends on a value that is not there (`when`), so nothing was looked at. */
function nothingToSee(at: Date): Evidence {
  return {
    probe: 'verify',
    verdict: 'unknown',
    expected: '',
    observed: 'None of its probes applies: the values that they look with are empty.',
    raw: '',
    vantage: 'here',
    remedy: 'Give the inputs that this checkpoint uses, or verify the checkpoints before it first.',
    at: at.toISOString(),
  };
}

/** A server that is being reinstalled does not answer for a while: that is "not yet", where the guide says so. */
function unreachable(step: Step, error: RemoteError, at: Date): Look {
  const isAway =
    error.kind === 'refused' || error.kind === 'timed-out' || error.kind === 'lost' || error.kind === 'unreachable';
  const verdict = step.reinstalls && isAway ? 'not-yet' : 'unknown';
  const polls = step.verify.map(({ poll }) => poll);
  return {
    verdict,
    evidence: [
      {
        probe: 'ssh',
        verdict,
        expected: 'The target answers over SSH.',
        observed: error.sentence,
        raw: '',
        vantage: 'here',
        remedy: error.remedy,
        at: at.toISOString(),
      },
    ],
    outputs: {},
    poll: {
      every: Math.max(...polls.map(({ every }) => every), 0),
      for: Math.max(...polls.map((poll) => poll.for), 0),
    },
  };
}
