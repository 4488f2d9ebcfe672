import { existsSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';

/** A POSIX shell found on this machine, standing as `sh` in a directory of its own. */
export interface Shell {
  readonly name: string;
  /** Runs a script given on standard input; resolves with what it printed, raw, and its exit status. */
  run(
    script: string | Uint8Array,
    environment?: Readonly<Record<string, string>>,
  ): Promise<{ readonly stdout: Buffer; readonly stderr: Buffer; readonly status: number | undefined }>;
  remove(): void;
}

const candidates = [
  { name: 'dash', paths: ['/bin/dash', '/usr/bin/dash'] },
  { name: 'bash', paths: ['/bin/bash', '/usr/bin/bash'] },
  { name: 'busybox', paths: ['/bin/busybox', '/usr/bin/busybox'] },
];

/** Which of dash, bash and busybox this machine has; the tests run through each. */
export function shellsHere(): readonly { readonly name: string; readonly path: string }[] {
  return candidates.flatMap(({ name, paths }) => {
    const path = paths.find((candidate) => existsSync(candidate));
    return path === undefined ? [] : [{ name, path }];
  });
}

/** Makes the shell at `path` the one that `sh` names, for itself and for all that it starts. */
export function asSh({ name, path }: { readonly name: string; readonly path: string }): Shell {
  const directory = mkdtempSync(join(tmpdir(), 'brevduva-shell-'));
  symlinkSync(path, join(directory, 'sh'));
  return {
    name,
    async run(script, environment = {}) {
      const result = await execa(join(directory, 'sh'), [], {
        input: script,
        env: { ...environment, PATH: `${directory}:${process.env.PATH ?? ''}` },
        encoding: 'buffer',
        stripFinalNewline: false,
        reject: false,
      });
      return { stdout: Buffer.from(result.stdout), stderr: Buffer.from(result.stderr), status: result.exitCode };
    },
    remove: () => rmSync(directory, { recursive: true }),
  };
}
