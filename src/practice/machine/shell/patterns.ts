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
