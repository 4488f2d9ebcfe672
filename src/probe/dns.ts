import { conclude } from './conclude.ts';
import type { ProbeContext } from './context.ts';
import { lookAtIssuance } from './dns/caa.ts';
import { inquire } from './dns/inquire.ts';
import { judgeSightings } from './dns/judge.ts';
import { dnsRemedy } from './dns/remedy.ts';
import type { DnsWish } from './dns/wish.ts';
import { fulfil, wishesOf } from './dns/wish.ts';
import type { Evidence } from './evidence.ts';
import type { DnsSpec } from './spec/dns.ts';

/**
 * Looks what is published: one evidence for each name and type, and each vantage. Rejects with the signal's reason, or
 * with ProbeInputError where a name makes no sense.
 */
export async function runDnsProbe(spec: DnsSpec, context: ProbeContext): Promise<readonly Evidence[]> {
  if (spec.allows !== undefined && spec.name !== undefined) {
    return lookAtIssuance({ authority: spec.allows, name: spec.name }, spec, context);
  }
  const evidence = await Promise.all(wishesOf(spec, context).map((wish) => look(wish, spec, context)));
  return evidence.flat();
}

async function look(wish: DnsWish, spec: DnsSpec, context: ProbeContext): Promise<readonly Evidence[]> {
  const mayBeDoubled = wish.kind === 'records' && wish.question.type !== 'PTR';
  const seen = await inquire(
    {
      question: wish.question,
      judge: (sightings, surroundings) => judgeSightings(wish, sightings, surroundings),
      recognises: mayBeDoubled ? (lookup, zone) => fulfil(wish, lookup, zone).holds : null,
    },
    [spec.from].flat(),
    context,
  );
  return seen.map(({ vantage, judgement, zone, isNameDoubled, remedy }) =>
    conclude(
      {
        probe: `dns ${wish.question.type} ${wish.name}`,
        verdict: judgement.verdict,
        expected: expectedText(wish),
        observed: judgement.observed,
        raw: judgement.raw,
        vantage: [vantage, judgement.sources.join(', ')].join(' ').trim(),
        remedy: remedy ?? dnsRemedy({ wish, mistakes: judgement.mistakes, isNameDoubled, zone, own: spec.remedy }),
      },
      context.now(),
    ),
  );
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
