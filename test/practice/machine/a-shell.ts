import { bootUbuntu } from '../../../src/practice/machine/images/ubuntu.ts';
import { noInternet } from '../../../src/practice/machine/internet.ts';
import type { Machine } from '../../../src/practice/machine/machine.ts';
import { LiveInput } from '../../../src/practice/machine/shell/live-input.ts';
import { Shell } from '../../../src/practice/machine/shell/shell.ts';
import { loginEnvironment } from '../../../src/practice/machine/ssh/command-channel.ts';

/** What a script left behind: output and errors in the order in which they came, and its exit status. */
export interface Ran {
  readonly status: number;
  readonly out: string;
  readonly err: string;
  /** Each piece of output, as it came. */
  readonly pieces: readonly string[];
}

/** A practice machine with Ubuntu, for which nothing takes time and nobody is on the network. */
export function aMachine(): Promise<Machine> {
  return bootUbuntu(noInternet, 1_000);
}

/** Runs a script on a practice machine, as `sh` does that is given it over SSH. */
export async function runOn(
  machine: Machine,
  script: string,
  { lines = [], signal }: { readonly lines?: readonly string[]; readonly signal?: AbortSignal } = {},
): Promise<Ran> {
  const { process, exit } = await machine.processes.begin({ name: 'sh', leads: true });
  const live = new LiveInput();
  for (const line of lines) live.push(Buffer.from(`${line}\n`));
  live.end();
  signal?.addEventListener('abort', () => machine.processes.signal(process, 'TERM'));
  const out: string[] = [];
  const err: string[] = [];
  const shell = new Shell({
    machine,
    process,
    live,
    sinks: { out: (bytes) => out.push(bytes.toString()), err: (bytes) => err.push(bytes.toString()) },
  });
  const status = await shell.run({ text: script, environment: loginEnvironment, folder: '/root', input: '' });
  await exit(status);
  return { status, out: out.join(''), err: err.join(''), pieces: out };
}
