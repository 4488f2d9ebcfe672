import { shellQuote } from '../../../shell/quote.ts';
import { signalOf } from '../processes.ts';
import type { Call, Outcome, Program } from '../program.ts';
import { jobPrograms, lastJob } from './jobs.ts';
import { statusProgram } from './lists.ts';
import { shPrograms, startShell } from './sh.ts';
import type { Shell } from './shell.ts';
import { evalProgram } from './streams.ts';

/** The programs that belong to one shell: what bash has inside of it and just-bash lacks. */
export function innerPrograms(shell: Shell): readonly Program[] {
  return [
    ...shPrograms(shell),
    { name: statusProgram, run: ({ args: [status = '0'] }) => ({ status: Number(status) }) },
    {
      name: evalProgram,
      run: ({ args: [out = '', err = '', ...words] }) => ({
        out: shell.prepare(words.join(' '), { out: out || undefined, err: err || undefined }),
      }),
    },
    { name: jobPrograms.fork, run: (call) => fork(shell, call) },
    { name: jobPrograms.spawn, run: (call) => spawn(shell, call) },
    { name: jobPrograms.wait, run: (call) => wait(shell, call) },
    { name: jobPrograms.read, run: (call) => readLine(shell, call) },
    { name: jobPrograms.leave, run: (call) => leave(shell, call) },
    { name: 'trap', run: (call) => trap(shell, call) },
    { name: 'kill', run: kill },
    { name: 'umask', run: (call) => umask(call) },
  ];
}

/** `( … )`: the same process, a shell of its own. */
function fork(shell: Shell, call: Call): Promise<Outcome> {
  const [text = ''] = call.args;
  return startShell(shell, call, { text: inherited(shell, call, text), input: call.input, isSubshell: true });
}

/** `… &` */
async function spawn(shell: Shell, call: Call): Promise<Outcome> {
  const [text = ''] = call.args;
  const { process, exit } = await shell.machine.processes.begin({
    name: 'sh',
    parent: shell.process,
    environment: call.environment,
  });
  const child = shell.child(process, call, { readsLive: /<&\s*\d/.test(text) });
  const run = { text: inherited(shell, call, text), environment: call.environment, folder: call.folder, input: '' };
  const end = child.run(run).then(async (status) => {
    await exit(status);
    return status;
  });
  shell.jobs.set(process.pid, end);
  call.variables.set(lastJob, String(process.pid));
  return {};
}

/** wait(1p) */
async function wait(shell: Shell, { args, signal }: Call): Promise<Outcome> {
  const ended = (pid: number): Promise<number> => shell.jobs.get(pid) ?? Promise.resolve(127);
  const stopped = new Promise<number>((resolve) => {
    signal.addEventListener('abort', () => resolve(143), { once: true });
  });
  if (args.length === 0) {
    await Promise.race([Promise.all(shell.jobs.values()), stopped]);
    return {};
  }
  let status = 0;
  for (const pid of args) status = await Promise.race([ended(Number(pid)), stopped]);
  return { status };
}

/** Keeps the variables for the EXIT trap. The status stays what it was, for `exit` to end with. */
function leave(shell: Shell, { variables }: Call): Outcome {
  const isNamed = (name: string): boolean => /^[A-Za-z_]\w*$/.test(name) && !/^(SHELL|BASH)OPTS$/.test(name);
  shell.leaving = Object.fromEntries([...variables].filter(([name]) => isNamed(name)));
  return { status: Number(variables.get('?') ?? '0') };
}

/** read(1p), a line of what comes while the shell runs. */
async function readLine(shell: Shell, { args, variables, signal }: Call): Promise<Outcome> {
  const names = args.filter((arg) => !arg.startsWith('-'));
  const line = await shell.live?.line(signal);
  const words = (line ?? '').trim().split(/[ \t]+/);
  names.forEach((name, index) => {
    const isLast = index === names.length - 1;
    variables.set(name, isLast ? words.slice(index).join(' ') : (words[index] ?? ''));
  });
  return { status: line === undefined ? 1 : 0 };
}

/** trap(1p) */
function trap(shell: Shell, { args: [action, ...conditions] }: Call): Outcome {
  if (action === undefined || action === '-p') return {};
  for (const condition of conditions) {
    if (condition === 'EXIT' || condition === '0') {
      shell.atExit = action === '-' ? undefined : action;
      continue;
    }
    const signal = signalOf(condition);
    if (signal === undefined) continue;
    // What a script does at a signal is its end: `exit`. It ends without us, and its EXIT trap is run.
    if (action === '-' || /\bexit\b/.test(action)) shell.process.traps.delete(signal);
    else shell.process.traps.set(signal, action);
  }
  return {};
}

/** kill(1p) */
function kill({ args, machine }: Call): Outcome {
  const words = [...args];
  let name = 'TERM';
  if (words[0] === '-s') [, name = 'TERM'] = words.splice(0, 2);
  else if (/^-[A-Z0-9]/.test(words[0] ?? '')) name = (words.shift() ?? '').slice(1);
  if (words[0] === '--') words.shift();
  let status = 0;
  for (const text of words) {
    const number = Number(text);
    const found = machine.processes.find(number);
    const targets = number < 0 ? machine.processes.inGroup(-number) : found === undefined ? [] : [found];
    if (targets.length === 0) status = 1;
    const signal = signalOf(name);
    if (signal === undefined) continue;
    for (const target of targets) machine.processes.signal(target, signal);
  }
  return status === 0 ? {} : { status, err: `sh: kill: No such process\n` };
}

/** umask(1p). The mask is kept and told; files of practice have the mode that they were given. */
function umask({ args: [mask], variables }: Call): Outcome {
  if (mask === undefined) return { out: `${variables.get('practice_umask') ?? '0022'}\n` };
  variables.set('practice_umask', mask.padStart(4, '0'));
  return {};
}

const ownVariables =
  /^(practice_(out|err)|IFS|OSTYPE|MACHTYPE|HOSTTYPE|HOSTNAME|PWD|OLDPWD|OPTIND|SHELLOPTS|BASHOPTS|[^A-Za-z_].*)$/;

/** A text with what a subshell has of its shell: functions, variables, arguments and options. */
function inherited(shell: Shell, { variables, environment }: Call, text: string): string {
  const assignments = [...variables]
    .filter(([name, value]) => !ownVariables.test(name) && environment[name] !== value)
    .map(([name, value]) => `${name}=${shellQuote(value)}`);
  const count = Number(variables.get('#') ?? '0');
  const args = Array.from({ length: count }, (_, index) => shellQuote(variables.get(String(index + 1)) ?? ''));
  const options = (variables.get('SHELLOPTS') ?? '').split(':');
  const set = [...(options.includes('errexit') ? ['-e'] : []), ...(options.includes('nounset') ? ['-u'] : [])];
  const preamble = [...shell.functions.values(), ...assignments, ['set', ...set, '--', ...args].join(' ')];
  return `${preamble.join('\n')}\n${text}`;
}
