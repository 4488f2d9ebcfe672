import { randomBytes } from 'node:crypto';
import { execa } from 'execa';
import type { Connection, ExecEnd, ExecResult } from '../remote/connection.ts';
import { conceal } from '../text/conceal.ts';
import { safeText } from '../text/safe.ts';
import { conclude } from './conclude.ts';
import type { Evidence, Verdict } from './evidence.ts';
import { readOutputs } from './outputs.ts';
import { judgeAnswer, lastLine, readSaid } from './shell-answer.ts';
import type { ShellFrame, ShellProbe } from './shell-script.ts';
import { composeProbes, outputLimitOf, readFrames } from './shell-script.ts';

export type { ShellProbe } from './shell-script.ts';

/** What one shell probe concluded. */
export interface ShellResult {
  readonly verdict: Verdict;
  readonly evidence: Evidence;
  /** What it appended to `$BREVDUVA_OUTPUT`. */
  readonly outputs: Readonly<Record<string, string>>;
}

/** How shell probes are run. */
export interface ShellProbeOptions {
  readonly signal: AbortSignal;
  readonly now: () => Date;
  /** Seconds after which a probe is stopped; 60 without it. */
  readonly limitSeconds?: number;
}

/** Seconds beyond the probes' own limit after which we no longer wait for the machine to keep it. */
const graceSeconds = 15;
/** Milliseconds between TERM and KILL for probes on the operator's own machine. */
const killAfterMs = 2_000;

/**
 * Runs all probes at once in one exec on the target (an exec costs two round trips). The results stand in the
 * order of the scripts. What cannot be run is unknown; rejects only with the signal's reason.
 */
export async function runShellProbes(
  options: ShellProbeOptions & { readonly connection: Connection; readonly scripts: readonly ShellProbe[] },
): Promise<readonly ShellResult[]> {
  const limit = outputLimitOf(options.scripts);
  return runProbes(options.scripts, {
    ...options,
    vantage: 'target',
    run: (script, signal) => options.connection.runScript(script, { signal, limit }),
  });
}

/** Runs one probe with `sh` on the operator's own machine (`on=here`). Rejects only with the signal's reason. */
export async function runShellHere(probe: ShellProbe, options: ShellProbeOptions): Promise<ShellResult> {
  const [result] = await runProbes([probe], { ...options, vantage: 'here', run: runHere });
  if (result === undefined) throw new Error('A probe that was run has no result.');
  return result;
}

interface ProbeRun extends ShellProbeOptions {
  readonly vantage: 'target' | 'here';
  readonly run: (script: string, signal: AbortSignal) => Promise<ExecResult>;
}

async function runProbes(probes: readonly ShellProbe[], options: ProbeRun): Promise<readonly ShellResult[]> {
  if (probes.length === 0) return [];
  options.signal.throwIfAborted();
  const limitSeconds = options.limitSeconds ?? 60;
  const nonce = randomBytes(16).toString('hex');
  const deadline = AbortSignal.timeout((limitSeconds + graceSeconds) * 1_000);
  const script = composeProbes(probes, { nonce, limitSeconds });
  let ran: ExecResult;
  try {
    ran = await options.run(script, AbortSignal.any([options.signal, deadline]));
  } catch (error) {
    options.signal.throwIfAborted();
    const why = deadline.aborted ? tooLong(limitSeconds) : `It could not be started: ${messageOf(error)}.`;
    return probes.map((probe) => resultOf(probe, { verdict: 'unknown', observed: why }, options));
  }
  const { frames, hasNoRoom } = readFrames(ran.stdout, nonce);
  return probes.map((probe, number) => {
    const frame = frames.get(number);
    if (frame === undefined) return resultOf(probe, withoutFrame(ran, hasNoRoom), options);
    return resultOf(probe, seenIn(frame, probe, limitSeconds), options);
  });
}

/** What there is to say about one probe. */
interface Seen {
  readonly verdict: Verdict;
  readonly observed: string;
  readonly raw?: string;
  readonly remedy?: string;
  readonly outputs?: Readonly<Record<string, string>>;
}

