import { chmodSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { JournalError } from './error.ts';
import { emptySession, reduceSession } from './reducer.ts';
import { scanJournal } from './scan.ts';
import type { SessionState } from './state.ts';

/** The journal's name in a session's directory. */
export const journalName = 'events.jsonl';

/**
 * Where all sessions live: `$XDG_STATE_HOME/brevduva/sessions`, else `~/.local/state/brevduva/sessions`
 * (XDG Base Directory Specification; a relative value counts as unset).
 */
export function sessionsDirectory(environment: NodeJS.ProcessEnv): string {
  const given = environment.XDG_STATE_HOME;
  const state = given?.startsWith('/') ? given : join(environment.HOME ?? homedir(), '.local', 'state');
  return join(state, 'brevduva', 'sessions');
}

/** The directory's name of one guide on one target; readable, and one name for one pair. */
export function sessionName(guide: string, target: string): string {
  return `${escaped(guide)}--${escaped(target)}`;
}

/** Makes a directory that only its owner can enter (0700), parents too. Throws JournalError `unwritable`. */
export function makePrivateDirectory(directory: string): void {
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    chmodSync(directory, 0o700);
  } catch (cause) {
    throw unwritable(directory, cause);
  }
}

/** A saved session, as the first screen lists it. */
export interface SavedSession {
  readonly name: string;
  readonly directory: string;
  readonly state: SessionState;
  /** The journal has damage in its middle and cannot be gone on with as it is. */
  readonly damaged: boolean;
}

/** All sessions there are, the latest first. A directory without a readable journal is left out. */
export function listSessions(directory: string): readonly SavedSession[] {
  return names(directory)
    .flatMap((name) => {
      const saved = readSaved(join(directory, name), name);
      return saved === null ? [] : [saved];
    })
    .sort((a, b) => (a.state.lastAt < b.state.lastAt ? 1 : -1));
}

/** A JournalError for a path that cannot be written, with the system's reason. */
export function unwritable(file: string, cause: unknown): JournalError {
  const why = cause instanceof Error ? cause.message.replace(/^[A-Z]+: /, '').replace(/,.*$/, '') : String(cause);
  return new JournalError(
    'unwritable',
    {
      sentence: `Brevduva cannot save its progress here: ${why}.`,
      place: { file },
      remedy: 'Make room or make the directory writable, or point XDG_STATE_HOME at another one.',
    },
    { cause },
  );
}

function readSaved(directory: string, name: string): SavedSession | null {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(join(directory, journalName));
  } catch {
    return null;
  }
  const { events, damage } = scanJournal(bytes);
  if (events[0]?.kind !== 'session-created') return null;
  return { name, directory, state: events.reduce(reduceSession, emptySession), damaged: damage.length > 0 };
}

function names(directory: string): readonly string[] {
  try {
    return readdirSync(directory);
  } catch {
    // Nobody has made a session yet.
    return [];
  }
}

function escaped(text: string): string {
  return text.replace(/[^A-Za-z0-9@._-]/gu, (character) => encodeURIComponent(character).replaceAll('*', '%2A'));
}
