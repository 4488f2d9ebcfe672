import type { Verdict } from '../probe/evidence.ts';
import type { SessionEvent } from '../session/events.ts';
import { safeLine } from '../text/safe.ts';
import type { AttributedEvent } from './journal.ts';
import type { Happening } from './report.ts';
import { endWords, timeWords } from './words.ts';

/** Characters of a sentence that are told at most; it may quote a person or a server. */
const longestSentence = 500;

/**
 * What happened in a session, the earliest first. A look that saw the same as the one before it is counted into that one:
 * a wait for DNS may look a thousand times. `titleOf`: a step's title by its id.
 */
export function timelineOf(
  events: readonly AttributedEvent[],
  titleOf: (step: string) => string,
): readonly Happening[] {
  const attempts = new Map<string, Extract<SessionEvent, { kind: 'attempt-intended' }>>();
  let hostKey = '';
  const told: Happening[] = [];
  for (const group of grouped(events)) {
    const { event, by } = group.first;
    if (event.kind === 'attempt-intended') attempts.set(event.attempt, event);
    // An identity is news once.
    if (event.kind === 'target-seen') {
      if (event.hostKey.fingerprint === hostKey) continue;
      hostKey = event.hostKey.fingerprint;
    }
    const step = stepOf(event, attempts);
    const sentence = event.kind === 'probed' ? lookSentence(event, group) : sentenceOf(event, attempts);
    if (sentence === null) continue;
    told.push({
      at: event.at,
      by: safeLine(by, longestSentence),
      kind: event.kind,
      step,
      sentence: safeLine(`${step === null ? '' : `${titleOf(step)}: `}${sentence}`, longestSentence),
    });
  }
  return told;
}

/** Events of which only the first is told. */
interface Group {
  readonly first: AttributedEvent;
  readonly last: AttributedEvent;
  readonly count: number;
}

function grouped(events: readonly AttributedEvent[]): readonly Group[] {
  const groups: Group[] = [];
  for (const now of events) {
    const before = groups.at(-1);
    if (before !== undefined && isSameLook(before.first, now)) {
      groups[groups.length - 1] = { ...before, last: now, count: before.count + 1 };
    } else {
      groups.push({ first: now, last: now, count: 1 });
    }
  }
  return groups;
}

function isSameLook(one: AttributedEvent, other: AttributedEvent): boolean {
  return (
    one.event.kind === 'probed' &&
    other.event.kind === 'probed' &&
    one.by === other.by &&
    one.event.step === other.event.step &&
    one.event.verdict === other.event.verdict
  );
}

const lookWords: Readonly<Record<Verdict, string>> = {
  true: 'seen to hold',
  warning: 'seen to hold, with a warning',
  false: 'seen not to hold',
  'not-yet': 'seen not to hold yet',
  unknown: 'could not be seen',
};

function lookSentence({ verdict }: Extract<SessionEvent, { kind: 'probed' }>, { count, last }: Group): string {
  const times = count === 1 ? '' : `, ${count} times until ${timeWords(last.event.at)}`;
  return `${lookWords[verdict]}${times}.`;
}

function stepOf(event: SessionEvent, attempts: ReadonlyMap<string, { readonly step: string }>): string | null {
  if ('step' in event) return event.step;
  return 'attempt' in event ? (attempts.get(event.attempt)?.step ?? null) : null;
}

/** Null for what says nothing of its own. */
function sentenceOf(
  event: Exclude<SessionEvent, { kind: 'probed' }>,
  attempts: ReadonlyMap<string, { readonly purpose: 'run' | 'undo' }>,
): string | null {
  switch (event.kind) {
    case 'session-created':
      return `The session of the guide ${event.guide} on ${event.target} began.`;
    case 'opened':
      return `${event.by} opened the session with Brevduva ${event.version}.`;
    case 'guide-pinned':
      return `The guide was agreed to, as it was then: SHA-256 ${event.digest.slice(0, 12)}….`;
    case 'input-set':
      return event.value === null ? `${event.name} was taken away.` : `${event.name} became ${event.value}.`;
    case 'target-seen':
      return `The server showed the ${event.hostKey.type} host key ${event.hostKey.fingerprint}.`;
    case 'attempt-intended':
      return event.purpose === 'run' ? 'the action was begun.' : 'the undo was begun.';
    case 'attempt-started':
      return null;
    case 'attempt-ended': {
      const what = attempts.get(event.attempt)?.purpose === 'undo' ? 'the undo' : 'the action';
      return `${what} ${endWords(event.outcome).replace(/\.$/, '')}.`;
    }
    case 'skipped':
      return `skipped: ${event.reason.replace(/\.$/, '')}.`;
    case 'reopened':
      return 'the skip or the confirmation was taken back.';
    case 'confirmed':
      return 'confirmed by a person.';
  }
}
