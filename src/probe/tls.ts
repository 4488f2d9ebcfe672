import { isIP } from 'node:net';
import type { Judgement } from './conclude.ts';
import { conclude } from './conclude.ts';
import type { ProbeContext } from './context.ts';
import { dial } from './dial.ts';
import { hostAndPort, nameOrAddress } from './dns/name.ts';
import type { Evidence } from './evidence.ts';
import type { SmtpPlan } from './smtp/open.ts';
import { openForTls } from './smtp/open.ts';
import { harmlessHelo } from './spec/smtp.ts';
import type { OldVersion, TlsSpec } from './spec/tls.ts';
import { startTlsOf } from './spec/tls.ts';
import { judgeFingerprint, judgeNames, judgeTime, judgeTrust } from './tls/certificate.ts';
import type { FailedHandshake, Handshake } from './tls/handshake.ts';
import { shakeHands } from './tls/handshake.ts';
import { judgeOldVersions } from './tls/old-versions.ts';
import { judgeTickets } from './tls/tickets.ts';
import { hungUp, unansweredRemedy, unreached } from './unreached.ts';
import { expandPort, expandVariables } from './values.ts';

/** What is looked for at one port, with the values of this session. */
interface TlsPlan extends SmtpPlan {
  readonly starttls: 'smtp' | 'none';
  readonly names: readonly string[];
}

/** One expectation, and what came of it. */
interface Part {
  /** What follows the server in the probe's name; empty for the handshake itself. */
  readonly about: string;
  readonly expected: string;
  readonly judgement: Judgement;
}

/**
 * Looks what a server shows in a TLS handshake: one evidence for each expectation and port. Rejects with the signal's
 * reason, or with ProbeInputError where a value makes no sense.
 */
export async function runTlsProbe(spec: TlsSpec, context: ProbeContext): Promise<readonly Evidence[]> {
  const plans = [spec.port].flat().map((port) => planOf(spec, expandPort(port, context.values), context));
  return (await Promise.all(plans.map((plan) => probePort(spec, plan, context)))).flat();
}

function planOf(spec: TlsSpec, port: number, { values }: ProbeContext): TlsPlan {
  const host = expandVariables(spec.host, values);
  const servername = nameOrAddress(spec.servername === undefined ? host : expandVariables(spec.servername, values));
  const names = spec.names === undefined ? [servername] : [spec.names].flat();
  return {
    destination: { from: spec.from, host, port, family: spec.family, timeoutMs: spec.timeout * 1_000 },
    reach: spec,
    security: 'starttls',
    helo: harmlessHelo,
    servername,
    starttls: startTlsOf(port, spec.starttls),
    // an address that nobody asked about by name is no name that the certificate must have
    names: names
      .map((name) => expandVariables(name, values))
      .filter((name) => spec.names !== undefined || isIP(name) === 0),
  };
}

async function probePort(spec: TlsSpec, plan: TlsPlan, context: ProbeContext): Promise<readonly Evidence[]> {
  const { host, port } = plan.destination;
  const family = spec.family === undefined ? '' : ` over IPv${spec.family}`;
  const place = `tls ${hostAndPort(host, port)}${family}`;
  const { parts, raw } = await lookAtPort(spec, plan, context);
  return parts.map(({ about, expected, judgement }) =>
    conclude(
      {
        ...judgement,
        probe: about === '' ? place : `${place} ${about}`,
        expected,
        raw,
        vantage: spec.from,
        remedy: judgement.remedy ?? (judgement.verdict === 'unknown' ? undefined : spec.remedy),
      },
      context.now(),
    ),
  );
}

async function lookAtPort(
  spec: TlsSpec,
  plan: TlsPlan,
  context: ProbeContext,
): Promise<{ readonly parts: readonly Part[]; readonly raw: string }> {
  const expected = plan.starttls === 'smtp' ? 'it takes STARTTLS, and TLS begins' : 'TLS begins with the connection';
  const shaken = await begin(plan, undefined, context);
  if (shaken.kind !== 'done') {
    const judgement = shaken.kind === 'failed' ? await failed(shaken, plan, context) : shaken.judgement;
    return { parts: [{ about: '', expected, judgement }], raw: '' };
  }
  try {
    const observed = `${shaken.protocol}, ${shaken.cipher}`;
    const parts: Part[] = [
      { about: '', expected, judgement: { verdict: 'true', observed } },
      ...certificateParts(spec, { plan, shaken }, context),
    ];
    if (spec.tickets !== undefined) parts.push(await ticketPart(shaken, plan, context));
    if (spec.refuses !== undefined) parts.push(await oldVersionPart(spec.refuses, { spec, plan }, context));
    return { parts, raw: shaken.certificate.toString() };
  } finally {
    shaken.socket.destroy();
  }
}

