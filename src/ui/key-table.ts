import type { Press } from './presses.ts';

/**
 * One row of a key table. The footer, the help screen, the menus and what a press does are all made from the same rows,
 * so they cannot disagree. `S` is what a row may look at, `I` what it asks for.
 */
export interface KeyRow<S, P extends string, I> {
  /** The places (screens and prompts) where the row counts. */
  readonly places: readonly P[];
  readonly presses: readonly Press[];
  /** How the keys are written: `↑ ↓`. */
  readonly shown: string;
  /** A word or two for the footer. */
  readonly label: string | ((situation: S) => string);
  /** A sentence for the help screen and the menu: what it will do. */
  readonly help: string | ((situation: S) => string);
  /** True where the key works now; else the sentence that says why not. */
  readonly when: (situation: S) => true | string;
  readonly intent: I;
  /** Where it stands in the footer, lowest first; null where only the help screen has it. */
  readonly footer: number | null;
}

/** What a press means at a place: something to do, a reason why not, or nothing at all. */
export type Meaning<I> =
  | { readonly kind: 'intent'; readonly intent: I }
  | { readonly kind: 'refused'; readonly why: string }
  | { readonly kind: 'none' };

/** What `press` means. Where several rows have the key, the first that works counts, else the first one's reason. */
export function meaningOf<S extends { readonly place: P }, P extends string, I>(
  table: readonly KeyRow<S, P, I>[],
  press: Press,
  situation: S,
): Meaning<I> {
  let why: string | null = null;
  for (const row of rowsAt(table, situation.place)) {
    if (!row.presses.includes(press)) continue;
    const verdict = row.when(situation);
    if (verdict === true) return { kind: 'intent', intent: row.intent };
    why ??= verdict;
  }
  return why === null ? { kind: 'none' } : { kind: 'refused', why };
}

/** The rows of a place, in the table's order. */
export function rowsAt<S, P extends string, I>(
  table: readonly KeyRow<S, P, I>[],
  place: P,
): readonly KeyRow<S, P, I>[] {
  return table.filter((row) => row.places.includes(place));
}

/** One key as the footer shows it. */
export interface FooterKey {
  readonly shown: string;
  readonly label: string;
}

/** The keys that work now, in the footer's order. */
export function footerKeys<S extends { readonly place: P }, P extends string, I>(
  table: readonly KeyRow<S, P, I>[],
  situation: S,
): readonly FooterKey[] {
  return rowsAt(table, situation.place)
    .filter((row) => row.footer !== null && row.when(situation) === true)
    .toSorted((left, right) => (left.footer ?? 0) - (right.footer ?? 0))
    .map((row) => ({ shown: row.shown, label: textFor(row.label, situation) }));
}

/** A label or sentence that may depend on the situation. */
export function textFor<S>(text: string | ((situation: S) => string), situation: S): string {
  return typeof text === 'string' ? text : text(situation);
}
