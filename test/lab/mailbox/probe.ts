import { text } from 'node:stream/consumers';
import { runTypedProbe } from '../../../src/probe/probe.ts';
import { defaultSettings } from '../../../src/probe/settings.ts';
import { mailSpec } from '../../../src/probe/spec/mail.ts';

/** What the program reads on standard input, as JSON. */
export interface MailQuestion {
  readonly spec: Readonly<Record<string, unknown>>;
  readonly values: Readonly<Record<string, string>>;
  readonly secrets: Readonly<Record<string, string>>;
  /** PEM certificates. */
  readonly authorities: readonly string[];
}

// A program of the operator’s computer: runs one `mail` probe with the settings of real use, and prints its evidence.
const { spec, values, secrets, authorities }: MailQuestion = JSON.parse(await text(process.stdin));
const evidence = await runTypedProbe(
  { kind: 'mail', spec: mailSpec.parse(spec) },
  {
    connection: null,
    settings: { ...defaultSettings(), authorities },
    values,
    secrets,
    records: [],
    signal: new AbortController().signal,
    now: () => new Date(),
  },
);
process.stdout.write(JSON.stringify(evidence));
