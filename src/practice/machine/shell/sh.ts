import { shellQuote } from '../../../shell/quote.ts';
import type { Call, Outcome, Program } from '../program.ts';
import { failed } from '../program.ts';
import type { Shell } from './shell.ts';
import { errVariable, outVariable } from './streams.ts';
import { statementsOf } from './syntax.ts';

/** `sh`, `bash` and `dash`, and `setsid`, which starts them in a session of their own. */
export function shPrograms(shell: Shell): readonly Program[] {
  return [
    ...['sh', 'bash', 'dash'].map((name): Program => ({ name, run: (call) => sh(shell, call, call.args) })),
    {
      name: 'setsid',
      run: (call) => {
        const [name = '', ...args] = call.args.filter((arg) => arg !== '-w' && arg !== '--wait');
        if (!/^(.*\/)?(ba|da)?sh$/.test(name)) return call.run([name, ...args], call.input);
        return sh(shell, call, args, { leads: true });
      },
    },
  ];
}

/** What starting a shell from another needs. */
export interface StartShell {
  readonly text: string;
  readonly input: string;
  /** It is the same process, as `( … )` is. */
  readonly isSubshell?: boolean;
  readonly leads?: boolean;
}

/** Runs a text in another shell, whose output goes on where that of the calling program goes. */
export async function startShell(shell: Shell, call: Call, options: StartShell): Promise<Outcome> {
  const { text, input, isSubshell = false, leads = false } = options;
  const kept = { out: '', err: '' };
  const begun = isSubshell
    ? { process: { ...shell.process, traps: new Map(shell.process.traps) }, exit: async () => undefined }
    : await shell.machine.processes.begin({ name: 'sh', parent: shell.process, leads, environment: call.environment });
  const { process, exit } = begun;
  const stop = (): void => process.stop.abort(call.signal.reason);
  if (!leads) call.signal.addEventListener('abort', stop, { once: true });
  const child = shell.child(process, call, {
    kept: {
      out: (bytes) => {
        kept.out += bytes.toString('latin1');
      },
      err: (bytes) => {
        kept.err += bytes.toString('latin1');
      },
    },
  });
  const status = await child.run({ text, environment: call.environment, folder: call.folder, input });
  call.signal.removeEventListener('abort', stop);
  await exit(status);
  return { out: utf8(kept.out), err: utf8(kept.err), status };
}

async function sh(shell: Shell, call: Call, words: readonly string[], { leads = false } = {}): Promise<Outcome> {
  const asked = optionsOf(words);
  const set = asked.flags === '' ? '' : `set -${asked.flags}\n`;
  const from = await textOf(shell, call, asked);
  if (typeof from !== 'string') return from;
  if (asked.isCheck) {
    return statementsOf(from) === undefined ? failed('sh: 1: Syntax error: the script does not parse', 2) : {};
  }
  const args = asked.args.length === 0 ? '' : `set -- ${asked.args.map(shellQuote).join(' ')}\n`;
  const input = asked.readsScript ? '' : call.input;
  return startShell(shell, call, { text: `${set}${args}${from}`, input, leads });
}

interface Asked {
  readonly flags: string;
  readonly isCheck: boolean;
  readonly command: string | undefined;
  readonly file: string | undefined;
  readonly args: readonly string[];
  readonly readsScript: boolean;
}

/** sh(1p): `sh [-neux] [-c command [name] | -s | file] [argument…]` */
function optionsOf(words: readonly string[]): Asked {
  const rest = [...words];
  let letters = '';
  while (rest[0] !== undefined && /^-[a-z]/.test(rest[0])) letters += (rest.shift() ?? '').slice(1);
  if (rest[0] === '--') rest.shift();
  const flags = [...letters].filter((letter) => 'eux'.includes(letter)).join('');
  const shared = { flags, isCheck: letters.includes('n') };
  if (letters.includes('c')) {
    const [command = '', , ...args] = rest;
    return { ...shared, command, file: undefined, args, readsScript: false };
  }
  if (letters.includes('s') || rest.length === 0) {
    return { ...shared, command: undefined, file: undefined, args: rest, readsScript: true };
  }
  const [file, ...args] = rest;
  return { ...shared, command: undefined, file, args, readsScript: false };
}

async function textOf(shell: Shell, call: Call, { command, file }: Asked): Promise<string | Outcome> {
  if (command !== undefined) return command;
  if (file !== undefined) {
    const text = await call.machine.files.text(call.path(file));
    return text ?? failed(`sh: 0: cannot open ${file}: No such file`, 2);
  }
  if (call.input !== '' || shell.live === undefined || !shell.readsLive) return utf8(call.input);
  // A shell reads commands as they come. One that begins with a brace is run when it is whole (script-frame.ts sends
  // such); of any other text all is awaited.
  const text = await shell.live.until(
    (begun) => begun.startsWith('{') && statementsOf(utf8(begun)) !== undefined,
    call.signal,
  );
  return utf8(text);
}

function utf8(bytes: string): string {
  return Buffer.from(bytes, 'latin1').toString();
}

/** The sinks that a program was told of. */
export function sinksOf(shell: Shell, { variables }: Call) {
  return { out: shell.sinkOf(variables.get(outVariable)), err: shell.sinkOf(variables.get(errVariable)) };
}
