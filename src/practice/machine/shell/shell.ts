import type { BashExecResult, StatementNode } from 'just-bash';
import { Bash, serialize } from 'just-bash';
import type { Machine } from '../machine.ts';
import type { Process } from '../processes.ts';
import { Signalled } from '../processes.ts';
import type { Call } from '../program.ts';
import { mendAssignments } from './assignments.ts';
import { commandOf } from './command.ts';
import { mendExpansions } from './expansions.ts';
import { innerPrograms } from './inner-programs.ts';
import { rewriteJobs } from './jobs.ts';
import { mendLists } from './lists.ts';
import type { LiveInput } from './live-input.ts';
import { mendLoops, mendPatterns } from './patterns.ts';
import { sinksOf } from './sh.ts';
import type { Streams } from './streams.ts';
import { streamStatements } from './streams.ts';
import { callsAny, mapLists, statementsOf } from './syntax.ts';

/** Where a shell prints to. */
export interface Sinks {
  out(bytes: Buffer): void;
  err(bytes: Buffer): void;
}

/** What a shell is started with. */
export interface ShellOptions {
  readonly machine: Machine;
  readonly process: Process;
  readonly sinks: Sinks;
  /** What comes over the channel while it runs. */
  readonly live?: LiveInput | undefined;
  /** Whether that is its standard input. */
  readonly readsLive?: boolean;
  readonly descriptors?: ReadonlyMap<number, string> | undefined;
}

/** One run of a text in a shell. */
export interface ShellRun {
  readonly text: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly folder: string;
  /** Standard input, a character a byte. */
  readonly input: string;
}

/** A stop for texts that never end: what a guide's script needs is far below. */
const limits = {
  maxCommandCount: 200_000,
  maxLoopIterations: 100_000,
  maxExecutionTimeMs: 900_000,
} as const;

let shells = 0;

/** A shell of the machine: runs texts in just-bash, over the machine's files, with the machine's programs. */
export class Shell {
  readonly machine: Machine;
  readonly process: Process;
  readonly live: LiveInput | undefined;
  readonly readsLive: boolean;
  readonly descriptors: Map<number, string>;
  readonly functions = new Map<string, string>();
  /** The processes that it has started and that it can wait for. */
  readonly jobs = new Map<number, Promise<number>>();
  /** Its variables, when it has ended. */
  variables: Readonly<Record<string, string>> = {};
  /** The command of its EXIT trap. */
  atExit: string | undefined;
  /** Its variables when it was last told to `exit`. */
  leaving: Readonly<Record<string, string>> = {};
  readonly #sinks: Sinks;
  readonly #streams: { readonly out: string; readonly err: string };

  constructor({ machine, process, sinks, live, readsLive = false, descriptors }: ShellOptions) {
    this.machine = machine;
    this.process = process;
    this.live = live;
    this.readsLive = readsLive;
    this.descriptors = new Map(descriptors);
    this.#sinks = sinks;
    shells += 1;
    this.#streams = { out: `/dev/pts/${shells}.out`, err: `/dev/pts/${shells}.err` };
  }

