import type { Guide } from '../guide/guide.ts';
import { checkpointsOf } from '../session/checkpoints.ts';
import { emptySession, reduceSession } from '../session/reducer.ts';
import type { Checkpoint } from '../session/state.ts';
import { valuesInForce } from '../session/values.ts';
import { safeLine } from '../text/safe.ts';
import { reportedCheckpoint } from './checkpoints.ts';
import { recordsOf, zoneText } from './dns-records.ts';
import type { ReadJournal } from './journal.ts';
import type { Report, ReportedCheckpoint } from './report.ts';
import { openSeal } from './seal.ts';
import { timelineOf } from './timeline.ts';

const longestLine = 1000;

/** What a report is made from. */
export interface ReportSources {
  readonly guide: Guide;
  /** The session's name: that of its directory. */
  readonly name: string;
  readonly journal: ReadJournal;
  /** SHA-256 of the attempts' outputs, by attempt. */
  readonly digests: ReadonlyMap<string, string>;
  /** Program and version. */
  readonly madeBy: string;
  readonly now: Date;
  /** The exit status that the checkpoints amount to. */
  readonly exitStatusOf: (checkpoints: readonly Checkpoint[]) => number;
}

/** The report of a session. Pure. Throws ProbeInputError where the guide's records have a name that cannot be one. */
export function makeReport(sources: ReportSources): Report {
  const { guide, name, journal, digests, madeBy, now } = sources;
  const { events } = journal;
  const session = events.map(({ event }) => event).reduce(reduceSession, emptySession);
  const { values } = valuesInForce(guide, session);
  // This process follows nothing, so what runs elsewhere at this moment has no known end.
  const checkpoints = checkpointsOf(guide, session, { values, followed: new Set(), waiting: {} });
  const reported = guide.steps.flatMap((step, index) => {
    const checkpoint = checkpoints[index];
    return checkpoint === undefined ? [] : [reportedCheckpoint({ step, checkpoint, events, values, digests })];
  });
  const titleOf = (id: string) => guide.steps.find((step) => step.id === id)?.title ?? id;
  const head = { events: events.length, checksum: journal.checksums.at(-1) ?? '' };
  return {
    kind: 'brevduva-report',
    format: 1,
    madeBy,
    madeAt: now.toISOString(),
    session: {
      name,
      target: safeLine(session.target, longestLine),
      createdAt: session.createdAt,
      lastAt: session.lastAt,
      hostKey: session.identity === undefined ? null : safeHostKey(session.identity.hostKey),
      machine: session.identity === undefined ? null : safeLine(session.identity.machine, longestLine),
    },
    guide: {
      id: guide.id,
      title: safeLine(guide.title, longestLine),
      shipped: guide.shipped,
      sha256: guide.digest,
      changed: session.pinned !== undefined && session.pinned.digest !== guide.digest,
    },
    inputs: inputsOf(guide, values),
    summary: summaryOf(reported, sources.exitStatusOf(checkpoints)),
    checkpoints: reported,
    records: recordsPart(guide, values),
    timeline: [...timelineOf(events, titleOf)],
    journal: head,
    seal: openSeal(head),
  };
}

function safeHostKey({ type, fingerprint }: { readonly type: string; readonly fingerprint: string }) {
  return { type: safeLine(type, longestLine), fingerprint: safeLine(fingerprint, longestLine) };
}

/** Secrets have no value here. */
function inputsOf(guide: Guide, values: Readonly<Record<string, string>>): Report['inputs'] {
  return guide.inputs.flatMap(({ name, label }) => {
    const value = values[name] ?? '';
    return value === '' ? [] : [{ name, label: safeLine(label, longestLine), value: safeLine(value, longestLine) }];
  });
}

function recordsPart(guide: Guide, values: Readonly<Record<string, string>>): Report['records'] {
  const { ready, waiting } = recordsOf(guide, values);
  return {
    zone: ready.length === 0 ? '' : zoneText(ready),
    waiting: waiting.map(({ record, step, waitsFor }) =>
      safeLine(`${record.type} ${record.name} (${step}) waits for ${waitsFor.join(', ')}.`, longestLine),
    ),
  };
}

function summaryOf(checkpoints: readonly ReportedCheckpoint[], exitStatus: number): Report['summary'] {
  const proven = checkpoints.filter(({ state }) => state === 'proven' || state === 'proven-with-warning').length;
  const open = checkpoints.filter(({ counts, isSettled }) => counts && !isSettled);
  const total = checkpoints.length;
  const sentence =
    open.length === 0
      ? `${proven} of ${total} checkpoints are proven, and nothing is open.`
      : `${proven} of ${total} checkpoints are proven; ${open.length} ${open.length === 1 ? 'is' : 'are'} open.`;
  return { exitStatus, proven, total, sentence };
}
