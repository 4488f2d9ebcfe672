import { ExecaError, execa } from 'execa';
import type { TargetOptions } from '../connection.ts';
import { RemoteError } from '../error.ts';
import { said } from '../said.ts';
import { readConfigFiles } from './config-file.ts';

/** What the SSH configuration says about one host: keyword in lower case → its values, as `ssh -G` prints them. */
export type RawSettings = ReadonlyMap<string, readonly string[]>;

/**
 * Asks OpenSSH what its configuration (Host, Match, Include, canonical names, …) says about a target, so that `-F`,
 * `-i`, `-J`, `-l` and `-p` mean what they mean to ssh. Where there is no `program`, the files are read without it.
 * Throws RemoteError where the configuration cannot be used.
 */
export async function readConfiguration(
  target: TargetOptions,
  signal: AbortSignal,
  program = 'ssh',
): Promise<RawSettings> {
  if (target.host === '') {
    throw new RemoteError('configuration', {
      sentence: 'The target has no name.',
      remedy: 'Give it as [user@]host[:port].',
    });
  }
  try {
    const { stdout } = await execa(program, sshArguments(target), { stdin: 'ignore', cancelSignal: signal });
    return parseDump(stdout);
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof ExecaError)) throw error;
    if (error.code === 'ENOENT') return readConfigFiles(target);
    throw new RemoteError(
      'configuration',
      {
        sentence: `The SSH configuration for ${said(target.host)} cannot be used: ${said(lastLine(error.stderr))}.`,
        remedy: 'Mend the configuration file, or name another with -F.',
      },
      { cause: error },
    );
  }
}

function sshArguments(target: TargetOptions): readonly string[] {
  return [
    '-G',
    '-T',
    ...option('-F', target.configFile),
    ...(target.identityFiles ?? []).flatMap((file) => ['-i', file]),
    ...option('-J', target.jump),
    ...option('-l', target.user),
    ...option('-p', target.port?.toString()),
    '--',
    target.host,
  ];
}

function option(flag: string, value: string | undefined): readonly string[] {
  return value === undefined ? [] : [flag, value];
}

function lastLine(stderr: unknown): string {
  return typeof stderr === 'string' ? (stderr.trim().split('\n').at(-1) ?? '') : '';
}

/** Reads what `ssh -G` prints: a keyword, a blank and a value a line; a repeated keyword adds a value. */
export function parseDump(dump: string): RawSettings {
  const settings = new Map<string, readonly string[]>();
  for (const line of dump.split(/\r?\n/)) {
    const blank = line.indexOf(' ');
    if (blank <= 0) continue;
    const keyword = line.slice(0, blank).toLowerCase();
    const value = line.slice(blank + 1);
    const values = /knownhostsfile$/.test(keyword) ? splitPaths(value) : [value];
    settings.set(keyword, [...(settings.get(keyword) ?? []), ...values]);
  }
  return settings;
}

/**
 * `ssh -G` prints several paths in one line and does not quote them. They come out absolute (or with a `~`, `%` or
 * `$` in front), so a word that starts otherwise belongs to the path before it.
 */
function splitPaths(value: string): readonly string[] {
  const paths: string[] = [];
  for (const word of value.split(' ')) {
    const before = paths.at(-1);
    if (before === undefined || /^([/~%$]|[A-Za-z]:[\\/]|none$)/.test(word)) paths.push(word);
    else paths[paths.length - 1] = `${before} ${word}`;
  }
  return paths;
}
