import type { FooterKey } from '../key-table.ts';
import type { Line } from '../line.ts';
import { lineCells, span } from '../line.ts';

/**
 * The last line: the keys that work now. Keys that do the same stand together. Where not all fit, those in the middle
 * go first: what is next to do, help and quit stay.
 */
export function footerLine(keys: readonly FooterKey[], columns: number): Line {
  const shown = [...merged(keys)];
  while (shown.length > 1 && lineCells(keySpans(shown)) > columns) {
    shown.splice(shown.length > 3 ? shown.length - 3 : shown.length - 2, 1);
  }
  return keySpans(shown);
}

function merged(keys: readonly FooterKey[]): readonly FooterKey[] {
  const labels = [...new Set(keys.map(({ label }) => label))];
  return labels.map((label) => ({
    label,
    shown: keys
      .filter((key) => key.label === label)
      .map((key) => key.shown)
      .join(' '),
  }));
}

function keySpans(keys: readonly FooterKey[]): Line {
  return keys.flatMap(({ shown, label }, index) => [
    span(index === 0 ? ' ' : '   '),
    span(shown, 'key'),
    span(` ${label}`, 'muted'),
  ]);
}