function certificateParts(
  spec: TlsSpec,
  { plan, shaken }: { readonly plan: TlsPlan; readonly shaken: Handshake },
  { values, now }: ProbeContext,
): readonly Part[] {
  const { certificate, distrust } = shaken;
  const { names } = plan;
  const parts: Part[] = [];
  if (names.length > 0) {
    const expected = `the certificate is for ${names.join(', ')}`;
    parts.push({ about: 'names', expected, judgement: judgeNames(certificate, names) });
  }
  const expected = `the certificate is valid for ${spec.days} more days`;
  parts.push({ about: 'time', expected, judgement: judgeTime(certificate, { days: spec.days, now: now() }) });
  if (spec.chain === 'trusted') {
    const judgement = judgeTrust(certificate, distrust);
    parts.push({ about: 'chain', expected: 'an authority that is trusted signed the certificate', judgement });
  }
  if (spec.fingerprint !== undefined) {
    const wanted = expandVariables(spec.fingerprint, values);
    const judgement = judgeFingerprint(certificate, wanted);
    parts.push({ about: 'fingerprint', expected: `the certificate is ${wanted}`, judgement });
  }
  return parts;
}

async function ticketPart(shaken: Handshake, plan: TlsPlan, { signal }: ProbeContext): Promise<Part> {
  const judgement = await judgeTickets(shaken, {
    isGreeted: plan.starttls === 'smtp',
    helo: plan.helo,
    timeoutMs: plan.destination.timeoutMs,
    signal,
  });
  return { about: 'tickets', expected: 'it sends no session tickets', judgement };
}

async function oldVersionPart(
  versions: readonly OldVersion[],
  { spec, plan }: { readonly spec: TlsSpec; readonly plan: TlsPlan },
  context: ProbeContext,
): Promise<Part> {
  const judgement = await judgeOldVersions(versions, {
    taken: spec.old ?? 'false',
    attempt: async (only) => {
      const shaken = await begin(plan, only, context);
      if (shaken.kind === 'done') shaken.socket.destroy();
      // a line that is gone closes connections too, and that is no refusal
      if (shaken.kind !== 'failed' || shaken.failure !== 'closed') return shaken;
      const meaning = await failed(shaken, plan, context);
      return meaning.verdict === 'unknown' ? { kind: 'unreached', judgement: meaning } : shaken;
    },
  });
  return { about: 'old versions', expected: `it refuses ${versions.join(' and ')}`, judgement };
}

/** No handshake was begun. */
interface Unreached {
  readonly kind: 'unreached';
  readonly judgement: Judgement;
}

async function begin(
  plan: TlsPlan,
  only: OldVersion | undefined,
  context: ProbeContext,
): Promise<Handshake | FailedHandshake | Unreached> {
  const opened = plan.starttls === 'smtp' ? await openForTls(plan, context) : await dial(plan.destination, context);
  if (opened.kind === 'failed') {
    const judgement =
      'judgement' in opened ? opened.judgement : unreached(opened, { ...plan.reach, remedy: unansweredRemedy });
    return { kind: 'unreached', judgement };
  }
  return shakeHands(opened.stream, {
    servername: plan.servername,
    only,
    authorities: context.settings.authorities,
    timeoutMs: plan.destination.timeoutMs,
    signal: context.signal,
  });
}

async function failed(
  { failure, why }: FailedHandshake,
  { reach }: TlsPlan,
  context: ProbeContext,
): Promise<Judgement> {
  if (failure === 'closed') return hungUp(why, reach, context);
  return { verdict: failure === 'silence' ? reach.silence : 'false', observed: why, remedy: reach.remedy };
}
