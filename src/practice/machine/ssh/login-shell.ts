import type { ServerChannel } from 'ssh2';
import type { Machine } from '../machine.ts';
import { Shell } from '../shell/shell.ts';
import { loginEnvironment } from './command-channel.ts';

const interrupt = '\u0003';
const endOfFile = '\u0004';
const escapeKey = '\u001b';

/**
 * A login shell on a terminal: the greeting, then a line at a time, with Backspace, Ctrl-C and Ctrl-D. Each line is run
 * by itself; the folder and the exported variables stay.
 */
export async function loginShell(machine: Machine, channel: ServerChannel): Promise<void> {
  const terminal = new Terminal(channel);
  let environment: Readonly<Record<string, string>> = loginEnvironment;
  let folder = '/root';
  terminal.write(machine.greeting);
  for (;;) {
    terminal.write(`root@${machine.hostName}:${folder === '/root' ? '~' : folder}# `);
    const line = await terminal.line();
    if (line === undefined || /^\s*(exit|logout)\b/.test(line)) break;
    if (line.trim() === '') continue;
    const { process, exit } = await machine.processes.begin({ name: 'bash', leads: true });
    terminal.running = () => machine.processes.signal(process, 'INT');
    const shell = new Shell({
      machine,
      process,
      sinks: { out: (bytes) => terminal.write(bytes.toString()), err: (bytes) => terminal.write(bytes.toString()) },
    });
    const status = await shell.run({ text: line, environment, folder, input: '' });
    terminal.running = undefined;
    await exit(status);
    const { PWD, OLDPWD, ...rest } = shell.variables;
    folder = PWD ?? folder;
    const named = Object.entries(rest).filter(
      ([name]) => /^[A-Za-z]\w*$/.test(name) && !/^(SHELLOPTS|BASHOPTS|IFS|OPTIND)$/.test(name),
    );
    environment = named.length === 0 ? environment : Object.fromEntries(named);
  }
  terminal.write('logout\n');
  channel.exit(0);
  channel.end();
}

/** The line discipline of a terminal (termios(3)), as far as a person needs it here. */
class Terminal {
  /** What Ctrl-C does while a command runs. */
  running: (() => void) | undefined;
  readonly #channel: ServerChannel;
  readonly #lines: (string | undefined)[] = [];
  #wake: (() => void) | undefined;
  #typed = '';

  constructor(channel: ServerChannel) {
    this.#channel = channel;
    channel.on('data', (bytes: Buffer) => this.#take(bytes.toString()));
    channel.on('close', () => this.#give(undefined));
    channel.on('error', () => this.#give(undefined));
  }

  write(text: string): void {
    if (this.#channel.writable) this.#channel.write(text.replace(/\r?\n/g, '\r\n'));
  }

  /** The next line that is typed; undefined at the end of input. */
  async line(): Promise<string | undefined> {
    while (this.#lines.length === 0) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    return this.#lines.shift();
  }

  #take(text: string): void {
    // Keys that send a sequence (arrows) do nothing here.
    for (const key of text.replace(new RegExp(`${escapeKey}\\[[0-9;]*[A-Za-z~]`, 'g'), '')) this.#press(key);
  }

  #press(key: string): void {
    if (key === interrupt) {
      this.write('^C\n');
      this.#typed = '';
      if (this.running === undefined) this.#give('');
      else this.running();
    } else if (key === '\r' || key === '\n') {
      this.write('\n');
      this.#give(this.#typed);
      this.#typed = '';
    } else if (key === endOfFile) {
      if (this.#typed === '') this.#give(undefined);
    } else if (key === '\u007f' || key === '\b') {
      if (this.#typed === '') return;
      this.#typed = this.#typed.slice(0, -1);
      this.write('\b \b');
    } else {
      this.#typed += key;
      this.write(key);
    }
  }

  #give(line: string | undefined): void {
    this.#lines.push(line);
    this.#wake?.();
  }
}
