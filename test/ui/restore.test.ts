import { rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { bundleProgram } from '../program.ts';
import { Pty, ptyAvailable } from '../pty.ts';

let program = '';
beforeAll(async () => {
  program = await bundleProgram(join(import.meta.dirname, 'app-in-a-terminal.tsx'));
});
afterAll(() => rmSync(dirname(program), { recursive: true, force: true }));

/** The app on a terminal, which then ends in a way, and the terminal's settings after it. */
function open(way: string): Pty {
  // CI=true makes Ink draw nothing where it is asked to find out by itself.
  const pty = new Pty(`'${process.execPath}' '${program}' ${way}; echo "status $?"; stty -a`, {
    environment: { CI: 'true' },
  });
  onTestFinished(() => pty.end());
  return pty;
}

/** What the terminal was told last about a mode: `h` set, `l` reset. */
function lastSaid(printed: string, mode: string): string | undefined {
  return printed.slice(printed.lastIndexOf(`\u001B[?${mode}`)).at(`\u001B[?${mode}`.length);
}

describe.skipIf(!ptyAvailable())('the terminal afterwards (needs script of util-linux)', () => {
  it.each(['SIGTERM', 'SIGHUP', 'SIGINT', 'exit', 'throw', 'reject'])('is as it was after %s', async (way) => {
    const pty = open(way);
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
    const pty = open('throw');
    await pty.ended;
    expect(pty.printed.lastIndexOf('a mistake of ours')).toBeGreaterThan(pty.printed.lastIndexOf('\u001B[?1049l'));
  });

  it('is lent to a shell, every byte both ways, and is ours again when that ends', async () => {
    const pty = open('keys');
    await pty.until('Install chasquid');
    pty.type('!');
    await pty.until('A shell on the server.');
    pty.type('\u001B[A');
    await pty.until('[shell got "\\u001b[A"]');
    pty.type('exit\r');
    await pty.untilPrinted(/\[shell got "exit\\r"\][\s\S]*Install chasquid/);
    pty.type('q');
    await pty.until('ended: ');
    expect(pty.printed).toContain('ended: shell, verify install-chasquid');
    await pty.ended;
    // What comes after stands below what the shell said, not on it.
    expect(pty.screen()).toMatch(/A shell on the server\.[\s\S]*\[shell got [\s\S]*ended: /);
    expect(lastSaid(pty.printed, '1049')).toBe('l');
  });
});
