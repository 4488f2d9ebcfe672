import { closeSync, fsyncSync, linkSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { journalName, unwritable } from './directory.ts';
import { takeLock } from './lock.ts';
import type { DamagedLine } from './scan.ts';
import { journalLine, scanJournal } from './scan.ts';

/** What a salvage kept and left. */
export interface Salvage {
  readonly kept: number;
  readonly lost: readonly DamagedLine[];
  /** The damaged journal, untouched. */
  readonly aside: string;
}

/**
 * Makes a damaged journal usable: every event that can still be believed, in order, in a new file that takes the old
 * one's place; the old one stays beside it. Throws JournalError (`locked`, `unwritable`).
 */
export function salvageJournal(directory: string, now: Date): Salvage {
  const lock = takeLock(directory, now.toISOString());
  const file = join(directory, journalName);
  const aside = `${file}.damaged-${now.toISOString().replaceAll(':', '')}`;
  try {
    const { events, damage } = scanJournal(readFileSync(file));
    let checksum = '';
    const text = events.map((event) => {
      const next = journalLine(event, checksum);
      checksum = next.checksum;
      return next.line;
    });
    const draft = `${file}.salvaged`;
    const fd = openSync(draft, 'w', 0o600);
    writeSync(fd, text.join(''));
    fsyncSync(fd);
    closeSync(fd);
    linkSync(file, aside);
    renameSync(draft, file);
    return { kept: events.length, lost: damage, aside };
  } catch (cause) {
    throw unwritable(file, cause);
  } finally {
    lock.release();
  }
}
