import type { ProbeContext } from '../../src/probe/context.ts';
import type { Evidence } from '../../src/probe/evidence.ts';
import { runTypedProbe } from '../../src/probe/probe.ts';
import { smtpSpec } from '../../src/probe/spec/smtp.ts';
import { tlsSpec } from '../../src/probe/spec/tls.ts';

/** A context without a line, that trusts nobody beside the usual authorities. */
export function aContext(
  part: Partial<ProbeContext> & { readonly authorities?: readonly string[] } = {},
): ProbeContext {
  const { authorities = [], ...rest } = part;
  return {
    connection: null,
    settings: { resolvers: [], systemResolvers: [], authorityPort: 53, authorities, queryTimeoutMs: 200 },
    values: {},
    secrets: {},
    records: [],
    signal: new AbortController().signal,
    now: () => new Date(),
    ...rest,
  };
}

/** What a guide asks of a probe, as YAML gives it. */
export type Asked = Readonly<Record<string, unknown>>;

/** Runs an `smtp` probe as a guide would have it. */
export function smtp(spec: Asked, context = aContext()): Promise<readonly Evidence[]> {
  const parsed = smtpSpec.parse({ from: 'here', host: '127.0.0.1', timeout: 5, ...spec });
  return runTypedProbe({ kind: 'smtp', spec: parsed }, context);
}

/** Runs a `tls` probe as a guide would have it. */
export function tls(spec: Asked, context = aContext()): Promise<readonly Evidence[]> {
  const parsed = tlsSpec.parse({ from: 'here', host: '127.0.0.1', timeout: 5, ...spec });
  return runTypedProbe({ kind: 'tls', spec: parsed }, context);
}

/** What each evidence is about, and its verdict: `name: true`. What the conversation itself gave has no name. */
export function verdicts(evidence: readonly Evidence[]): readonly string[] {
  return evidence.map(({ probe, verdict }) => `${probe.replace(/^\w+ \S+( over IPv[46])?\s*/, '')}: ${verdict}`);
}
