import { mapNodes } from './syntax.ts';

type Part = Readonly<Record<string, unknown>>;

/**
 * Mends two things about `${…}` in just-bash 3.4.2. Its writer forgets braces: `${name}_x` becomes `$name_x`, so the name
 * gets an operation that changes nothing, `${name%}_x`. And `"${name:-x}"`, where it is all that a quoted word has, ends
 * a script that has `set -u`; with an empty text behind it, it does not.
 */
export function mendExpansions<T>(node: T): T {
  return mapNodes(node, (each) => {
    if (!Array.isArray(each.parts)) return each;
    const parts = (each.parts as readonly Part[]).map((part, index, all) => withBraces(part, all[index + 1]));
    return { ...each, parts: each.type === 'Word' && isOnlyDefault(parts) ? [...parts, nothing] : parts };
  });
}

const nothing: Part = { type: 'SingleQuoted', value: '' };

function withBraces(part: Part, next: Part | undefined): Part {
  if (part.type !== 'ParameterExpansion' || part.operation !== null || !/^\w+$/.test(String(part.parameter)))
    return part;
  const touches = next?.type === 'Literal' && /^\w/.test(String(next.value));
  if (!touches && !/^\d{2,}$/.test(String(part.parameter))) return part;
  const pattern = { type: 'Word', parts: [] };
  return { ...part, operation: { type: 'PatternRemoval', pattern, side: 'suffix', greedy: false } };
}

function isOnlyDefault(parts: readonly Part[]): boolean {
  const [quoted, ...more] = parts;
  if (quoted?.type !== 'DoubleQuoted' || more.length > 0 || !Array.isArray(quoted.parts)) return false;
  const [expansion, ...others] = quoted.parts as readonly Part[];
  return others.length === 0 && expansion?.type === 'ParameterExpansion' && expansion.operation !== null;
}
