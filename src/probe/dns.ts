import { conclude } from './conclude.ts';
import type { ProbeContext } from './context.ts';
import type { DnsJudgement } from './dns/judge.ts';
import { judgeSightings } from './dns/judge.ts';
import { DnsSilence } from './dns/query.ts';
import { dnsRemedy } from './dns/remedy.ts';
import { askFromTarget, askHere, askPublic } from './dns/vantage.ts';
import type { DnsWish } from './dns/wish.ts';
import { fulfil, wishesOf } from './dns/wish.ts';
import type { AuthoritySightings } from './dns/zone.ts';
import { askAuthority } from './dns/zone.ts';
import type { Evidence } from './evidence.ts';
import type { DnsSpec, Vantage } from './spec.ts';

/** What a zone's own name servers have, asked once for all vantages. */
type Authority =
  | ({ readonly kind: 'seen'; readonly judgement: DnsJudgement; readonly isNameDoubled: boolean } & AuthoritySightings)
  | { readonly kind: 'unseen'; readonly why: string };

/**
 * Looks what is published: one evidence for each name and type, and each vantage. Rejects with the signal's reason, or
 * with ProbeInputError where a name makes no sense.
 */
export async function runDnsProbe(spec: DnsSpec, context: ProbeContext): Promise<readonly Evidence[]> {
  const vantages = [spec.from].flat();
  const wishes = wishesOf(spec, context);
  const evidence = await Promise.all(
    wishes.map((wish) => {
      const authority = lazily(() => seeAuthority(wish, context));
      return Promise.all(vantages.map((vantage) => look(wish, { vantage, authority, own: spec.remedy }, context)));
    }),
  );
  return evidence.flat();
}

async function look(
  wish: DnsWish,
  from: { readonly vantage: Vantage; readonly authority: () => Promise<Authority>; readonly own: string | undefined },
  context: ProbeContext,
): Promise<Evidence> {
  const { vantage, authority } = from;
  const { judgement, remedy } = await judgeFrom(vantage, wish, { authority, context });
  const known = judgement.verdict === 'true' ? null : await authority();
  const zone = known?.kind === 'seen' ? known.zone.apex : undefined;
  const isNameDoubled = known?.kind === 'seen' && known.isNameDoubled;
  return conclude(
    {
      probe: `dns ${wish.question.type} ${wish.name}`,
      verdict: judgement.verdict,
      expected: expectedText(wish),
      observed: judgement.observed,
      raw: judgement.raw,
      vantage: [vantage, judgement.sources.join(', ')].join(' ').trim(),
      remedy: remedy ?? dnsRemedy({ wish, mistakes: judgement.mistakes, isNameDoubled, zone, own: from.own }),
    },
    context.now(),
  );
}

async function judgeFrom(
  vantage: Vantage,
  wish: DnsWish,
  { authority, context }: { readonly authority: () => Promise<Authority>; readonly context: ProbeContext },
): Promise<{ readonly judgement: DnsJudgement; readonly remedy?: string }> {
  if (vantage === 'authority') {
    const known = await authority();
    return known.kind === 'seen' ? known : { judgement: unseen(known.why), remedy: unreachableRemedy };
  }
  const ask = { public: askPublic, here: askHere, target: askFromTarget }[vantage];
  const seen = await ask(wish.question, context);
  const alone = judgeSightings(wish, seen.sightings, { vantage, zone: undefined, isAtAuthority: false });
  if (alone.verdict === 'true' || alone.verdict === 'warning') return { judgement: alone };
  if (alone.verdict === 'unknown') return { judgement: alone, remedy: seen.remedy ?? unreachableRemedy };
  const known = await authority();
  if (known.kind === 'unseen') return { judgement: alone };
  const isAtAuthority = known.judgement.verdict !== 'false' && known.judgement.verdict !== 'unknown';
  return {
    judgement: judgeSightings(wish, seen.sightings, { vantage, zone: known.zone.apex, isAtAuthority }),
  };
}

async function seeAuthority(wish: DnsWish, context: ProbeContext): Promise<Authority> {
  try {
    const seen = await askAuthority(wish.question, context);
    const surroundings = { vantage: 'authority', zone: seen.zone.apex, isAtAuthority: false } as const;
    const judgement = judgeSightings(wish, seen.sightings, surroundings);
    const isNameDoubled = judgement.verdict === 'false' && (await isUnderDoubledName(wish, seen.zone.apex, context));
    return { kind: 'seen', ...seen, judgement, isNameDoubled };
  } catch (error) {
    if (!(error instanceof DnsSilence)) throw error;
    return { kind: 'unseen', why: error.message };
  }
}

/** Whether what is missing stands under `name.zone`, as when a panel adds the domain to a name that had it. */
async function isUnderDoubledName(wish: DnsWish, apex: string, context: ProbeContext): Promise<boolean> {
  const name = `${wish.question.name}.${apex}`;
  if (wish.kind !== 'records' || wish.question.type === 'PTR' || apex === '' || name.length > 253) return false;
  try {
    const { sightings } = await askAuthority({ ...wish.question, name }, context);
    return sightings.some(
      (sighting) =>
        sighting.kind === 'answer' && sighting.lookup.records.length > 0 && fulfil(wish, sighting.lookup, apex).holds,
    );
  } catch (error) {
    if (!(error instanceof DnsSilence)) throw error;
    // why: it was only a guess at the cause; what is published is known without it
    return false;
  }
}

function expectedText(wish: DnsWish): string {
  const { type } = wish.question;
  switch (wish.kind) {
    case 'records':
    case 'exactly':
      return wish.values.join(', ');
    case 'any':
      return `some ${type} record`;
    case 'absent':
      return `no ${type} record`;
    default:
      return wish satisfies never;
  }
}

const unreachableRemedy =
  'Look whether this network is online and lets DNS questions out (port 53, UDP and TCP), then verify again.';

function unseen(why: string): DnsJudgement {
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
