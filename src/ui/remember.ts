/**
 * A pure function that remembers its last `size` results. Two calls are the same where each part of their keys is the
 * same (`Object.is`); without `keyOf` the arguments are the key.
 */
export function remember<Arguments extends readonly unknown[], Result>(
  size: number,
  compute: (...input: Arguments) => Result,
  keyOf: (...input: Arguments) => readonly unknown[] = (...input) => input,
): (...input: Arguments) => Result {
  const entries: { readonly key: readonly unknown[]; readonly result: Result }[] = [];
  return (...input) => {
    const key = keyOf(...input);
    const index = entries.findIndex((entry) => isSameKey(entry.key, key));
    const [known] = index < 0 ? [] : entries.splice(index, 1);
    const entry = known ?? { key, result: compute(...input) };
    // The newest is first, so what is asked for at every frame is found at once.
    entries.unshift(entry);
    if (entries.length > size) entries.pop();
    return entry.result;
  };
}

function isSameKey(left: readonly unknown[], right: readonly unknown[]): boolean {
  return left.length === right.length && left.every((part, index) => Object.is(part, right[index]));
}
