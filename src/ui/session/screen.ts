import type { Notice } from '../../session/view.ts';
import type { Field } from '../field.ts';
import type { Form } from '../form.ts';
import type { Line } from '../line.ts';

/** The size of the terminal, in cells. */
export interface Size {
  readonly columns: number;
  readonly rows: number;
}

/** From this width on, list and text stand side by side. */
const wideFrom = 100;

/** True where there is room for list and text side by side. */
export function isWide({ columns }: Size): boolean {
  return columns >= wideFrom;
}

/** Which half of the checkpoint screen the arrows are for; on a narrow one, which half is shown. */
export type Focus = 'list' | 'text';

/** A text to copy and what it is, `the command`. */
export interface Copyable {
  readonly name: string;
  readonly text: string;
}

/** A search in the output: what for, and the line found last. */
export interface Search {
  readonly text: string;
  readonly line: number | null;
}

/** What the person has opened over the checkpoint, one thing at a time. */
export type Mode =
  | { readonly kind: 'checkpoint' }
  /** The failure menu; `choice` counts its lines. */
  | { readonly kind: 'menu'; readonly choice: number }
  | { readonly kind: 'copy'; readonly choice: number; readonly texts: readonly Copyable[] }
  | { readonly kind: 'skip'; readonly field: Field; readonly fault: string | null }
  /** `typing` is the search that is being written. */
  | { readonly kind: 'output'; readonly view: OutputScroll; readonly typing: Field | null }
  /** Inputs that the person wants to change. */
  | { readonly kind: 'edit'; readonly form: Form }
  | { readonly kind: 'help'; readonly first: number; readonly over: Mode };

/** What of the output is shown. */
export interface OutputScroll {
  /** Line at the top, counted from the attempt's start. */
  readonly first: number;
  /** Columns scrolled away to the left. */
  readonly left: number;
  /** True while the end is kept in sight. */
  readonly follows: boolean;
  readonly search: Search | null;
}

/** All state of the session's screens that is not the session's own. */
export interface ScreenState {
  readonly size: Size;
  /** Id of the checkpoint that is shown. */
  readonly selected: string;
  readonly focus: Focus;
  /** True where records can be published from here, which is in practice. */
  readonly hasDesk: boolean;
  /** First line of the text that is shown. */
  readonly scroll: number;
  /** True while the end of the text is kept in sight: output and evidence as they come. */
  readonly follows: boolean;
  readonly mode: Mode;
  /** What the screen itself has to say; gone with the next press. */
  readonly said: Notice | null;
  /** The form of the inputs gate, made when the gate came; null without such a gate. */
  readonly gateForm: Form | null;
  /** First line shown of the guide that is to be trusted, or of its difference. */
  readonly gateScroll: number;
  /** The answer that is being typed, for the question of that id. */
  readonly answer: { readonly id: number; readonly field: Field };
}

/** Lines of a text as they are shown: the visible ones, and where they stand in the whole. */
export interface Visible {
  readonly lines: readonly Line[];
  readonly first: number;
  readonly total: number;
}

/** The `rows` lines from `first` on, never past the end; `follows` shows the last ones. */
export function visibleLines(
  lines: readonly Line[],
  { first, rows, follows = false }: { readonly first: number; readonly rows: number; readonly follows?: boolean },
): Visible {
  const last = Math.max(0, lines.length - rows);
  const start = follows ? last : Math.min(Math.max(0, first), last);
  return { lines: lines.slice(start, start + rows), first: start, total: lines.length };
}
