import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import * as z from 'zod';
import type { CheckedScript, ScriptFindings } from './syntax.ts';

/** The part of ShellCheck's `json1` output that we tell (shellcheck(1)). */
const output = z.object({
  comments: z.array(z.object({ file: z.string(), line: z.number(), code: z.number(), message: z.string() })),
});

/**
 * What ShellCheck finds in scripts, at its levels error and warning; a note where it is not installed or fails. The
 * scripts are written to a directory of their own, since starting it once a script takes ten times as long.
 */
export async function checkWithShellCheck(scripts: readonly CheckedScript[]): Promise<ScriptFindings> {
  if (scripts.length === 0) return { problems: [], notes: [] };
  const folder = await mkdtemp(join(tmpdir(), 'brevduva-lint-'));
  try {
    const names = scripts.map((_, position) => `${position}.sh`);
    await Promise.all(scripts.map(({ text }, position) => writeFile(join(folder, `${position}.sh`), `${text}\n`)));
    return await findingsIn(folder, names, scripts);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function findingsIn(
  folder: string,
  names: readonly string[],
  scripts: readonly CheckedScript[],
): Promise<ScriptFindings> {
  const { execa } = await import('execa');
  const flags = ['--norc', '--shell=sh', '--format=json1', '--severity=warning', '--'];
  const result = await execa('shellcheck', [...flags, ...names], { cwd: folder, reject: false });
  if (result.exitCode === undefined) {
    return { problems: [], notes: ['ShellCheck is not installed, so scripts were checked for their syntax only.'] };
  }
  const read = output.safeParse(jsonOf(result.stdout));
  if (!read.success) {
    return { problems: [], notes: [`ShellCheck failed (exit status ${result.exitCode}): ${result.stderr}`] };
  }
  const problems = read.data.comments.flatMap(({ file, line, code, message }) => {
    const script = scripts[Number(basename(file, '.sh'))];
    const remedy = `See https://www.shellcheck.net/wiki/SC${code}.`;
    return script === undefined ? [] : [script.complaint(line, { sentence: `${message} (SC${code})`, remedy })];
  });
  return { problems, notes: [] };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