function resultOf(probe: ShellProbe, seen: Seen, { vantage, now }: ProbeRun): ShellResult {
  const evidence = conclude(
    {
      probe: vantage === 'here' ? 'sh verify on=here' : 'sh verify',
      verdict: seen.verdict,
      expected: '',
      observed: conceal(seen.observed, probe.secrets),
      raw: conceal(seen.raw ?? '', probe.secrets),
      vantage,
      remedy: conceal(seen.remedy ?? '', probe.secrets),
    },
    now(),
  );
  return { verdict: seen.verdict, evidence, outputs: seen.outputs ?? {} };
}

function seenIn(frame: ShellFrame, probe: ShellProbe, limitSeconds: number): Seen {
  const printed = safeText(Buffer.from(frame.printed).toString());
  switch (frame.kind) {
    case 'unparsable':
      return {
        verdict: 'unknown',
        observed: `The probe's script does not parse, so nothing of it ran: ${lastLine(printed)}`,
        raw: printed,
        remedy: 'Mend the script in the guide; sh -n shows where it breaks.',
      };
    case 'stopped':
      return {
        verdict: 'unknown',
        observed: tooLong(limitSeconds),
        raw: printed,
        remedy: 'Run it by hand in a shell there, to see what it waits for.',
      };
    case 'ended': {
      const { outputs, invalid } = readOutputs(frame.output);
      const kept = Object.entries(outputs).filter(([, value]) => conceal(value, probe.secrets) === value);
      const secret = Object.keys(outputs).filter((name) => !kept.some(([keptName]) => keptName === name));
      const ignored = [
        ...invalid.map((line) => `\n(ignored in $BREVDUVA_OUTPUT, no key=value: ${line})`),
        ...secret.map((name) => `\n(ignored in $BREVDUVA_OUTPUT, since it holds a secret: ${name})`),
      ];
      const said = readSaid(printed);
      return {
        ...judgeAnswer(frame.status, said),
        raw: said.seen + ignored.join(''),
        outputs: Object.fromEntries(kept),
      };
    }
    default:
      return frame satisfies never;
  }
}

function withoutFrame(ran: ExecResult, hasNoRoom: boolean): Seen {
  const raw = safeText(Buffer.from(ran.stderr).toString());
  if (hasNoRoom) {
    return {
      verdict: 'unknown',
      observed: 'No temporary file could be made there, so nothing was run.',
      raw,
      remedy: 'Look whether the disk of /tmp is full (df -h /tmp) or read-only.',
    };
  }
  if (ran.truncated) return { verdict: 'unknown', observed: 'More was printed than could be kept.', raw };
  return { verdict: 'unknown', observed: `No answer came back: ${endText(ran.end)}.`, raw };
}

function endText(end: ExecEnd): string {
  switch (end.kind) {
    case 'exited':
      return `the shell there ended with exit status ${end.status} before it said how the probe ended`;
    case 'signalled':
      return `the shell there was ended by ${end.signal}`;
    case 'lost':
      return `the line was lost (${end.why})`;
    default:
      return end satisfies never;
  }
}

function tooLong(limitSeconds: number): string {
  return `The probe ran for more than ${limitSeconds} s and was stopped.`;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** `sh` here, its script on standard input, in a process group of its own so that all of it can be ended. */
async function runHere(script: string, signal: AbortSignal): Promise<ExecResult> {
  signal.throwIfAborted();
  const shell = execa('sh', [], {
    input: script,
    encoding: 'buffer',
    reject: false,
    detached: true,
    stripFinalNewline: false,
  });
  const end = (name: NodeJS.Signals) => endGroup(shell.pid, name);
  let kill: NodeJS.Timeout | undefined;
  const stop = () => {
    end('SIGTERM');
    kill = setTimeout(end, killAfterMs, 'SIGKILL');
  };
  signal.addEventListener('abort', stop, { once: true });
  const result = await shell;
  clearTimeout(kill);
  signal.removeEventListener('abort', stop);
  if (signal.aborted) end('SIGKILL');
  signal.throwIfAborted();
  return { end: hereEnd(result), stdout: result.stdout, stderr: result.stderr, truncated: result.isMaxBuffer };
}

function hereEnd(result: { readonly exitCode?: number; readonly signal?: string; readonly failed: boolean }): ExecEnd {
  if (result.exitCode !== undefined) return { kind: 'exited', status: result.exitCode };
  if (result.signal !== undefined) return { kind: 'signalled', signal: result.signal };
  return { kind: 'lost', why: 'sh could not be started' };
}

function endGroup(pid: number | undefined, name: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, name);
  } catch {
    // why: ESRCH, the whole group has ended meanwhile
  }
}
