import type { Evidence } from '../../src/probe/evidence.ts';
import type { ProbeContext } from '../../src/probe/probe.ts';
import { runTypedProbe } from '../../src/probe/probe.ts';
import { mailSpec } from '../../src/probe/spec/mail.ts';

/** What a guide asks of a probe, as YAML gives it. */
export type AskedOfMail = Readonly<Record<string, unknown>>;

/** Runs one `mail` probe as a guide has it, in a session where nothing else is known. */
export function probeMail(
  spec: AskedOfMail,
  context: Pick<ProbeContext, 'settings'> & Partial<ProbeContext>,
): Promise<readonly Evidence[]> {
  return runTypedProbe(
    { kind: 'mail', spec: mailSpec.parse(spec) },
    {
      connection: null,
      values: {},
      secrets: {},
      records: [],
      signal: new AbortController().signal,
      now: () => new Date('2026-11-24T12:00:00Z'),
      ...context,
    },
  );
}
