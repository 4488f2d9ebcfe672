import type { Verdict } from '../evidence.ts';
import type { Vantage } from '../spec/terms.ts';
import type { RecordMistake } from './compare.ts';
import type { DnsWish } from './wish.ts';
import { fulfil } from './wish.ts';
import type { Sighting } from './zone.ts';

/** What the answers seen from one vantage come to. `Mistake`: how a mistake that was recognised is told. */
export interface DnsJudgement<Mistake = RecordMistake> {
  readonly verdict: Verdict;
  readonly observed: string;
  readonly mistakes: readonly Mistake[];
  /** What each source said, a line each. */
  readonly raw: string;
  /** Who answered; where nobody did, who was asked. */
  readonly sources: readonly string[];
}

/** What is known beside the answers. */
export interface DnsSurroundings {
  readonly vantage: Vantage;
  /** The zone's name, where it is known. */
  readonly zone: string | undefined;
  /** Whether the zone's own name servers have it, at least one of them. */
  readonly isAtAuthority: boolean;
}

/** How one answer was read. */
export interface Reading<Mistake> {
  readonly holds: boolean;
  /** It holds, but there is something to think about. */
  readonly isDoubtful: boolean;
  /** What was found, in words. */
  readonly found: string;
  readonly mistakes: readonly Mistake[];
}

/** What one vantage saw, read. */
export interface ReadSightings<Mistake> {
  /** `published` or `taken away`: what has happened where an answer holds. */
  readonly done: string;
  readonly sightings: readonly Sighting[];
  /** Those of the sightings that are answers. */
  readonly answers: readonly {
    readonly source: string;
    /** Seconds. */
    readonly ttl: number;
    readonly reading: Reading<Mistake>;
  }[];
}

type ReadAnswer = ReadSightings<unknown>['answers'][number];

/** Judges what was seen from one vantage, as `judgeReadings` does. */
export function judgeSightings(
  wish: DnsWish,
  sightings: readonly Sighting[],
  surroundings: DnsSurroundings,
): DnsJudgement {
  const answers = sightings.flatMap((sighting) => {
    if (sighting.kind === 'silent') return [];
    const { source, lookup } = sighting;
    const { comparison, ...fulfilment } = fulfil(wish, lookup, surroundings.zone);
    return [{ source, ttl: lookup.ttl, reading: { ...fulfilment, mistakes: comparison?.mistakes ?? [] } }];
  });
  const done = wish.kind === 'absent' ? 'taken away' : 'published';
  return judgeReadings({ done, sightings, answers }, surroundings);
}

/**
 * Judges what was read from one vantage. All must agree; where some do, or the zone's own name servers do, it is on its
 * way: "not yet". No answer at all is unknown, never false.
 */
export function judgeReadings<Mistake>(
  { done, sightings, answers }: ReadSightings<Mistake>,
  surroundings: DnsSurroundings,
): DnsJudgement<Mistake> {
  const silent = sightings.flatMap((sighting) => (sighting.kind === 'silent' ? [sighting] : []));
  const report = {
    mistakes: [...new Set(answers.flatMap(({ reading }) => reading.mistakes))],
    raw: rawText(sightings),
    sources: (answers.length > 0 ? answers : silent).map(({ source }) => source),
  };
  const [first] = answers;
  if (first === undefined) return { ...report, verdict: 'unknown', observed: `no answer: ${silentText(silent)}` };
  const holding = answers.filter(({ reading }) => reading.holds);
  const failing = answers.filter(({ reading }) => !reading.holds);
  if (failing.length === 0) {
    // why: a name server that does not answer slows every mail down; one of a family that we lack may be well
    const broken = surroundings.vantage === 'authority' ? silent.filter(({ isOurs }) => !isOurs) : [];
    const doubtful = holding.find(({ reading }) => reading.isDoubtful);
    const isWarning = doubtful !== undefined || broken.length > 0;
    const note = broken.length === 0 ? '' : `; no answer from ${silentText(broken)}`;
    return {
      ...report,
      verdict: isWarning ? 'warning' : 'true',
      observed: (doubtful ?? first).reading.found + note,
    };
  }
  if (holding.length === 0 && !(surroundings.isAtAuthority && surroundings.vantage !== 'authority')) {
    return { ...report, verdict: 'false', observed: failingText(failing) };
  }
  return { ...report, verdict: 'not-yet', observed: spreadingText(done, { holding, failing, surroundings }) };
}

function spreadingText(
  done: string,
  parts: {
    readonly holding: readonly ReadAnswer[];
    readonly failing: readonly ReadAnswer[];
    readonly surroundings: DnsSurroundings;
  },
): string {
  const where = parts.holding.length === 0 ? 'at the zone’s own name servers' : `at ${sourcesText(parts.holding)}`;
  const wait =
    parts.surroundings.vantage === 'authority'
      ? ''
      : ` (to wait: up to ${Math.max(...parts.failing.map(({ ttl }) => ttl))} s)`;
  return `${done} ${where}, not yet seen at ${failingText(parts.failing)}${wait}`;
}

/** `ns1, ns2: there is no A record; ns3: 192.0.2.1`. Where all say the same, who says it goes without saying. */
function failingText(failing: readonly ReadAnswer[]): string {
  const saying = new Map<string, ReadAnswer[]>();
  for (const answer of failing) {
    saying.set(answer.reading.found, [...(saying.get(answer.reading.found) ?? []), answer]);
  }
  return [...saying].map(([found, answers]) => `${sourcesText(answers)}: ${found}`).join('; ');
}

function sourcesText(answers: readonly ReadAnswer[]): string {
  return answers.map(({ source }) => source).join(', ');
}

function silentText(silent: readonly Extract<Sighting, { kind: 'silent' }>[]): string {
  return silent.length === 0 ? 'nobody was asked' : silent.map(({ source, why }) => `${source} (${why})`).join(', ');
}

function rawText(sightings: readonly Sighting[]): string {
  return sightings
    .flatMap((sighting) => {
      if (sighting.kind === 'silent') return [`${sighting.source}: no answer (${sighting.why})`];
      const { source, lookup } = sighting;
      const aliases = lookup.aliases.map((alias) => `${source}: alias ${alias}`);
      if (lookup.records.length === 0) {
        return [
          ...aliases,
          `${source}: ${lookup.isNameMissing ? 'no such name' : 'no such record'} (TTL ${lookup.ttl})`,
        ];
      }
      return [...aliases, ...lookup.records.map((record) => `${source}: ${record} (TTL ${lookup.ttl})`)];
    })
    .join('\n');
}
