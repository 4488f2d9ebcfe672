/**
 * The word among `words` that `typed` most likely means, or undefined where none is near: one slip in a short word,
 * one in three letters of a longer one. Case is no difference.
 */
export function nearest(typed: string, words: readonly string[]): string | undefined {
  const allowed = Math.max(1, Math.floor(typed.length / 3));
  const ranked = words
    .map((word) => ({ word, distance: editDistance(typed.toLowerCase(), word.toLowerCase()) }))
    .filter(({ word, distance }) => distance <= allowed && distance < word.length)
    .sort((one, other) => one.distance - other.distance);
  return ranked[0]?.word;
}

/** The remedy for a word that is not known: the nearest one, or else all that there are. */
export function didYouMean(typed: string, words: readonly string[], noun: string): string {
  const near = nearest(typed, words);
  if (near !== undefined) return `Did you mean \`${near}\`?`;
  return words.length === 0 ? `There is no ${noun} here.` : `The known ones are ${listed(words)}.`;
}

/** `a`, `b` and `c`, each in backquotes. */
export function listed(words: readonly string[], conjunction: 'and' | 'or' = 'and'): string {
  const quoted = words.map((word) => `\`${word}\``);
  if (quoted.length < 2) return quoted.join('');
  return `${quoted.slice(0, -1).join(', ')} ${conjunction} ${quoted.at(-1)}`;
}

/**
 * Insertions, deletions, substitutions and swaps of neighbours that turn one word into the other (optimal string
 * alignment; Damerau 1964). Words of more than 64 letters count as far from everything: nobody mistypes those.
 */
export function editDistance(one: string, other: string): number {
  if (one.length > 64 || other.length > 64) return one === other ? 0 : Number.POSITIVE_INFINITY;
  let before: number[] = [];
  let above = Array.from({ length: other.length + 1 }, (_, column) => column);
  for (let row = 1; row <= one.length; row++) {
    const current = [row];
    for (let column = 1; column <= other.length; column++) {
      const change = one[row - 1] === other[column - 1] ? 0 : 1;
      const swapped =
        row > 1 && column > 1 && one[row - 1] === other[column - 2] && one[row - 2] === other[column - 1]
          ? at(before, column - 2) + 1
          : Number.POSITIVE_INFINITY;
      current.push(
        Math.min(at(above, column) + 1, at(current, column - 1) + 1, at(above, column - 1) + change, swapped),
      );
    }
    before = above;
    above = current;
  }
  return at(above, other.length);
}

function at(row: readonly number[], column: number): number {
  return row[column] ?? Number.POSITIVE_INFINITY;
}
