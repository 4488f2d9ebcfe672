import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { Terminal } from '@xterm/headless';

/** Whether this machine can make a pseudo-terminal: script(1) of util-linux. */
export function ptyAvailable(): boolean {
  return spawnSync('script', ['--version'], { stdio: 'ignore' }).status === 0;
}

/** How a program in a pseudo-terminal is started. */
export interface PtyOptions {
  readonly columns?: number;
  readonly rows?: number;
  readonly environment?: Readonly<Record<string, string>>;
  readonly directory?: string;
}

/** A program in a pseudo-terminal, its screen, and a person before it. */
export class Pty {
  /** Every byte that it wrote, as text. */
  printed = '';
  /** Settles with the exit status when it has ended. */
  readonly ended: Promise<number>;
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #screen: Terminal;
  #drawn: Promise<void> = Promise.resolve();
  #onChange: () => void = () => undefined;

  /** `command`: shell words, run by `sh`. */
  constructor(command: string, options: PtyOptions = {}) {
    const { columns = 80, rows = 24 } = options;
    this.#screen = new Terminal({ cols: columns, rows, allowProposedApi: true, scrollback: 1_000 });
    this.#child = spawn('script', ['-qfec', `stty rows ${rows} cols ${columns}; ${command}`, '/dev/null'], {
      cwd: options.directory,
      env: { ...process.env, TERM: 'xterm-256color', LANG: 'C.UTF-8', ...options.environment },
    });
    this.#child.stdout.setEncoding('utf8');
    this.#child.stdout.on('data', (text: string) => {
      this.printed += text;
      this.#drawn = new Promise((resolve) => {
        this.#screen.write(text, () => {
          resolve();
          this.#onChange();
        });
      });
    });
    this.ended = once(this.#child, 'close').then(async ([status]) => {
      await this.#drawn;
      return Number(status);
    });
  }

  /** Types keys, as the bytes that a terminal sends for them. */
  type(keys: string): void {
    this.#child.stdin.write(keys);
  }

  /** Waits until the screen shows what is looked for; gives the screen. Fails with the screen after two minutes. */
  async until(wanted: string | RegExp): Promise<string> {
    const deadline = AbortSignal.timeout(120_000);
    for (;;) {
      const screen = this.screen();
      if (typeof wanted === 'string' ? screen.includes(wanted) : wanted.test(screen)) return screen;
      await new Promise<void>((resolve, reject) => {
        this.#onChange = resolve;
        deadline.onabort = () => reject(new Error(`${wanted} never came:\n${this.screen()}`));
      });
    }
  }

  /** Waits until what it wrote, all in all, has what is looked for. */
  async untilPrinted(wanted: RegExp): Promise<void> {
    while (!wanted.test(this.printed)) {
      await new Promise<void>((resolve) => {
        this.#onChange = resolve;
      });
    }
  }

  /** The screen as text, without blanks at line ends. */
  screen(): string {
    const { active } = this.#screen.buffer;
    return Array.from({ length: this.#screen.rows }, (_, row) =>
      (active.getLine(active.viewportY + row)?.translateToString(true) ?? '').trimEnd(),
    ).join('\n');
  }

  /** Ends the program, if it runs. */
  end(): void {
    this.#child.kill('SIGHUP');
  }
}
