import { join } from 'node:path';
import { UsageError } from '../error.ts';
import type { Guide } from '../guide/guide.ts';
import { sessionName } from './directory.ts';
import type { SshOptions } from './events.ts';
import type { Journal } from './journal.ts';
import { openJournal } from './journal.ts';
import { emptySession, reduceSession } from './reducer.ts';
import type { Salvage } from './salvage.ts';
import { salvageJournal } from './salvage.ts';

/** What opening a session needs. */
export interface OpenOptions {
  readonly guide: Guide;
  /** As the person wrote it: `[user@]host[:port]`. */
  readonly target: string;
  /** Where all sessions live (see `sessionsDirectory`). */
  readonly sessions: string;
  /** Who opens it: `user@machine`. */
  readonly by: string;
  readonly version: string;
  readonly now: () => Date;
  /** Mend a damaged journal first. */
  readonly salvage: boolean;
  /** SSH options of this opening; null: those of the last one. */
  readonly ssh: SshOptions | null;
}

/** An open session's journal, and what had to be mended to open it. */
export interface OpenedSession {
  readonly journal: Journal;
  readonly salvaged: Salvage | null;
  readonly isNew: boolean;
  /** The SSH options in force. */
  readonly ssh: SshOptions;
}

/** Opens the session of a guide and a target, or begins it. Throws JournalError, and UsageError for a mixed-up directory. */
export function openSession(options: OpenOptions): OpenedSession {
  const { guide, target, sessions, by, version, now, salvage } = options;
  const directory = join(sessions, sessionName(guide.id, target));
  const salvaged = salvage ? salvageJournal(directory, now()) : null;
  const opened = openJournal({ directory, now });
  const isNew = opened.past.length === 0;
  const events = [...opened.past];
  try {
    if (isNew) events.push(opened.append({ kind: 'session-created', format: 1, guide: guide.id, target }));
    const first = events[0];
    if (first?.kind !== 'session-created' || first.guide !== guide.id) {
      throw new UsageError({
        sentence: 'This directory holds the session of another guide.',
        place: { file: directory },
        remedy: 'Move it away, or open that guide.',
      });
    }
    const ssh = options.ssh ?? events.reduce(reduceSession, emptySession).ssh ?? { identityFiles: [] };
    events.push(opened.append({ kind: 'opened', by, version, torn: opened.tornLine !== null, ssh }));
    return { journal: { ...opened, past: events }, salvaged, isNew, ssh };
  } catch (error) {
    opened.close();
    throw error;
  }
}
