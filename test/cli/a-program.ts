import { rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { bundleProgram } from '../program.ts';
import type { Sshd } from '../sshd.ts';

/** How a run of the program ended, and all that it said. */
export interface Said {
  readonly status: number | undefined;
  readonly out: string;
  readonly err: string;
}

/** The program as a process of its own, without a terminal. */
export interface Program {
  readonly path: string;
  /** `state`: what XDG_STATE_HOME is. */
  call(args: readonly string[], options: { readonly state: string }): Promise<Said>;
  remove(): void;
}

/** Bundles the command line for a test file; `remove` it afterwards. */
export async function aProgram(): Promise<Program> {
  const path = await bundleProgram(join(import.meta.dirname, '..', '..', 'src', 'cli', 'brevduva.ts'));
  return {
    path,
    async call(args, { state }) {
      const ended = await execa(process.execPath, [path, ...args], {
        reject: false,
        stdin: 'ignore',
        env: { XDG_STATE_HOME: state },
      });
      return { status: ended.exitCode, out: ended.stdout, err: ended.stderr };
    },
    remove: () => rmSync(dirname(path), { recursive: true, force: true }),
  };
}

/** The words of a command line that name a test server: target and `-F`. */
export async function targetWords(server: Sshd): Promise<readonly string[]> {
  return [`127.0.0.1:${server.port}`, '-F', await server.clientConfig()];
}

/** The lines of `--json`, parsed. */
export function jsonLines(text: string): readonly Record<string, unknown>[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
}
