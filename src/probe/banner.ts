import { safeText } from '../text/safe.ts';
import { conclude } from './conclude.ts';
import type { ProbeContext } from './context.ts';
import { dial } from './dial.ts';
import { hostAndPort } from './dns/name.ts';
import type { Evidence, Verdict } from './evidence.ts';
import { readGreeting } from './greeting.ts';
import { messageOf } from './network.ts';
import type { BannerSpec } from './spec/banner.ts';
import { unreached } from './unreached.ts';
import { expandPattern, expandPort, expandVariables } from './values.ts';

/** What the text is held against. */
interface Patterns {
  readonly wait: RegExp | undefined;
  readonly expect: RegExp | undefined;
}

/** What was read, or why nothing could be. */
type Reading =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'failed'; readonly verdict: Verdict; readonly why: string; readonly remedy?: string | undefined };

/** A login's own scripts may take this long between two lines (checking for updates, say). */
const loginQuietMs = 2_000;
/**
 * Reads what a login on the target, or a TCP service, says first, and holds it against what is waited for and expected.
 * Rejects with the signal's reason, or with ProbeInputError where host, port or pattern make no sense.
 */
export async function runBannerProbe(spec: BannerSpec, context: ProbeContext): Promise<readonly Evidence[]> {
  const patterns: Patterns = {
    wait: spec.wait === undefined ? undefined : expandPattern(spec.wait, context.values),
    expect: spec.expect === undefined ? undefined : expandPattern(spec.expect, context.values),
  };
  const { probe, vantage, reading } = await read(spec, patterns, context);
  const text = reading.kind === 'text' ? reading.text : '';
  const judged =
    reading.kind === 'text' ? judge(spec, patterns, text) : { verdict: reading.verdict, observed: reading.why };
  return [
    conclude(
      {
        ...judged,
        probe,
        expected: expectedText(patterns),
        raw: text,
        vantage,
        remedy: reading.kind === 'failed' ? reading.remedy : spec.remedy,
      },
      context.now(),
    ),
  ];
}

async function read(
  spec: BannerSpec,
  patterns: Patterns,
  context: ProbeContext,
): Promise<{ readonly probe: string; readonly vantage: string; readonly reading: Reading }> {
  if (spec.of === 'login') {
    return { probe: 'login banner', vantage: 'target', reading: await readLogin(spec, context) };
  }
  const host = expandVariables(spec.host ?? '', context.values);
  const port = expandPort(spec.port ?? '', context.values);
  const family = spec.family === undefined ? '' : ` over IPv${spec.family}`;
  return {
    probe: `banner ${hostAndPort(host, port)}${family}`,
    vantage: spec.from,
    reading: await readService(spec, { host, port, patterns }, context),
  };
}

async function readLogin(spec: BannerSpec, { connection, signal }: ProbeContext): Promise<Reading> {
  if (connection === null) return { kind: 'failed', verdict: 'unknown', why: 'there is no line to the target' };
  try {
    const raw = await connection.readLogin({ quietMs: loginQuietMs, timeoutMs: spec.timeout * 1_000, signal });
    return { kind: 'text', text: safeText(raw) };
  } catch (error) {
    signal.throwIfAborted();
    return { kind: 'failed', verdict: 'unknown', why: `no login shell could be opened: ${messageOf(error)}` };
  }
}

async function readService(
  spec: BannerSpec,
  { host, port, patterns }: { readonly host: string; readonly port: number; readonly patterns: Patterns },
  context: ProbeContext,
): Promise<Reading> {
  const timeoutMs = spec.timeout * 1_000;
  const dialled = await dial({ from: spec.from, host, port, family: spec.family, timeoutMs }, context);
  if (dialled.kind === 'failed') {
    const { verdict, observed, remedy } = unreached(dialled, spec);
    return { kind: 'failed', verdict, why: observed, remedy };
  }
  const text = await readGreeting(dialled.stream, {
    isEnough: (seen) => patterns.expect?.test(seen) ?? false,
    timeoutMs,
    signal: context.signal,
  });
  return { kind: 'text', text };
}

function judge(
  spec: BannerSpec,
  { wait, expect }: Patterns,
  text: string,
): { readonly verdict: Verdict; readonly observed: string } {
  if (text.trim() === '') return { verdict: spec.silence, observed: 'it said nothing' };
  const waited = wait?.exec(text);
  if (waited !== undefined && waited !== null) return { verdict: 'not-yet', observed: lineAt(text, waited.index) };
  if (expect === undefined) return { verdict: 'true', observed: firstLine(text) };
  const met = expect.exec(text);
  if (met === null) return { verdict: 'false', observed: firstLine(text) };
  return { verdict: 'true', observed: lineAt(text, met.index) };
}

function expectedText({ wait, expect }: Patterns): string {
  const parts = [
    ...(expect === undefined ? [] : [`it says /${expect.source}/`]),
    ...(wait === undefined ? [] : [`it no longer says /${wait.source}/`]),
  ];
  return parts.length === 0 ? 'it says something' : parts.join(', and ');
}

function firstLine(text: string): string {
  return text.split('\n').find((line) => line.trim() !== '') ?? '';
}

/** The line that holds the character at `index`. */
function lineAt(text: string, index: number): string {
  const start = text.lastIndexOf('\n', index - 1) + 1;
  const end = text.indexOf('\n', index);
  return text.slice(start, end === -1 ? undefined : end).trim() || firstLine(text);
}
