import type { KeyRow } from '../../key-table.ts';
import type { Place, Situation } from '../situation.ts';

/** What a press in a session asks for. */
export type Intent =
  | 'go-on'
  | 'run'
  | 'verify'
  | 'verify-all'
  | 'undo'
  | 'hint'
  | 'skip'
  | 'reopen'
  | 'confirm'
  | 'edit'
  | 'copy'
  /** Publishes the records that the checkpoint wants. */
  | 'publish'
  | 'shell'
  | 'what-now'
  | 'output'
  | 'search'
  | 'search-next'
  | 'search-previous'
  | 'up'
  | 'down'
  | 'page-up'
  | 'page-down'
  | 'top'
  | 'bottom'
  | 'left'
  | 'right'
  | 'other-pane'
  | 'choose'
  | 'submit'
  | 'accept'
  | 'refuse'
  /** Goes into the text that is being typed. */
  | 'type'
  /** Fills the secret that has the cursor with a new one. */
  | 'generate'
  | 'back'
  | 'help'
  | 'interrupt'
  | 'cancel'
  | 'quit';

/** One row of a session's key table. */
export type Row = KeyRow<Situation, Place, Intent>;

/** A row for one or several places and presses; `shown` is how the keys are written. */
export function row(
  places: Place | readonly Place[],
  presses: string | readonly string[],
  rest: Omit<Row, 'places' | 'presses'>,
): Row {
  return {
    places: typeof places === 'string' ? [places] : places,
    presses: typeof presses === 'string' ? [presses] : presses,
    ...rest,
  };
}

/** Where a text is longer than the screen and can be scrolled. */
export const texts: readonly Place[] = ['checkpoint', 'output', 'trust', 'changed', 'help', 'host-key', 'broken'];
