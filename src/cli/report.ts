import { closeSync, lstatSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { UsageError } from '../error.ts';
import type { ReportFormat } from '../report/formats.ts';
import { formatNames, isReportFormat, reportFormats } from '../report/formats.ts';
import { readJournal } from '../report/journal.ts';
import { makeReport } from '../report/make.ts';
import { outputDigests } from '../report/outputs.ts';
import { sealed } from '../report/seal.ts';
import { sessionsDirectory } from '../session/directory.ts';
import { safeLine } from '../text/safe.ts';
import { exitCodeFor } from './exit-code.ts';
import { packageVersion } from './package.ts';
import { savedGuide } from './saved-guide.ts';
import { savedSession } from './saved-session.ts';
import { verifyReport } from './verify-report.ts';

/** The options of `brevduva report`. */
export interface ReportOptions {
  readonly format: string;
  readonly output?: string;
  readonly force: boolean;
  readonly verify?: string;
}

/**
 * `brevduva report`: what a saved session proved, in a form for people or programs. Connects nowhere and changes nothing
 * but the file that it is asked to write. Resolves to the exit status that the checkpoints amount to.
 */
export async function report(session: string | undefined, options: ReportOptions): Promise<number> {
  if (options.verify !== undefined) return verifyReport(options.verify, session);
  const format = formatOf(options.format);
  const { name, directory, state } = savedSession(session, sessionsDirectory(process.env));
  if (session === undefined) note(`The session used last: ${name}`);
  const journal = readJournal(directory);
  const attempts = journal.events.flatMap(({ event }) => (event.kind === 'attempt-ended' ? [event.attempt] : []));
  const made = makeReport({
    guide: await savedGuide(state),
    name,
    journal,
    digests: await outputDigests(directory, attempts),
    madeBy: `Brevduva ${packageVersion()}`,
    now: new Date(),
    exitStatusOf: exitCodeFor,
  });
  const text = sealed(reportFormats[format](made));
  if (options.output === undefined) process.stdout.write(text);
  else writeReport(options.output, text, options);
  return made.summary.exitStatus;
}

function formatOf(word: string): ReportFormat {
  if (isReportFormat(word)) return word;
  throw new UsageError({
    sentence: `A report cannot be written as “${word}”.`,
    remedy: `Give --format one of ${formatNames.join(', ')}.`,
  });
}

/** Whole or not at all, and for its owner only (0600): a report tells much of a server. */
function writeReport(file: string, text: string, { force }: { readonly force: boolean }): void {
  if (force) refuseWhatIsNoFile(file);
  const written = force ? `${file}.${process.pid}.part` : file;
  let begun = false;
  try {
    const fd = openSync(written, 'wx', 0o600);
    begun = true;
    try {
      writeFileSync(fd, text);
    } finally {
      closeSync(fd);
    }
    if (force) renameSync(written, file);
  } catch (cause) {
    if (begun) rmSync(written, { force: true });
    throw notWritten(file, cause);
  }
}

/** A rename would put the report in the place of a device, a socket or a link. */
function refuseWhatIsNoFile(file: string): void {
  const there = lstatSync(file, { throwIfNoEntry: false });
  if (there === undefined || there.isFile()) return;
  throw new UsageError({
    sentence: 'This is no ordinary file, so it is not replaced.',
    place: { file },
    remedy: 'Give the name of a file; without --output the report is printed.',
  });
}

function notWritten(file: string, cause: unknown): UsageError {
  const place = { file };
  if (cause instanceof Error && 'code' in cause && cause.code === 'EEXIST') {
    return new UsageError(
      {
        sentence: 'There is a file of this name already, and it was left as it is.',
        place,
        remedy: 'Give another name, or --force to replace it.',
      },
      { cause },
    );
  }
  const why = cause instanceof Error ? cause.message.replace(/^[A-Z]+: /, '').replace(/,.*$/, '') : String(cause);
  return new UsageError(
    {
      sentence: `The report cannot be written here: ${why}.`,
      place,
      remedy: 'Give --output a file in a folder that exists and that you can write to.',
    },
    { cause },
  );
}

/** Standard error, so that the report alone can be piped on. */
function note(sentence: string): void {
  process.stderr.write(`${safeLine(sentence, 1000)}\n`);
}