  /** Runs a text to its end, the EXIT trap included. Resolves to the exit status. */
  async run({ text, environment, folder, input }: ShellRun): Promise<number> {
    const { files } = this.machine;
    files.pipe(this.#streams.out, (bytes) => this.#sinks.out(bytes));
    files.pipe(this.#streams.err, (bytes) => this.#sinks.err(bytes));
    const { signal } = this.process.stop;
    const bash = this.#bash(environment, folder);
    try {
      const ended = await this.#exec(bash, text, { input, signal });
      this.variables = ended.env;
      const trap = this.atExit;
      if (trap === undefined) return ended.status;
      const functions = [...this.functions.values()].join('\n');
      // just-bash forgets all variables where a script ends by `exit`: those of that moment were kept (jobs.ts).
      const env = { ...ended.env, ...this.leaving };
      const last = await this.#exec(bash, `${functions}\n(exit ${ended.status})\n${trap}`, {
        env,
        input: '',
      });
      // Without an exit of its own a trap leaves the status as it was.
      return callsAny(statementsOf(trap), new Set(['exit'])) ? last.status : ended.status;
    } finally {
      files.unpipe(this.#streams.out);
      files.unpipe(this.#streams.err);
    }
  }

  /** Makes a text ready: its jobs, its lists, its streams. What does not parse is given back as it is. */
  prepare(text: string, streams: Streams): string {
    const statements = statementsOf(text);
    return statements === undefined
      ? text
      : serialize({ type: 'Script', statements: this.#rewrite(statements, streams) });
  }

  /** Where the output of a program of this shell goes, by the path that it was told. */
  sinkOf(path: string | undefined): ((bytes: Buffer) => void) | undefined {
    if (path === undefined) return undefined;
    return (bytes) => void this.machine.files.appendFile(path, bytes);
  }

  /** Another shell below this one: it prints where the program that starts it prints, or else to `kept`. */
  child(process: Process, call: Call, { kept = this.#sinks, readsLive = false } = {}): Shell {
    const { out, err } = sinksOf(this, call);
    return new Shell({
      machine: this.machine,
      process,
      sinks: { out: out ?? kept.out, err: err ?? kept.err },
      live: this.live,
      readsLive,
      descriptors: this.descriptors,
    });
  }

  #rewrite(statements: readonly StatementNode[], streams: Streams): StatementNode[] {
    this.#learnFunctions(statements);
    const jobs = rewriteJobs(mendExpansions(mendLoops(mendPatterns([...statements]))), {
      readsLive: this.readsLive,
      hasTrap: this.atExit !== undefined || callsAny(statements, new Set(['trap'])),
    });
    // After the lists: what those add are assignments as well.
    const lists = mendAssignments(mendLists(jobs, new Set(this.functions.keys())));
    const functions = new Set(this.functions.keys());
    return streamStatements(lists, { streams, descriptors: this.descriptors, functions });
  }

  #learnFunctions(statements: readonly StatementNode[]): void {
    mapLists([...statements], (each) => {
      for (const { commands } of each.pipelines) {
        for (const command of commands) {
          if (command.type !== 'FunctionDef' || command.name.startsWith('practice_')) continue;
          this.functions.set(command.name, serialize({ type: 'Script', statements: [asStatement(command)] }));
        }
      }
      return [each];
    });
  }

  #bash(environment: Readonly<Record<string, string>>, folder: string): Bash {
    const { machine, process } = this;
    const programs = [...machine.programs(), ...innerPrograms(this)];
    const bash = new Bash({
      fs: machine.files,
      cwd: folder,
      env: { ...environment },
      // The machine's files and programs are the boundary: nothing of this computer is behind them.
      defenseInDepth: false,
      executionLimits: limits,
      processInfo: { pid: process.pid, ppid: process.parent, uid: 0, gid: 0 },
      sleep: (ms) => machine.pause(ms, process.stop.signal),
      customCommands: programs.map((program) => commandOf(program, this)),
    });
    bash.registerTransformPlugin({
      name: 'practice',
      transform: ({ ast }) => ({ ast: { ...ast, statements: this.#rewrite(ast.statements, this.#streams) } }),
    });
    return bash;
  }

  async #exec(
    bash: Bash,
    text: string,
    { env, input, signal }: { env?: Record<string, string>; input: string; signal?: AbortSignal },
  ): Promise<{ readonly status: number; readonly env: Record<string, string> }> {
    try {
      const result = await bash.exec(text, {
        rawScript: true,
        stdin: input,
        stdinKind: 'bytes',
        ...(env === undefined ? {} : { env }),
        ...(signal === undefined ? {} : { signal }),
      });
      this.#print(result, signal?.aborted === true);
      const stopped: unknown = signal?.aborted === true ? signal.reason : undefined;
      return { status: stopped instanceof Signalled ? stopped.status : result.exitCode, env: result.env };
    } catch (error) {
      const stopped: unknown = signal?.reason;
      if (stopped instanceof Signalled) return { status: stopped.status, env: {} };
      this.#sinks.err(Buffer.from(`sh: ${error instanceof Error ? error.message : String(error)}\n`));
      return { status: 2, env: {} };
    }
  }

  #print({ stdout, stdoutKind, stderr }: BashExecResult, isAborted: boolean): void {
    if (stdout !== '') this.#sinks.out(Buffer.from(stdout, stdoutKind === 'bytes' ? 'latin1' : 'utf8'));
    const errors = isAborted ? stderr.replace(/^bash: execution aborted\n/m, '') : stderr;
    if (errors !== '') this.#sinks.err(Buffer.from(errors));
  }
}

function asStatement(command: StatementNode['pipelines'][number]['commands'][number]): StatementNode {
  return {
    type: 'Statement',
    operators: [],
    background: false,
    pipelines: [{ type: 'Pipeline', negated: false, commands: [command] }],
  };
}
