import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { hostname, userInfo } from 'node:os';
import { resolve } from 'node:path';
import { UsageError } from '../error.ts';
import type { Guide } from '../guide/guide.ts';
import { nearest } from '../guide/nearest.ts';
import { validateInput } from '../guide/validate-input.ts';
import type { ProbeSettings } from '../probe/settings.ts';
import { defaultSettings } from '../probe/settings.ts';
import type { SshOptions } from '../session/events.ts';
import type { SessionOptions } from './session-options.ts';
import type { TargetText } from './target.ts';
import { parseTarget, targetText } from './target.ts';

/** Whom the command line names: the text that names the session, and where `-l` and `-p` count. Throws UsageError. */
export function targetOf(text: string, options: SessionOptions): TargetText & { readonly text: string } {
  const written = parseTarget(text);
  const target = { host: written.host, user: written.user ?? options.l, port: written.port ?? options.p };
  return { ...target, text: targetText(target) };
}

/** The SSH options of the command line, paths made absolute; null where it has none. */
export function sshOptionsOf({ F, i, J }: SessionOptions): SshOptions | null {
  if (F === undefined && i.length === 0 && J === undefined) return null;
  return {
    // ssh_config(5): `-F none` reads no configuration file at all.
    ...(F === undefined ? {} : { configFile: F === 'none' ? F : resolve(F) }),
    identityFiles: i.map((file) => resolve(file)),
    ...(J === undefined ? {} : { jump: J }),
  };
}

/** The probes' settings with the resolvers and authorities that were asked for. Throws UsageError. */
export function settingsOf(options: SessionOptions): ProbeSettings {
  const usual = defaultSettings();
  const resolvers = options.resolver.map((text) => {
    const { host, port } = parseTarget(text);
    return { address: host, port: port ?? 53 };
  });
  return {
    ...usual,
    resolvers: resolvers.length === 0 ? usual.resolvers : resolvers,
    authorities: options.authority.map(certificatesIn),
  };
}

/** Input values and secrets from the command line, checked. Throws UsageError that names the first bad one. */
export function valuesOf(guide: Guide, options: SessionOptions): Given {
  const values: Record<string, string> = {};
  const secrets = new Map<string, string>();
  for (const [name, text] of Object.entries(options.set)) {
    const spec = inputOf(guide, name);
    if (spec.type === 'secret') {
      throw new UsageError({
        sentence: `${name} is a secret, and a command line can be read by everybody on this machine.`,
        remedy: `Give it with --secret-file ${name}=FILE, or type it when Brevduva asks.`,
      });
    }
    values[name] = checked(spec, text);
  }
  for (const [name, file] of Object.entries(options.secretFile)) {
    secrets.set(name, checked(inputOf(guide, name), firstLine(file)));
  }
  return { values, secrets };
}

/** What the command line gives a session. */
export interface Given {
  readonly values: Readonly<Record<string, string>>;
  readonly secrets: ReadonlyMap<string, string>;
}

/** Who works here: `user@machine`. */
export function operator(): string {
  return `${userInfo().username}@${hostname()}`;
}

function inputOf(guide: Guide, name: string): Guide['inputs'][number] {
  const spec = guide.inputs.find((input) => input.name === name);
  if (spec !== undefined) return spec;
  const names = guide.inputs.map((input) => input.name);
  const near = nearest(name, names);
  throw new UsageError({
    sentence: `The guide ${guide.id} has no input “${name}”.`,
    remedy: near === undefined ? `Its inputs are: ${names.join(', ')}.` : `Did you mean ${near}?`,
  });
}

function checked(spec: Guide['inputs'][number], text: string): string {
  const result = validateInput(spec, text);
  if (result.ok) return result.value;
  throw new UsageError({ sentence: `--set ${spec.name}: ${result.sentence}`, remedy: spec.help });
}

function certificatesIn(file: string): string {
  try {
    const text = readFileSync(file, 'utf8');
    new X509Certificate(text);
    return text;
  } catch (error) {
    throw new UsageError(
      {
        sentence: 'The file of an authority holds no certificate that can be read.',
        place: { file },
        remedy: 'Give a PEM file: its first line is “-----BEGIN CERTIFICATE-----”.',
      },
      { cause: error },
    );
  }
}

function firstLine(file: string): string {
  try {
    return readFileSync(file, 'utf8').split(/\r?\n/, 1)[0] ?? '';
  } catch {
    throw new UsageError({
      sentence: 'The file of a secret cannot be read.',
      place: { file },
      remedy: 'Check its path and rights.',
    });
  }
}
