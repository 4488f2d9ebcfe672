import { text } from 'node:stream/consumers';
import { runTypedProbe } from '../../src/probe/probe.ts';
import type { ProbeSettings } from '../../src/probe/settings.ts';
import { defaultSettings } from '../../src/probe/settings.ts';
import { mailSpec } from '../../src/probe/spec/mail.ts';

/** What the program reads on standard input, as JSON. */
export interface MailQuestion {
  readonly spec: Readonly<Record<string, unknown>>;
  readonly values: Readonly<Record<string, string>>;
  readonly secrets: Readonly<Record<string, string>>;
  /** What differs from the settings of real use. */
  readonly settings: Partial<ProbeSettings>;
}

// A program of its own, as what is built is one: runs one `mail` probe, and prints its evidence.
const { spec, values, secrets, settings }: MailQuestion = JSON.parse(await text(process.stdin));
const evidence = await runTypedProbe(
  { kind: 'mail', spec: mailSpec.parse(spec) },
  {
    connection: null,
    settings: { ...defaultSettings(), ...settings },
    values,
    secrets,
    records: [],
    signal: new AbortController().signal,
    now: () => new Date(),
  },
);
process.stdout.write(JSON.stringify(evidence));
