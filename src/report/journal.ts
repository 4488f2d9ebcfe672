import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { journalName } from '../session/directory.ts';
import { JournalError } from '../session/error.ts';
import type { SessionEvent } from '../session/events.ts';
import { scanJournal } from '../session/scan.ts';

/** An event, and who caused it: `user@machine`. */
export interface AttributedEvent {
  readonly event: SessionEvent;
  readonly by: string;
}

/** A session's journal, read to be told of. */
export interface ReadJournal {
  readonly events: readonly AttributedEvent[];
  /** Of each event's line; it covers all lines before it. */
  readonly checksums: readonly string[];
}

/**
 * Reads the journal of a session without opening it: another process may be writing it, and a line that is not whole yet
 * is left out. Throws JournalError `corrupt` where anything before the last line cannot be believed, for a report of it
 * would tell what nobody knows.
 */
export function readJournal(directory: string): ReadJournal {
  const file = join(directory, journalName);
  const bytes = readFileSync(file);
  const { events, damage, goodBytes } = scanJournal(bytes);
  const [first] = damage;
  if (first !== undefined) {
    throw new JournalError('corrupt', {
      sentence: `The session's journal is damaged, so nothing can be reported of it: ${first.why}`,
      place: { file, line: first.line },
      remedy:
        'Restore the file from a backup, or call brevduva check with --salvage first: it keeps what can be believed.',
    });
  }
  const lines = new TextDecoder().decode(bytes.subarray(0, goodBytes)).split('\n').slice(0, events.length);
  return { events: attributed(events), checksums: lines.map((line) => line.slice(line.lastIndexOf('\t') + 1)) };
}

/** Every event belongs to who opened the session last before it. */
function attributed(events: readonly SessionEvent[]): readonly AttributedEvent[] {
  // `session-created` stands before the first opening, and is its work.
  let by = events.find((event) => event.kind === 'opened')?.by ?? '';
  return events.map((event) => {
    if (event.kind === 'opened') by = event.by;
    return { event, by };
  });
}
