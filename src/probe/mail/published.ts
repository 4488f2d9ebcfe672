import type { Finding } from '../../mail/finding.ts';
import { conclude } from '../conclude.ts';
import type { ProbeContext } from '../context.ts';
import { inquire } from '../dns/inquire.ts';
import type { DnsJudgement, DnsSurroundings, Reading } from '../dns/judge.ts';
import { judgeReadings } from '../dns/judge.ts';
import type { Lookup } from '../dns/lookup.ts';
import { DnsSilence } from '../dns/query.ts';
import type { Sighting } from '../dns/zone.ts';
import type { Evidence } from '../evidence.ts';
import type { Vantage } from '../spec/terms.ts';
import type { LookUp } from './lookups.ts';
import { lookUpFrom } from './lookups.ts';

/** A record of mail, and how it is read. Its mistakes are told as remedies. */
export interface MailRecord {
  /** `mail spf example.com` */
  readonly probe: string;
  /** Where its TXT record stands, as `dnsName` gives it. */
  readonly name: string;
  readonly expected: string;
  /** Reads what one name server said. Rejects with DnsSilence where something that it points to could not be looked up. */
  read(lookup: Lookup, lookUp: LookUp): Promise<Reading<string>>;
  /** Whether a text is such a record, be it right or wrong. */
  recognises(text: string): boolean;
}

/** Looks at a record from each vantage: one evidence each. Rejects with the signal's reason. */
export async function lookAtRecord(
  record: MailRecord,
  spec: { readonly from: readonly Vantage[]; readonly remedy: string | undefined },
  context: ProbeContext,
): Promise<readonly Evidence[]> {
  const judge = judgeWith(record, context);
  const seen = await inquire(
    {
      question: { name: record.name, type: 'TXT' },
      judge,
      recognises: ({ records }) => records.some((text) => record.recognises(text)),
    },
    spec.from,
    context,
  );
  context.signal.throwIfAborted();
  return seen.map(({ vantage, judgement, zone, isNameDoubled, remedy }) => {
    const remedies = isNameDoubled ? [doubledText(record.name, zone ?? '')] : [];
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
function judgeWith(record: MailRecord, context: ProbeContext) {
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
