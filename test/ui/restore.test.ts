import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const hasScript = spawnSync('script', ['--version']).status === 0;
const folder = mkdtempSync(join(tmpdir(), 'brevduva-restore-'));
const program = join(folder, 'app.mjs');

beforeAll(async () => {
  await build({
    entryPoints: [fileURLToPath(new URL('app-in-a-terminal.tsx', import.meta.url))],
    outfile: program,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    jsx: 'automatic',
    define: { 'process.env.NODE_ENV': '"production"' },
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
    plugins: [
      {
        name: 'without-devtools',
        setup(setup) {
          setup.onResolve({ filter: /devtools\.js$|^react-devtools-core$/ }, ({ path }) => ({
            path,
            namespace: 'empty',
          }));
          setup.onLoad({ filter: /.*/, namespace: 'empty' }, () => ({ contents: 'export default {}' }));
        },
      },
    ],
    logLevel: 'silent',
  });
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A program in a pseudo-terminal (script(1) of util-linux), and all that it prints. */
class Pty {
  printed = '';
  readonly ended: Promise<void>;
  readonly #child: ChildProcessWithoutNullStreams;
  #onPrinted: () => void = () => undefined;

  constructor(way: string) {
    const shell = `stty rows 24 cols 80; '${process.execPath}' '${program}' ${way}; echo "status $?"; stty -a`;
    this.#child = spawn('script', ['-qfec', shell, '/dev/null'], {
      env: { ...process.env, TERM: 'xterm-256color', LANG: 'C.UTF-8', CI: 'true' },
    });
    this.#child.stdout.setEncoding('utf8');
    this.#child.stdout.on('data', (text: string) => {
      this.printed += text;
      this.#onPrinted();
    });
    this.ended = new Promise((resolve) => {
      this.#child.on('close', () => resolve());
    });
  }

  type(keys: string): void {
    this.#child.stdin.write(keys);
  }

  /** Waits until a text was printed, after the first `from` characters. */
  async until(text: string, from = 0): Promise<void> {
    while (!this.printed.includes(text, from)) {
      await new Promise<void>((resolve) => {
        this.#onPrinted = resolve;
      });
    }
  }
}

/** What the terminal was told last about a mode: `h` set, `l` reset. */
function lastSaid(printed: string, mode: string): string | undefined {
  return printed.slice(printed.lastIndexOf(`\u001B[?${mode}`)).at(`\u001B[?${mode}`.length);
}

describe.skipIf(!hasScript)('the terminal afterwards (needs script of util-linux)', () => {
  it.each(['SIGTERM', 'SIGHUP', 'SIGINT', 'exit', 'throw', 'reject'])('is as it was after %s', async (way) => {
    const pty = new Pty(way);
    await pty.ended;
    expect(pty.printed).toContain('\u001B[?1049h');
    expect(lastSaid(pty.printed, '1049')).toBe('l');
    expect(lastSaid(pty.printed, '25')).toBe('h');
    expect(lastSaid(pty.printed, '2004')).toBe('l');
    expect(pty.printed).not.toContain('\u001B[3J');
    const settings = pty.printed.slice(pty.printed.lastIndexOf('status '));
    expect(settings).toMatch(/[^-]icanon/u);
    expect(settings).toMatch(/[^-]echo\b/u);
  });

  it('shows the trace of a mistake of ours on the normal screen, where it can be read', async () => {
    const pty = new Pty('throw');
    await pty.ended;
    expect(pty.printed.lastIndexOf('a mistake of ours')).toBeGreaterThan(pty.printed.lastIndexOf('\u001B[?1049l'));
  });

  it('is lent to a shell, every byte both ways, and is ours again when that ends', async () => {
    const pty = new Pty('keys');
    await pty.until('Install chasquid');
    pty.type('!');
    await pty.until('A shell on the server.');
    pty.type('\u001B[A');
    await pty.until('[shell got "\\u001b[A"]');
    const before = pty.printed.length;
    pty.type('exit\r');
    await pty.until('[shell got "exit\\r"]');
    await pty.until('Install chasquid', before);
    pty.type('q');
    await pty.until('ended: ');
    expect(pty.printed).toContain('ended: shell, verify install-chasquid');
    await pty.ended;
    expect(lastSaid(pty.printed, '1049')).toBe('l');
  });
});
