import type { z } from 'zod';
import { shown } from './characters.ts';
import { didYouMean, listed, nearest } from './nearest.ts';

type Issue = z.core.$ZodIssue;
type RawIssue = z.core.$ZodRawIssue;
type Path = readonly PropertyKey[];

/** One thing that a schema found wrong: where in the value, and in words. */
export interface Finding {
  readonly path: Path;
  /** What follows the key's name in a sentence, without the full stop: `must be text`. */
  readonly predicate: string;
  readonly remedy: string | undefined;
}

const typeWords: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: '`true` or `false`',
  array: 'a list',
  object: 'a map of keys and values',
  record: 'a map of keys and values',
};

/**
 * zod's message for each issue, as a predicate (`must be text`); a schema's own message must be one too. Given to
 * `safeParse` as `error`.
 */
export function predicateOf(issue: RawIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      if (issue.input === undefined) return 'is missing';
      return issue.input === null ? 'has no value' : `must be ${typeWords[issue.expected] ?? issue.expected}`;
    case 'invalid_value':
      return `must be ${listed(issue.values.map(String), 'or')}`;
    case 'too_small':
      if (issue.origin === 'string') return 'must not be empty';
      return issue.origin === 'array'
        ? 'must have an entry'
        : `must be ${issue.inclusive ? 'at least' : 'more than'} ${issue.minimum}`;
    case 'too_big':
      return issue.origin === 'string'
        ? `must not be longer than ${issue.maximum} characters`
        : `must be at most ${issue.maximum}`;
    default:
      return 'has a form that is not known here';
  }
}

/** Everything that an issue says, with remedies. `value` is what was parsed, `keys` the ones that the schema knows. */
export function findingsOf(issue: Issue, value: unknown, keys: readonly string[]): readonly Finding[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      path: [...issue.path, key],
      predicate: 'is no known key',
      remedy: didYouMean(key, keys, 'key'),
    }));
  }
  if (issue.code === 'invalid_union') return unionFindings(issue, value, keys);
  return [{ path: issue.path, predicate: issue.message, remedy: remedyOf(issue, valueAt(value, issue.path)) }];
}

/** Of a union the branch is told that the author most likely meant: one whose type was right, and only a part wrong. */
function unionFindings(
  issue: z.core.$ZodIssueInvalidUnion,
  value: unknown,
  keys: readonly string[],
): readonly Finding[] {
  const written = valueAt(value, issue.path);
  const meant = issue.errors.filter((branch) => !isOtherType(branch, written));
  const choices = meant.flatMap((branch) => branch.flatMap((one) => (one.code === 'invalid_value' ? one.values : [])));
  const inner = meant[0];
  if (inner !== undefined && choices.length > 0 && inner[0]?.path.length === 0) {
    return [
      {
        path: issue.path,
        predicate: `must be ${listed(choices.map(String), 'or')}`,
        remedy: meantValue(String(written), choices),
      },
    ];
  }
  if (inner === undefined) {
    const types = [...new Set(issue.errors.flatMap(expectedTypes))];
    return written === undefined
      ? [{ path: issue.path, predicate: 'is missing', remedy: missingRemedy(issue.path) }]
      : [{ path: issue.path, predicate: `must be ${types.join(' or ')}`, remedy: undefined }];
  }
  return inner.flatMap((one) => findingsOf({ ...one, path: [...issue.path, ...one.path] }, value, keys));
}

function isOtherType(branch: readonly Issue[], value: unknown): boolean {
  return branch.some((one) => {
    if (one.path.length > 0) return false;
    if (one.code === 'invalid_union') return one.errors.every((inner) => isOtherType(inner, value));
    return one.code === 'invalid_type' || (one.code === 'invalid_value' && typeof value === 'object');
  });
}

function expectedTypes(branch: readonly Issue[]): readonly string[] {
  return branch.flatMap((one) => {
    if (one.code === 'invalid_type') return [typeWords[one.expected] ?? one.expected];
    return one.code === 'invalid_union' ? one.errors.flatMap(expectedTypes) : [];
  });
}

function remedyOf(issue: Issue, value: unknown): string | undefined {
  if (issue.code === 'custom') return typeof issue.params?.remedy === 'string' ? issue.params.remedy : undefined;
  if (issue.code === 'invalid_value') return meantValue(String(value), issue.values);
  if (issue.code !== 'invalid_type') return undefined;
  if (value === null) return 'Give it a value, or take it out.';
  if (value === undefined) return missingRemedy(issue.path);
  if (issue.expected === 'string' && typeof value !== 'object') return `Put it in quotes: "${String(value)}".`;
  if (issue.expected === 'array' && typeof value === 'string') return `Write it as a list: [${shown(value)}].`;
  if (issue.expected === 'boolean') return 'YAML 1.2 knows only `true` and `false`, without quotes.';
  return undefined;
}

function missingRemedy(path: Path): string | undefined {
  const key = path.at(-1);
  return typeof key === 'string' ? `Add \`${key}: …\`.` : undefined;
}

function meantValue(written: string, values: readonly unknown[]): string | undefined {
  const near = nearest(written, values.map(String));
  return near === undefined ? undefined : `Did you mean \`${near}\`?`;
}

/** What stands at a path of a value; undefined where nothing does. */
export function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>((inner, key) => {
    if (typeof inner !== 'object' || inner === null || !Object.hasOwn(inner, key)) return undefined;
    return Reflect.get(inner, key);
  }, value);
}
