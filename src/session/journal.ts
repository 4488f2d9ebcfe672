import { randomUUID } from 'node:crypto';
import {
  closeSync,
  constants,
  fdatasyncSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readFileSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { journalName, makePrivateDirectory, unwritable } from './directory.ts';
import { JournalError } from './error.ts';
import type { NewEvent, SessionEvent } from './events.ts';
import type { SessionLock } from './lock.ts';
import { takeLock } from './lock.ts';
import { stampEvent } from './reducer.ts';
import { journalLine, scanJournal } from './scan.ts';

/** A session's events on disk, with this process as their only writer. */
export interface Journal {
  readonly directory: string;
  /** All events that were there when it was opened. */
  readonly past: readonly SessionEvent[];
  /** Where the torn last line was kept aside; null where none was torn. */
  readonly tornLine: string | null;
  /**
   * Makes an event durable (write, then fdatasync) and returns it. Throws JournalError `unwritable`; after that nothing
   * more can be appended, since what reached the disk is not known until the journal is opened again.
   */
  append(event: NewEvent): SessionEvent;
  close(): void;
}

/** What opening a journal needs. */
export interface JournalOptions {
  readonly directory: string;
  readonly now: () => Date;
}

/**
 * Opens, or begins, the journal of a session. A torn last line is cut and kept aside. Throws JournalError: `locked`,
 * `corrupt` (damage before the last line), `unwritable`.
 */
export function openJournal({ directory, now }: JournalOptions): Journal {
  makePrivateDirectory(directory);
  const lock = lockOrSay(directory, now);
  try {
    return openLocked(directory, lock, now);
  } catch (error) {
    lock.release();
    throw error;
  }
}

function lockOrSay(directory: string, now: () => Date): SessionLock {
  try {
    return takeLock(directory, now().toISOString());
  } catch (error) {
    throw error instanceof JournalError ? error : unwritable(directory, error);
  }
}

function openLocked(directory: string, lock: SessionLock, now: () => Date): Journal {
  const file = join(directory, journalName);
  const fd = openFile(file, directory);
  const bytes = readFileSync(file);
  const scanned = scanJournal(bytes);
  const first = scanned.damage[0];
  if (first !== undefined) {
    closeSync(fd);
    throw new JournalError('corrupt', {
      sentence: `The session's journal is damaged: ${first.why}`,
      place: { file, line: first.line },
      remedy:
        'Nothing was changed. Restore the file from a backup, or start again with --salvage: it keeps every line that can still be believed, and the damaged file beside it.',
    });
  }
  let tornLine: string | null = null;
  if (scanned.torn) {
    tornLine = `${file}.torn-${now().toISOString().replaceAll(':', '')}`;
    writeFileSync(tornLine, bytes.subarray(scanned.goodBytes), { mode: 0o600 });
    ftruncateSync(fd, scanned.goodBytes);
    fdatasyncSync(fd);
  }

  let size = scanned.goodBytes;
  let checksum = scanned.checksum;
  let dead: JournalError | null = null;

  return {
    directory,
    past: scanned.events,
    tornLine,
    append(newEvent) {
      if (dead !== null) throw dead;
      const event = stampEvent(newEvent, { id: randomUUID(), at: now().toISOString() });
      const next = journalLine(event, checksum);
      try {
        size += writeWhole(fd, Buffer.from(next.line), size);
        fdatasyncSync(fd);
      } catch (cause) {
        // After a failed write or sync nothing about the file's end may be believed; what was half written goes.
        dead = unwritable(file, cause);
        cutBack(fd, size);
        throw dead;
      }
      checksum = next.checksum;
      return event;
    },
    close() {
      closeSync(fd);
      lock.release();
    },
  };
}

function openFile(file: string, directory: string): number {
  try {
    const fd = openSync(file, constants.O_RDWR | constants.O_CREAT, 0o600);
    // A new file's name is only durable once its directory is (fsync(2)).
    const directoryFd = openSync(directory, constants.O_RDONLY);
    fsyncSync(directoryFd);
    closeSync(directoryFd);
    return fd;
  } catch (cause) {
    throw unwritable(file, cause);
  }
}

function writeWhole(fd: number, bytes: Uint8Array, position: number): number {
  let written = 0;
  while (written < bytes.length) {
    written += writeSync(fd, bytes, written, bytes.length - written, position + written);
  }
  return written;
}

function cutBack(fd: number, size: number): void {
  try {
    ftruncateSync(fd, size);
    fdatasyncSync(fd);
  } catch {
    // The next opening finds a torn line and cuts it; the failure that led here is the one to tell.
  }
}
