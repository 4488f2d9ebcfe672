import { EventEmitter } from 'node:events';
import { Readable, Writable } from 'node:stream';
import { Terminal as Xterm } from '@xterm/headless';
import type { ReactElement } from 'react';
import type { RunningApp } from '../src/ui/render.tsx';
import { renderApp } from '../src/ui/render.tsx';
import { frameColours, frameText } from './terminal-frame.ts';
import { modernWidths } from './terminal-widths.ts';

/** What a terminal sends for the keys that have no character. */
export const keys = {
  up: '\u001B[A',
  down: '\u001B[B',
  right: '\u001B[C',
  left: '\u001B[D',
  pageUp: '\u001B[5~',
  pageDown: '\u001B[6~',
  home: '\u001B[H',
  end: '\u001B[F',
  enter: '\r',
  escape: '\u001B',
  tab: '\t',
  shiftTab: '\u001B[Z',
  backspace: '\u007F',
  delete: '\u001B[3~',
  ctrlC: '\u0003',
  ctrlG: '\u0007',
  ctrlU: '\u0015',
} as const;

/** How large the terminal is. */
export interface TerminalOptions {
  readonly columns?: number;
  readonly rows?: number;
}

/** The two streams of a terminal, to render into by whatever way the test is about. */
export interface TerminalStreams {
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
}

/** A real terminal screen (xterm.js, headless) and a person before it. */
export class Terminal {
  readonly streams: TerminalStreams;
  /** Every byte that was written to the terminal, as text. */
  written = '';
  /** What had been written when the app first asked for every key; null until then. */
  writtenBeforeKeys: string | null = null;
  readonly #screen: Xterm;
  readonly #changes = new EventEmitter();
  readonly #stdin: Readable;
  #app: RunningApp | null = null;

  constructor({ columns = 80, rows = 24 }: TerminalOptions = {}) {
    this.#screen = new Xterm({ cols: columns, rows, allowProposedApi: true, convertEol: true, scrollback: 1000 });
    this.#screen.unicode.register(modernWidths);
    this.#screen.unicode.activeVersion = modernWidths.version;
    this.#changes.setMaxListeners(0);
    const stdout = new Writable({
      decodeStrings: false,
      write: (chunk: string, _encoding, done) => {
        this.written += String(chunk);
        this.#screen.write(String(chunk), () => {
          done();
          this.#changes.emit('change');
        });
      },
    });
    this.#stdin = new Readable({ read: () => undefined });
    const noop = (): void => undefined;
    this.streams = {
      stdin: Object.assign(this.#stdin, {
        isTTY: true,
        setRawMode: () => {
          this.writtenBeforeKeys ??= this.written;
        },
        ref: noop,
        unref: noop,
      }) as unknown as NodeJS.ReadStream,
      stdout: Object.assign(stdout, { isTTY: true, columns, rows }) as unknown as NodeJS.WriteStream,
    };
  }

  /** The app that `settle` waits for, where the test rendered it itself. */
  follow(app: RunningApp): void {
    this.#app = app;
  }

  /** Sends each text as one chunk, as a terminal does for each key, and waits until its frame is drawn. */
  async press(...chunks: readonly string[]): Promise<void> {
    for (const chunk of chunks) {
      this.#stdin.push(chunk);
      await this.settle();
    }
  }

  /** Pastes as terminals do where bracketed paste is on (xterm's control sequences), else as if it were typed. */
  async paste(text: string): Promise<void> {
    await this.press(this.#screen.modes.bracketedPasteMode ? `\u001B[200~${text}\u001B[201~` : text);
  }

  async resize(columns: number, rows: number): Promise<void> {
    this.#screen.resize(columns, rows);
    Object.assign(this.streams.stdout, { columns, rows });
    this.streams.stdout.emit('resize');
    await this.settle();
  }

  /** Waits until everything that has happened is on the screen. */
  async settle(): Promise<void> {
    for (let round = 0; round < 2; round += 1) {
      await new Promise((resolve) => setImmediate(resolve));
      await this.#app?.flush();
    }
  }

  /** Waits until the screen shows a text; fails with the frame if it has not come after some seconds. */
  async until(wanted: string): Promise<void> {
    await this.settle();
    const deadline = AbortSignal.timeout(4000);
    while (!this.text().includes(wanted)) {
      await new Promise<void>((resolve, reject) => {
        this.#changes.once('change', resolve);
        deadline.addEventListener('abort', () => reject(new Error(`"${wanted}" never came:\n${this.text()}`)), {
          once: true,
        });
      });
    }
  }

  get columns(): number {
    return this.#screen.cols;
  }

  get rows(): number {
    return this.#screen.rows;
  }

  /** True while the alternate screen is shown. */
  get isAlternate(): boolean {
    return this.#screen.buffer.active.type === 'alternate';
  }

  /** What is on the screen, as plain text. */
  text(): string {
    return frameText(this.#screen);
  }

  /** What is on the screen, with its colours as SGR sequences. */
  frame(): string {
    return frameColours(this.#screen);
  }

  /** Takes the app down. */
  async close(): Promise<void> {
    this.#app?.stop();
    await this.#app?.ended;
  }
}

/** A terminal with an element shown in it. */
export async function openTerminal(element: ReactElement, options: TerminalOptions = {}): Promise<Terminal> {
  const terminal = new Terminal(options);
  terminal.follow(renderApp(element, { ...terminal.streams, maxFps: 1000 }));
  await terminal.settle();
  return terminal;
}
