import type { MachineFiles } from './files.ts';

/** A signal that the practice machine's processes understand. */
export type Signal = 'HUP' | 'INT' | 'QUIT' | 'KILL' | 'TERM';

const numbers: Readonly<Record<Signal, number>> = { HUP: 1, INT: 2, QUIT: 3, KILL: 9, TERM: 15 };

/** A process: a shell that runs, or a service. */
export interface Process {
  readonly pid: number;
  readonly parent: number;
  /** Its process group, and its session: equal to `pid` where it leads them (setsid(2)). */
  readonly group: number;
  readonly session: number;
  readonly name: string;
  /** Aborted when it is stopped by a signal. */
  readonly stop: AbortController;
  /** Signals that it catches (`trap`), with what is done then. */
  readonly traps: Map<string, string>;
  /** Its environment when it was started, as /proc/PID/environ tells. */
  readonly environment: Readonly<Record<string, string>>;
  /** Resolves with its exit status. */
  readonly end: Promise<number>;
}

/** What a new process is given. */
export interface NewProcess {
  readonly name: string;
  readonly parent?: Process | undefined;
  /** Makes it the leader of a session and group of its own. */
  readonly leads?: boolean;
  readonly environment?: Readonly<Record<string, string>>;
}

/** A process that runs, and the function by which it ends. */
export interface RunningProcess {
  readonly process: Process;
  exit(status: number): Promise<void>;
}

/** The processes of the machine, each to be seen in /proc while it lives. */
export class Processes {
  readonly #files: MachineFiles;
  readonly #alive = new Map<number, Process>();
  #next = 1;

  constructor(files: MachineFiles) {
    this.#files = files;
  }

  async begin({ name, parent, leads = false, environment = {} }: NewProcess): Promise<RunningProcess> {
    const pid = this.#next;
    this.#next += 1;
    let tell: (status: number) => void = () => undefined;
    const end = new Promise<number>((resolve) => {
      tell = resolve;
    });
    const process: Process = {
      pid,
      parent: parent?.pid ?? 0,
      group: leads || parent === undefined ? pid : parent.group,
      session: leads || parent === undefined ? pid : parent.session,
      name,
      stop: new AbortController(),
      traps: new Map(),
      environment,
      end,
    };
    this.#alive.set(pid, process);
    const folder = `/proc/${pid}`;
    const environ = Object.entries(environment).map(([key, value]) => `${key}=${value}\0`);
    await Promise.all([
      this.#files.mount(`${folder}/stat`, { read: () => statLine(process) }),
      this.#files.mount(`${folder}/comm`, { read: () => `${name}\n` }),
      this.#files.mount(`${folder}/environ`, { read: () => environ.join('') }),
    ]);
    return {
      process,
      exit: async (status) => {
        this.#alive.delete(pid);
        tell(status);
        await Promise.all(['stat', 'comm', 'environ'].map((file) => this.#files.unmount(`${folder}/${file}`)));
        await this.#files.rm(folder, { recursive: true, force: true });
      },
    };
  }

  find(pid: number): Process | undefined {
    return this.#alive.get(pid);
  }

  inGroup(group: number): readonly Process[] {
    return [...this.#alive.values()].filter((process) => process.group === group);
  }

  /** Sends a signal. What the process catches does it no harm; KILL cannot be caught. */
  signal(process: Process, signal: Signal): void {
    if (signal !== 'KILL' && process.traps.has(signal)) return;
    process.stop.abort(new Signalled(signal));
  }

  /** Stops all that runs, as a reset does. */
  stopAll(): void {
    for (const process of this.#alive.values()) this.signal(process, 'KILL');
  }
}

/** Why a process was stopped. */
export class Signalled extends Error {
  readonly signal: Signal;
  /** The exit status that a shell tells of it: 128 and the signal's number. */
  readonly status: number;

  constructor(signal: Signal) {
    super(`stopped by SIG${signal}`);
    this.signal = signal;
    this.status = 128 + numbers[signal];
  }
}

/** Reads `TERM`, `SIGTERM` and `15`; undefined for what the machine does not know. */
export function signalOf(text: string): Signal | undefined {
  const name = text.replace(/^SIG/, '');
  return (Object.keys(numbers) as Signal[]).find((signal) => signal === name || String(numbers[signal]) === name);
}

/** The line of /proc/PID/stat (proc(5)): twenty-two fields, of which the last is the time of the start. */
function statLine({ pid, parent, group, session, name }: Process): string {
  const rest = Array.from({ length: 15 }, () => 0).join(' ');
  return `${pid} (${name}) S ${parent} ${group} ${session} ${rest} ${1000 + pid}\n`;
}
