import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { TargetOptions } from '../connection.ts';
import { RemoteError } from '../error.ts';
import type { RawSettings } from './config.ts';

/**
 * Reads the SSH configuration files without OpenSSH, for machines that have none. `Include` and `Match` need OpenSSH:
 * ssh-config 5.3 keeps Include as a plain value and does not apply every Match, so what they say would be lost
 * silently. Throws RemoteError where the files use them, or cannot be read.
 */
export async function readConfigFiles(target: TargetOptions): Promise<RawSettings> {
  const text = await configurationText(target.configFile);
  const beyondUs = /^[ \t]*(include|match)\b/im.exec(text)?.[1];
  if (beyondUs !== undefined) {
    throw new RemoteError('configuration', {
      sentence: `The SSH configuration uses ${beyondUs}, which only OpenSSH itself can evaluate, and there is no ssh program here.`,
      remedy: 'Install OpenSSH (package openssh-client), or name a simpler file with -F.',
    });
  }
  const { parse } = await import('ssh-config');
  const computed = parse(text).compute({ Host: target.host }, { ignoreCase: true, matchExec: false });
  const settings = new Map<string, readonly string[]>();
  for (const [keyword, value] of Object.entries(computed)) {
    const values = Array.isArray(value) ? value : [value];
    settings.set(keyword, /(knownhostsfile|identityfile)$/.test(keyword) ? values : [values.join(' ')]);
  }
  return withOptions(settings, target);
}

/** The command line's options, which come before what the files say. */
function withOptions(settings: Map<string, readonly string[]>, target: TargetOptions): RawSettings {
  if (!settings.has('hostname')) settings.set('hostname', [target.host]);
  if (target.user !== undefined) settings.set('user', [target.user]);
  if (target.port !== undefined) settings.set('port', [target.port.toString()]);
  if (target.jump !== undefined) {
    settings.set('proxyjump', [target.jump]);
    settings.delete('proxycommand');
  }
  if (target.identityFiles !== undefined && target.identityFiles.length > 0) {
    settings.set('identityfile', [...target.identityFiles, ...(settings.get('identityfile') ?? [])]);
  }
  return settings;
}

/** `-F` stands alone; otherwise the person's file comes before the system's, and the first value counts. */
async function configurationText(configFile: string | undefined): Promise<string> {
  if (configFile !== undefined) return textOf(configFile, true);
  const [own, system] = await Promise.all([
    textOf(join(homedir(), '.ssh', 'config'), false),
    textOf('/etc/ssh/ssh_config', false),
  ]);
  return `${own}\nHost *\n${system}`;
}

async function textOf(file: string, isRequired: boolean): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    if (isMissing && !isRequired) return '';
    throw new RemoteError(
      'configuration',
      {
        sentence: 'The SSH configuration file cannot be read.',
        place: { file },
        remedy: 'Check its name and that it may be read, or name another with -F.',
      },
      { cause: error },
    );
  }
}
