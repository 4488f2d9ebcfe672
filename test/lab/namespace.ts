import { mkdir, rm, writeFile } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import { execa } from 'execa';
import { LabError } from './error.ts';

/** How a command in a namespace is called. */
export interface ExecOptions {
  /** What it reads on standard input; nothing by default. */
  readonly input?: string;
  /** Added to this process's environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** Ends the command when aborted. */
  readonly signal?: AbortSignal;
  /** Any exit status is an answer, not an error. */
  readonly mayFail?: boolean;
}

/** How a command ended. `status` is undefined when a signal ended it. */
export interface Ended {
  readonly status: number | undefined;
  readonly out: string;
  readonly err: string;
}

/** A command that runs in a namespace until it ends or is killed. Its process id is the command's own. */
export type Running = ReturnType<Namespace['spawn']>;

/** A network namespace that the lab made, by its full name. */
export class Namespace {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }

  /** Makes the namespace, with loopback up and IPv6 addresses that are usable at once. */
  static async create(name: string): Promise<Namespace> {
    await ip(['netns', 'add', name]);
    const namespace = new Namespace(name);
    // Duplicate address detection would hold each new address back for a second (RFC 4862 §5.4).
    await namespace.sysctl({ 'net.ipv6.conf.all.accept_dad': '0', 'net.ipv6.conf.default.accept_dad': '0' });
    await namespace.ip(['link', 'set', 'lo', 'up']);
    return namespace;
  }

  /**
   * Runs a command inside and resolves to how it ended. Throws LabError when it ends with another status than 0, unless
   * `mayFail`.
   */
  async exec(command: string, args: readonly string[], options: ExecOptions = {}): Promise<Ended> {
    const ended = await execa('ip', this.#words(command, args), {
      ...(options.input === undefined ? { stdin: 'ignore' } : { input: options.input }),
      ...(options.env === undefined ? {} : { env: options.env }),
      ...(options.signal === undefined ? {} : { cancelSignal: options.signal }),
      reject: false,
    });
    options.signal?.throwIfAborted();
    if (ended.exitCode !== 0 && options.mayFail !== true) {
      throw commandFailed(`${command} ${args.join(' ')}`, `${ended.stderr}\n${ended.stdout}`);
    }
    return { status: ended.exitCode, out: ended.stdout, err: ended.stderr };
  }

  /**
   * Starts a command inside that goes on, and returns execa's subprocess: kill it, and await it to see it gone (it
   * never rejects). It ends with this process at the latest.
   */
  spawn(command: string, args: readonly string[], options: Omit<ExecOptions, 'mayFail'> = {}) {
    return execa('ip', this.#words(command, args), {
      ...(options.input === undefined ? { stdin: 'ignore' } : { input: options.input }),
      ...(options.env === undefined ? {} : { env: options.env }),
      ...(options.signal === undefined ? {} : { cancelSignal: options.signal }),
      reject: false,
      buffer: false,
    });
  }

  /** `ip` with its words, inside. */
  async ip(words: readonly string[]): Promise<string> {
    return ip(['-n', this.name, ...words]);
  }

  /** Several of `ip` in one go, a line each; it stops at the first that fails (ip(8), -batch). */
  async ipLines(lines: readonly string[]): Promise<void> {
    await ip(['-n', this.name, '-batch', '-'], lines.map((line) => `${line}\n`).join(''));
  }

  /** Sets kernel parameters of this namespace, in their order. */
  async sysctl(parameters: Readonly<Record<string, string>>): Promise<void> {
    const files = Object.entries(parameters).flatMap(([name, value]) => [
      `/proc/sys/${name.replaceAll('.', '/')}`,
      value,
    ]);
    const script = 'while [ "$#" -gt 0 ]; do printf "%s\\n" "$2" >"$1"; shift 2; done';
    await this.exec('sh', ['-euc', script, 'sysctl', ...files]);
  }

  /** Gives the commands inside their own /etc/FILE (ip-netns(8) binds it over the machine's). */
  async putEtcFile(file: string, text: string): Promise<void> {
    await mkdir(this.#etc(), { recursive: true });
    await writeFile(`${this.#etc()}/${file}`, text);
  }

  /** The processes that are inside now. */
  async pids(): Promise<readonly number[]> {
    return (await ip(['netns', 'pids', this.name]))
      .split('\n')
      .filter((line) => line !== '')
      .map(Number);
  }

  /** Ends every process inside, by its id, and resolves when none is left. */
  async endProcesses(): Promise<void> {
    for (let inside = await this.pids(); inside.length > 0; inside = await this.pids()) {
      for (const pid of inside) kill(pid);
      // They aren't our children, so their end cannot be awaited, only seen.
      await setTimeout(20);
    }
  }

  /** Ends what runs inside and removes the namespace with its links and its files. */
  async remove(): Promise<void> {
    await this.endProcesses();
    await ip(['netns', 'delete', this.name]);
    await rm(this.#etc(), { recursive: true, force: true });
  }

  #words(command: string, args: readonly string[]): string[] {
    return ['netns', 'exec', this.name, command, ...args];
  }

  #etc(): string {
    return `/etc/netns/${this.name}`;
  }
}

/** The names of all namespaces of this machine. */
export async function namespaceNames(): Promise<readonly string[]> {
  const listed = await ip(['netns', 'list']);
  // A line is `name` or `name (id: 3)`.
  return listed
    .split('\n')
    .map((line) => line.split(' ')[0] ?? '')
    .filter((name) => name !== '');
}

async function ip(words: readonly string[], input?: string): Promise<string> {
  const ended = await execa('ip', words, { reject: false, ...(input === undefined ? { stdin: 'ignore' } : { input }) });
  if (ended.exitCode !== 0) throw commandFailed(`ip ${words.join(' ')}`, ended.stderr || (ended.shortMessage ?? ''));
  return ended.stdout;
}

function commandFailed(command: string, said: string): LabError {
  return new LabError({ sentence: `In the lab “${command}” failed: ${said.trim().slice(-2_000)}` });
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    // It ended between being listed and being killed.
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}
