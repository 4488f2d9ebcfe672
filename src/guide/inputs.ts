import type { Complaint } from '../error.ts';
import type { Guide, InputSpec } from './guide.ts';
import { replaceTemplates, templatesIn, variableOf } from './names.ts';
import { didYouMean } from './nearest.ts';
import { validateInput } from './validate-input.ts';

/** What a guide's inputs are, once what the person gave is checked and defaults are filled in. */
export interface ResolvedInputs {
  /**
   * Canonical values by input name, without secrets. An optional input that has none is there, empty: a script under
   * `set -u` would otherwise end with 2 at its name, which a verify means as "true, with a warning".
   */
  readonly values: Readonly<Record<string, string>>;
  /** Secrets that were given, by input name. In memory only. */
  readonly secrets: Readonly<Record<string, string>>;
  /** Required inputs without a valid value, in the guide's order. One whose default waits for another is not asked for. */
  readonly missing: readonly InputSpec[];
  /** Names that are no inputs, and values (or defaults, with the values they use) that are not valid. */
  readonly problems: readonly Complaint[];
}

type Given = Readonly<Record<string, string>>;
type Resolution =
  | { readonly kind: 'value'; readonly value: string }
  | { readonly kind: 'none' }
  /** Its default uses an input that is still missing. */
  | { readonly kind: 'waits' }
  | { readonly kind: 'invalid'; readonly sentence: string };

/** Checks what was given by name (an empty text counts as not given) and fills in defaults, which may use other inputs. */
export function resolveInputs(guide: Pick<Guide, 'inputs'>, given: Given): ResolvedInputs {
  const names = guide.inputs.map(({ name }) => name);
  const unknown = Object.keys(given).filter((name) => !names.includes(name));
  const resolutions = resolveAll(guide.inputs, given);
  const valued = guide.inputs.flatMap((input) => {
    const resolution = resolutions.get(input.name);
    if (resolution?.kind === 'value') return [[input, resolution.value] as const];
    return input.optional && resolution?.kind === 'none' && input.type !== 'secret' ? [[input, ''] as const] : [];
  });
  const recordOf = (pairs: typeof valued) => Object.fromEntries(pairs.map(([{ name }, value]) => [name, value]));
  return {
    values: recordOf(valued.filter(([{ type }]) => type !== 'secret')),
    secrets: recordOf(valued.filter(([{ type }]) => type === 'secret')),
    missing: guide.inputs.filter((input) => {
      const kind = resolutions.get(input.name)?.kind;
      return !input.optional && (kind === 'none' || kind === 'invalid');
    }),
    problems: [
      ...unknown.map((name) => ({
        sentence: `This guide has no input \`${name}\`.`,
        remedy: didYouMean(name, names, 'input'),
      })),
      ...guide.inputs.flatMap((input) => {
        const resolution = resolutions.get(input.name);
        return resolution?.kind === 'invalid' ? [{ sentence: resolution.sentence, remedy: remedyFor(input) }] : [];
      }),
    ],
  };
}

function resolveAll(inputs: readonly InputSpec[], given: Given): ReadonlyMap<string, Resolution> {
  const done = new Map<string, Resolution>();
  const resolve = (input: InputSpec): Resolution => {
    const known = done.get(input.name);
    if (known !== undefined) return known;
    // why: a loaded guide has no circle of defaults; this ends one all the same, should a caller's have it
    done.set(input.name, { kind: 'none' });
    const resolution = resolveOne(input, given, (name) => {
      const other = inputs.find((one) => one.name === name);
      const resolution = other === undefined ? ({ kind: 'none' } as const) : resolve(other);
      return resolution.kind === 'none' && other?.optional === false ? { kind: 'waits' } : resolution;
    });
    done.set(input.name, resolution);
    return resolution;
  };
  for (const input of inputs) resolve(input);
  return done;
}

function resolveOne(input: InputSpec, given: Given, other: (name: string) => Resolution): Resolution {
  const typed = Object.hasOwn(given, input.name) ? (given[input.name] ?? '') : '';
  const text = typed === '' ? defaultText(input, other) : typed;
  if (typeof text !== 'string') return text;
  const answer = validateInput(input, text);
  return answer.ok
    ? { kind: answer.value === '' ? 'none' : 'value', value: answer.value }
    : { kind: 'invalid', sentence: answer.sentence };
}

/** The default with the values that it uses; none where one of those is an optional input without a value. */
function defaultText(input: InputSpec, other: (name: string) => Resolution): string | Resolution {
  if (input.default === undefined) return { kind: 'none' };
  const used = new Map(templatesIn(input.default).map((name) => [name, other(name)]));
  const resolutions = [...used.values()];
  if (resolutions.some(({ kind }) => kind === 'waits' || kind === 'invalid')) return { kind: 'waits' };
  if (resolutions.some(({ kind }) => kind === 'none')) return { kind: 'none' };
  return replaceTemplates(input.default, (name) => {
    const resolution = used.get(name);
    return resolution?.kind === 'value' ? resolution.value : undefined;
  });
}

function remedyFor(input: InputSpec): string {
  return input.type === 'secret' ? 'Type it again.' : `Give it again: --set ${input.name}=…`;
}

/** The variables of scripts and typed probes: `{domain: 'example.com'}` → `{DOMAIN: 'example.com'}`. */
export function environmentOf(values: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [variableOf(name), value]));
}

/** Prose or a record with its `{{name}}` filled in. What has no value stays as written, so that the gap is seen. */
export function fillTemplate(text: string, values: Readonly<Record<string, string>>): string {
  return replaceTemplates(text, (name) => (Object.hasOwn(values, name) ? values[name] : undefined));
}
