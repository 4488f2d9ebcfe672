import type { Finding } from '../../mail/finding.ts';
import { conclude } from '../conclude.ts';
import type { ProbeContext } from '../context.ts';
import type { Evidence } from '../evidence.ts';
import type { Vantage } from '../spec/terms.ts';
import type { LookUp } from './ask-from.ts';
import { lookUpFrom } from './ask-from.ts';
import { inquire } from './inquire.ts';
import type { DnsJudgement, DnsSurroundings, Reading } from './judge.ts';
import { judgeReadings } from './judge.ts';
import type { Lookup } from './lookup.ts';
import type { DnsQuestion } from './message.ts';
import { DnsSilence } from './query.ts';
import type { Sighting } from './zone.ts';

/** A record that is read by what it means, not compared. Its mistakes are told as remedies. */
export interface RecordToRead {
  /** `mail spf example.com` */
  readonly probe: string;
  /** Where it stands, as `dnsName` gives it, and its type. */
  readonly question: DnsQuestion;
  readonly expected: string;
  /** Reads what one name server said. Rejects with DnsSilence where something that it points to could not be looked up. */
  read(lookup: Lookup, lookUp: LookUp): Promise<Reading<string>>;
  /**
   * Whether a text is such a record, be it right or wrong, so that it is found under a name that got the domain twice.
   * `null` where none need be there.
   */
  readonly recognises: ((text: string) => boolean) | null;
}

/** Looks at a record from each vantage: one evidence each. Rejects with the signal's reason. */
export async function lookAtRecord(
  record: RecordToRead,
  spec: { readonly from: readonly Vantage[]; readonly remedy: string | undefined },
  context: ProbeContext,
): Promise<readonly Evidence[]> {
  const judge = judgeWith(record, context);
  const { recognises } = record;
  const seen = await inquire(
    {
      question: record.question,
      judge,
      recognises: recognises && (({ records }) => records.some(recognises)),
    },
    spec.from,
    context,
  );
  context.signal.throwIfAborted();
  return seen.map(({ vantage, judgement, zone, isNameDoubled, remedy }) => {
    const remedies = isNameDoubled ? [doubledText(record.question.name, zone ?? '')] : [];
    const toDo = judgement.verdict === 'not-yet' ? [waitText] : [...remedies, ...judgement.mistakes];
    return conclude(
      {
        probe: record.probe,
        verdict: judgement.verdict,
        expected: record.expected,
        observed: judgement.observed,
        raw: judgement.raw,
        vantage: [vantage, judgement.sources.join(', ')].join(' ').trim(),
        remedy: remedy ?? [...toDo, ...(spec.remedy === undefined ? [] : [spec.remedy])].join(' '),
      },
      context.now(),
    );
  });
}

/** A reading out of findings: it holds where nothing is bad, and is doubtful where there is a warning. */
export function readingOf(findings: readonly Finding[], found: string): Reading<string> {
  const bad = findings.filter(({ verdict }) => verdict === 'bad');
  const doubtful = findings.filter(({ verdict }) => verdict === 'warning' || verdict === 'unknown');
  const told = bad.length > 0 ? bad : doubtful;
  const remedies = told.flatMap(({ remedy }) => (remedy === undefined ? [] : [remedy]));
  return {
    holds: bad.length === 0,
    isDoubtful: doubtful.length > 0,
    found: told.length === 0 ? found : told.map(({ sentence }) => sentence).join(' '),
    mistakes: [...new Set(remedies)],
  };
}

/** Servers that say the same are read once. */
function judgeWith(record: RecordToRead, context: ProbeContext) {
  const readings = new Map<string, Promise<Reading<string>>>();
  const lookUps = new Map<Vantage, LookUp>();
  return async (sightings: readonly Sighting[], surroundings: DnsSurroundings): Promise<DnsJudgement<string>> => {
    const { vantage } = surroundings;
    const answered = sightings.flatMap(({ kind, source }) => (kind === 'answer' ? [source] : []));
    const lookUp = lookUps.get(vantage) ?? lookUpFrom(vantage, answered, context);
    lookUps.set(vantage, lookUp);
    const seen = await Promise.all(
      sightings.map(async (sighting) => {
        if (sighting.kind === 'silent') return { sighting, answers: [] };
        const { source, lookup } = sighting;
        const key = JSON.stringify([vantage, lookup.records, lookup.aliases]);
        const reading = readings.get(key) ?? record.read(lookup, lookUp);
        readings.set(key, reading);
        try {
          return { sighting, answers: [{ source, ttl: lookup.ttl, reading: await reading }] };
        } catch (error) {
          if (!(error instanceof DnsSilence)) throw error;
          return { sighting: { kind: 'silent', source, why: error.message, isOurs: true } as const, answers: [] };
        }
      }),
    );
    const read = { sightings: seen.map(({ sighting }) => sighting), answers: seen.flatMap(({ answers }) => answers) };
    return judgeReadings({ done: 'published', ...read }, surroundings);
  };
}

function doubledText(name: string, zone: string): string {
  return `It is published under ${name}.${zone}: the panel adds the domain itself, so enter the name without it.`;
}

const waitText = 'Only wait: name servers and resolvers hand out what they remember until its time is over.';
