import { UsageError } from '../error.ts';
import type { Guide } from '../guide/guide.ts';
import type { GuideRecords } from '../report/dns-records.ts';
import { jsonRecord, recordsOf, tableText, zoneText } from '../report/dns-records.ts';
import { sessionsDirectory } from '../session/directory.ts';
import type { SessionState } from '../session/state.ts';
import { valuesInForce } from '../session/values.ts';
import { safeLine } from '../text/safe.ts';
import { exitCode } from './exit-code.ts';
import { savedGuide } from './saved-guide.ts';
import { savedSession } from './saved-session.ts';

/** The options of `brevduva dns`. */
export interface DnsOptions {
  readonly zone: boolean;
  readonly json: boolean;
}

/**
 * `brevduva dns`: the DNS records that a saved session's guide wants published, with the session's values. Connects
 * nowhere and changes nothing. Resolves to the exit status.
 */
export async function dns(session: string | undefined, { zone, json }: DnsOptions): Promise<number> {
  if (zone && json) {
    throw new UsageError({ sentence: '--zone and --json exclude each other.', remedy: 'Give one of them.' });
  }
  const { name, state, damaged } = savedSession(session, sessionsDirectory(process.env));
  if (session === undefined) note(`The session used last: ${name}`);
  if (damaged) note('The journal of this session is damaged, so values may be missing: brevduva check --salvage');
  const guide = await guideOf(state);
  const records = recordsOf(guide, valuesInForce(guide, state).values);
  if (records.ready.length === 0 && records.waiting.length > 0) throw allWaiting(records, state);
  for (const { step, record, waitsFor } of records.waiting) {
    note(`Left out: ${record.type} ${record.name} (${step}) waits for ${waitsFor.join(', ')}.`);
  }
  print(records, { zone, json });
  return exitCode.proven;
}

/** The session's guide; tells where it has changed meanwhile. */
async function guideOf(state: SessionState): Promise<Guide> {
  const guide = await savedGuide(state);
  const { pinned } = state;
  if (pinned !== undefined && pinned.digest !== guide.digest) {
    note('The guide has changed since this session was used; these are its records now.');
  }
  return guide;
}

function allWaiting({ waiting }: GuideRecords, { target }: SessionState): UsageError {
  const names = [...new Set(waiting.flatMap(({ waitsFor }) => waitsFor))];
  return new UsageError({
    sentence: `No record can be told yet: the session has no value for ${names.join(', ')}.`,
    remedy: `Go on with the session first: brevduva setup ${target}`,
  });
}

function print({ ready }: GuideRecords, { zone, json }: DnsOptions): void {
  if (ready.length === 0) {
    note('The guide wants no records published.');
    return;
  }
  if (json) for (const record of ready) process.stdout.write(`${JSON.stringify(jsonRecord(record))}\n`);
  else process.stdout.write(zone ? zoneText(ready) : tableText(ready));
}

/** Standard error, so that the records alone can be piped on. */
function note(sentence: string): void {
  process.stderr.write(`${safeLine(sentence, 1000)}\n`);
}
