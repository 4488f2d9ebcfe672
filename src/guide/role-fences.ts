import type { Place } from '../error.ts';
import type { ProbeSpec } from '../probe/spec.ts';
import type { DigestedFence } from './digest.ts';
import type { Complain } from './error.ts';
import type { FenceRole, Role } from './fences.ts';
import type { RecordSpec, Script, Verify } from './guide.ts';
import type { Fence } from './markdown.ts';
import type { Mention } from './mentions.ts';
import { templateMentions, yamlMentions } from './mentions.ts';
import { variableOf } from './names.ts';
import { readRecords } from './records.ts';
import type { Excerpt } from './source.ts';
import { readTypedProbes } from './typed-probes.ts';
import type { YamlReading } from './yaml.ts';
import { readYaml } from './yaml.ts';

/** A fence with a role, read. */
export interface RoleFence {
  readonly role: Extract<FenceRole, { readonly kind: 'role' }>;
  /** Its opening line. */
  readonly place: Place;
  readonly content:
    | { readonly kind: 'script'; readonly script: Script }
    | { readonly kind: 'probes'; readonly probes: readonly ProbeSpec[]; readonly reading: YamlReading }
    | { readonly kind: 'records'; readonly records: readonly RecordSpec[]; readonly reading: YamlReading };
}

/** Reads what stands in a fence with a role; complains of all that is wrong with it. */
export function readRoleFence(
  role: RoleFence['role'],
  { fence, place }: { readonly fence: Fence; readonly place: Place },
  complain: Complain,
): RoleFence | undefined {
  if (!fence.closed) {
    complain({ sentence: `This \`${fence.info}\` fence does not end.`, place, remedy: 'Close it with a line of ```.' });
    return undefined;
  }
  if (fence.text.split('\n').every((line) => /^\s*(?:#|$)/.test(line))) {
    const words = `${role.language} ${role.role}`;
    complain({ sentence: `This \`${words}\` fence is empty.`, place, remedy: 'Fill it, or take it out.' });
    return undefined;
  }
  const excerpt: Excerpt = { file: place.file, text: fence.text, line: fence.line + 1 };
  if (role.role !== 'records') checkNoTemplates(excerpt, complain);
  if (role.language === 'sh') {
    return { role, place, content: { kind: 'script', script: { text: fence.text, on: role.on, place } } };
  }
  const reading = readYaml(excerpt, complain);
  if (reading === undefined) return undefined;
  return role.role === 'records'
    ? { role, place, content: { kind: 'records', records: readRecords(reading, complain), reading } }
    : { role, place, content: { kind: 'probes', probes: readTypedProbes(reading, complain), reading } };
}

function checkNoTemplates(excerpt: Excerpt, complain: Complain): void {
  for (const { name, place } of templateMentions(excerpt)) {
    complain({
      sentence: `\`{{${name}}}\` is not filled in here: scripts and probes are never templated.`,
      place,
      remedy: `Write \`$${variableOf(name)}\`, the variable that holds it.`,
    });
  }
}

/** The only script of a role; complains of each further one. */
export function onlyScript(fences: readonly RoleFence[], role: Role, complain: Complain): Script | undefined {
  const [first, ...others] = fences.filter((fence) => fence.role.role === role);
  for (const { place } of others) {
    complain({
      sentence: `A step has one \`sh ${role}\` fence, and this is another.`,
      place,
      remedy: 'Join them, or make two steps of them.',
    });
  }
  return first?.content.kind === 'script' ? first.content.script : undefined;
}

/** A fence as a verify; undefined where it is none. */
export function verifyOf({ role, content, place }: RoleFence): Verify | undefined {
  const { poll } = role;
  if (content.kind === 'probes') return { kind: 'typed', probes: content.probes, poll, place };
  if (content.kind !== 'script' || role.role !== 'verify') return undefined;
  return { kind: 'shell', script: content.script, poll };
}

/** Inputs and outputs that a `yaml` fence names; what a script names is found by its variables. */
export function mentionsOf({ content }: RoleFence): readonly Mention[] {
  if (content.kind === 'script') return [];
  const mentions = yamlMentions(content.reading);
  if (content.kind === 'records') {
    return mentions.map((mention) => (mention.kind === 'variable' ? { ...mention, kind: 'stray variable' } : mention));
  }
  // why: braces in a probe were complained of when the fence was read
  return mentions.filter(({ kind }) => kind !== 'template');
}

/** A fence as its step's digests see it. */
export function digestedFence({ role, content }: RoleFence): DigestedFence {
  return {
    language: role.language,
    role: role.role,
    on: role.on,
    poll: role.poll,
    content: content.kind === 'script' ? content.script.text : content.reading.value,
  };
}
