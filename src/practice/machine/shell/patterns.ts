import { mapNodes } from './syntax.ts';

/**
 * Mends sets in patterns: just-bash 3.4.2 takes the `!` of `[!0-9]` for one of the characters, in `case` and in
 * `${name##pattern}`. It understands `[^0-9]`, which means the same there.
 */
export function mendPatterns<T>(node: T): T {
  return mapNodes(node, (each) => {
    if (each.type !== 'Glob' || typeof each.pattern !== 'string') return each;
    return { ...each, pattern: each.pattern.replaceAll('[!', '[^') };
  });
}

/** Mends `for name; do`: it goes over `"$@"` (POSIX.1-2017, 2.9.4.2); just-bash 3.4.2 goes over `$@`, split at blanks. */
export function mendLoops<T>(node: T): T {
  return mapNodes(node, (each) =>
    each.type === 'For' && each.words === null ? { ...each, words: [allArguments] } : each,
  );
}

const allArguments = {
  type: 'Word',
  parts: [{ type: 'DoubleQuoted', parts: [{ type: 'ParameterExpansion', parameter: '@', operation: null }] }],
};
