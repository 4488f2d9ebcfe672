import { readFileSync } from 'node:fs';
import { UsageError } from '../error.ts';
import { readJournal } from '../report/journal.ts';
import type { Seal } from '../report/seal.ts';
import { readSeal } from '../report/seal.ts';
import type { SavedSession } from '../session/directory.ts';
import { listSessions, sessionsDirectory } from '../session/directory.ts';
import { exitCode } from './exit-code.ts';
import { savedSession } from './saved-session.ts';

/**
 * `brevduva report --verify FILE`: whether a report is as it was made, and whether the journal that it was made from still
 * begins as it did then. Resolves to the exit status: 0 both are, 1 one was changed, 3 the journal is not here.
 */
export function verifyReport(file: string, session: string | undefined): number {
  const seal = readSeal(readReport(file));
  if (seal === null) {
    throw new UsageError({
      sentence: 'This is no report of Brevduva: it has no seal.',
      place: { file },
      remedy: 'Give a file that brevduva report has written, as it was written.',
    });
  }
  if (!seal.isWhole) return say('The report was changed after it was made.', exitCode.false);
  const sessions = sessionsDirectory(process.env);
  if (session !== undefined) return verifyAgainst(savedSession(session, sessions), seal);
  const saved = listSessions(sessions).find((one) => !one.damaged && eventsSince(one, seal) !== null);
  if (saved !== undefined) return verifyAgainst(saved, seal);
  return say(
    'The report is as it was made. No saved session here has the journal that it was made from: that is on another computer, or was changed.',
    exitCode.unknown,
  );
}

function verifyAgainst(saved: SavedSession, seal: Seal): number {
  const since = eventsSince(saved, seal);
  if (since === null) {
    return say(
      `The report is as it was made, but the journal of ${saved.name} does not begin with what it was made from.`,
      exitCode.false,
    );
  }
  const more = since === 0 ? 'Nothing has happened since.' : `Events since then: ${since}.`;
  return say(`The report is as it was made, and so is the journal of ${saved.name}. ${more}`, exitCode.proven);
}

/** How many events came after those of the report; null where the journal does not begin with them. */
function eventsSince({ directory }: SavedSession, { events, checksum }: Seal): number | null {
  const { checksums } = readJournal(directory);
  return checksums[events - 1] === checksum ? checksums.length - events : null;
}

function readReport(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new UsageError(
      {
        sentence: 'The report cannot be read.',
        place: { file },
        remedy: 'Give the path of a file that you can read.',
      },
      { cause },
    );
  }
}

function say(sentence: string, status: number): number {
  process.stdout.write(`${sentence}\n`);
  return status;
}
