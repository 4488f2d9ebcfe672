import type { ProbeContext } from '../context.ts';
import type { Vantage } from '../spec/terms.ts';
import type { DnsJudgement, DnsSurroundings } from './judge.ts';
import type { Lookup } from './lookup.ts';
import type { DnsQuestion } from './message.ts';
import { DnsSilence } from './query.ts';
import { askFromTarget, askHere, askPublic } from './vantage.ts';
import type { AuthoritySightings, Sighting } from './zone.ts';
import { askAuthority } from './zone.ts';

/** A question, and how the answers to it are judged. */
export interface Inquiry<Mistake> {
  readonly question: DnsQuestion;
  judge(
    sightings: readonly Sighting[],
    surroundings: DnsSurroundings,
  ): DnsJudgement<Mistake> | Promise<DnsJudgement<Mistake>>;
  /**
   * Whether an answer is what was meant, so that it is found under a name that got the domain twice. `null` where no
   * name can have got it twice.
   */
  readonly recognises: ((lookup: Lookup, zone: string) => boolean) | null;
}

/** What one vantage saw, judged. */
export interface Inquired<Mistake> {
  readonly vantage: Vantage;
  readonly judgement: DnsJudgement<Mistake>;
  /** The zone's name, where something is wrong and it is known. */
  readonly zone: string | undefined;
  /** What was meant stands under the name with the domain twice. */
  readonly isNameDoubled: boolean;
  /** What to do where nobody could be asked; then no mistake in the records is known. */
  readonly remedy?: string;
}

/** What a zone's own name servers have. */
type Authority<Mistake> =
  | ({
      readonly kind: 'seen';
      readonly judgement: DnsJudgement<Mistake>;
      readonly isNameDoubled: boolean;
    } & AuthoritySightings)
  | { readonly kind: 'unseen'; readonly why: string };

/**
 * Asks from each vantage, and the zone's own name servers once, where they are one of them or where they can tell what
 * is on its way from what is wrong. Rejects with the signal's reason.
 */
export function inquire<Mistake>(
  inquiry: Inquiry<Mistake>,
  vantages: readonly Vantage[],
  context: ProbeContext,
): Promise<readonly Inquired<Mistake>[]> {
  const authority = lazily(() => seeAuthority(inquiry, context));
  return Promise.all(
    vantages.map(async (vantage) => {
      const judged = await judgeFrom(vantage, inquiry, { authority, context });
      const known = judged.judgement.verdict === 'true' ? null : await authority();
      return {
        vantage,
        ...judged,
        zone: known?.kind === 'seen' ? known.zone.apex : undefined,
        isNameDoubled: known?.kind === 'seen' && known.isNameDoubled,
      };
    }),
  );
}

async function judgeFrom<Mistake>(
  vantage: Vantage,
  inquiry: Inquiry<Mistake>,
  { authority, context }: { readonly authority: () => Promise<Authority<Mistake>>; readonly context: ProbeContext },
): Promise<Pick<Inquired<Mistake>, 'judgement' | 'remedy'>> {
  if (vantage === 'authority') {
    const known = await authority();
    return known.kind === 'seen'
      ? { judgement: known.judgement }
      : { judgement: unseen(known.why), remedy: unreachableRemedy };
  }
  const ask = { public: askPublic, here: askHere, target: askFromTarget }[vantage];
  const seen = await ask(inquiry.question, context);
  const alone = await inquiry.judge(seen.sightings, { vantage, zone: undefined, isAtAuthority: false });
  if (alone.verdict === 'true' || alone.verdict === 'warning') return { judgement: alone };
  if (alone.verdict === 'unknown') return { judgement: alone, remedy: seen.remedy ?? unreachableRemedy };
  const known = await authority();
  if (known.kind === 'unseen') return { judgement: alone };
  const isAtAuthority = known.judgement.verdict !== 'false' && known.judgement.verdict !== 'unknown';
  return { judgement: await inquiry.judge(seen.sightings, { vantage, zone: known.zone.apex, isAtAuthority }) };
}

async function seeAuthority<Mistake>(inquiry: Inquiry<Mistake>, context: ProbeContext): Promise<Authority<Mistake>> {
  try {
    const seen = await askAuthority(inquiry.question, context);
    const surroundings = { vantage: 'authority', zone: seen.zone.apex, isAtAuthority: false } as const;
    const judgement = await inquiry.judge(seen.sightings, surroundings);
    const isNameDoubled = judgement.verdict === 'false' && (await isUnderDoubledName(inquiry, seen.zone.apex, context));
    return { kind: 'seen', ...seen, judgement, isNameDoubled };
  } catch (error) {
    if (!(error instanceof DnsSilence)) throw error;
    return { kind: 'unseen', why: error.message };
  }
}

/** Whether what is missing stands under `name.zone`, as when a panel adds the domain to a name that had it. */
async function isUnderDoubledName(
  { question, recognises }: Inquiry<unknown>,
  apex: string,
  context: ProbeContext,
): Promise<boolean> {
  const name = `${question.name}.${apex}`;
  if (recognises === null || apex === '' || name.length > 253) return false;
  try {
    const { sightings } = await askAuthority({ ...question, name }, context);
    return sightings.some(
      (sighting) =>
        sighting.kind === 'answer' && sighting.lookup.records.length > 0 && recognises(sighting.lookup, apex),
    );
  } catch (error) {
    if (!(error instanceof DnsSilence)) throw error;
    // why: it was only a guess at the cause; what is published is known without it
    return false;
  }
}

const unreachableRemedy =
  'Look whether this network is online and lets DNS questions out (port 53, UDP and TCP), then verify again.';

function unseen(why: string): DnsJudgement<never> {
  return {
    verdict: 'unknown',
    observed: `the zone’s own name servers were not found: ${why}`,
    mistakes: [],
    raw: '',
    sources: [],
  };
}

/** Makes a promise when it is first asked for, and gives the same one ever after. */
function lazily<Value>(make: () => Promise<Value>): () => Promise<Value> {
  let made: Promise<Value> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
