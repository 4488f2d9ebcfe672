import type { Verdict } from '../evidence.ts';
import type { Vantage } from '../spec.ts';
import type { RecordMistake } from './compare.ts';
import type { DnsWish, Fulfilment } from './wish.ts';
import { fulfil } from './wish.ts';
import type { Sighting } from './zone.ts';

/** What the answers seen from one vantage come to. */
export interface DnsJudgement {
  readonly verdict: Verdict;
  readonly observed: string;
  readonly mistakes: readonly RecordMistake[];
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

interface Judged {
  readonly source: string;
  readonly ttl: number;
  readonly fulfilment: Fulfilment;
}

/**
 * Judges what was seen from one vantage. All must agree; where some do, or the zone's own name servers do, it is on its
 * way: "not yet". No answer at all is unknown, never false.
 */
export function judgeSightings(
  wish: DnsWish,
  sightings: readonly Sighting[],
  surroundings: DnsSurroundings,
): DnsJudgement {
  const answers = sightings.flatMap((sighting): readonly Judged[] => {
    if (sighting.kind === 'silent') return [];
    const { source, lookup } = sighting;
    return [{ source, ttl: lookup.ttl, fulfilment: fulfil(wish, lookup, surroundings.zone) }];
  });
  const silent = sightings.flatMap((sighting) => (sighting.kind === 'silent' ? [sighting] : []));
  const report = {
    mistakes: [...new Set(answers.flatMap(({ fulfilment }) => fulfilment.comparison?.mistakes ?? []))],
    raw: rawText(sightings),
    sources: (answers.length > 0 ? answers : silent).map(({ source }) => source),
  };
  const [first] = answers;
  if (first === undefined) return { ...report, verdict: 'unknown', observed: `no answer: ${silentText(silent)}` };
  const holding = answers.filter(({ fulfilment }) => fulfilment.holds);
  const failing = answers.filter(({ fulfilment }) => !fulfilment.holds);
  if (failing.length === 0) {
    // why: a name server that does not answer slows every mail down; one of a family that we lack may be well
    const broken = surroundings.vantage === 'authority' ? silent.filter(({ isOurs }) => !isOurs) : [];
    const doubtful = holding.find(({ fulfilment }) => fulfilment.isDoubtful);
    const isWarning = doubtful !== undefined || broken.length > 0;
    const note = broken.length === 0 ? '' : `; no answer from ${silentText(broken)}`;
    return {
      ...report,
      verdict: isWarning ? 'warning' : 'true',
      observed: (doubtful ?? first).fulfilment.found + note,
    };
  }
  if (holding.length === 0 && !(surroundings.isAtAuthority && surroundings.vantage !== 'authority')) {
    return { ...report, verdict: 'false', observed: failingText(failing) };
  }
  return { ...report, verdict: 'not-yet', observed: spreadingText(wish, { holding, failing, surroundings }) };
}

function spreadingText(
  wish: DnsWish,
  parts: {
    readonly holding: readonly Judged[];
    readonly failing: readonly Judged[];
    readonly surroundings: DnsSurroundings;
  },
): string {
  const done = wish.kind === 'absent' ? 'taken away' : 'published';
  const where = parts.holding.length === 0 ? 'at the zone’s own name servers' : `at ${sourcesText(parts.holding)}`;
  const wait =
    parts.surroundings.vantage === 'authority'
      ? ''
      : ` (to wait: up to ${Math.max(...parts.failing.map(({ ttl }) => ttl))} s)`;
  return `${done} ${where}, not yet seen at ${failingText(parts.failing)}${wait}`;
}

/** `ns1, ns2: there is no A record; ns3: 192.0.2.1`. Where all say the same, who says it goes without saying. */
function failingText(failing: readonly Judged[]): string {
  const saying = new Map<string, Judged[]>();
  for (const judged of failing) {
    saying.set(judged.fulfilment.found, [...(saying.get(judged.fulfilment.found) ?? []), judged]);
  }
  return [...saying].map(([found, judged]) => `${sourcesText(judged)}: ${found}`).join('; ');
}

function sourcesText(judged: readonly Judged[]): string {
  return judged.map(({ source }) => source).join(', ');
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
