import type { Alignment } from '../domains.ts';
import { alignmentOf } from '../domains.ts';
import type { Finding } from '../finding.ts';
import { findingsAbout } from '../finding.ts';
import type { ReceivedMessage } from '../message.ts';
import { receiversResults } from '../message.ts';
import { dkimDomain } from './dkim.ts';
import { spfDomain } from './spf.ts';

const alignment = findingsAbout('alignment');

const sameDomain = 'Use one domain in From, in the envelope sender and in the DKIM signature.';

interface Passed {
  readonly domains: readonly string[];
  readonly alignment: Alignment;
}

/** Whether what passed passed for the domain in From (RFC 9989 §4.10.2), by SPF and by DKIM each. */
export function explainAlignment(message: ReceivedMessage): readonly Finding[] {
  const from = message.from[0]?.domain ?? '';
  if (from === '') return [];
  const spf = passed(
    receiversResults(message, 'spf')
      .filter(({ result, properties }) => result === 'pass' && properties.has('smtp.mailfrom'))
      .map(spfDomain),
    from,
  );
  const dkim = passed(
    receiversResults(message, 'dkim')
      .filter(({ result }) => result === 'pass')
      .map(dkimDomain),
    from,
  );
  if (spf.domains.length === 0 && dkim.domains.length === 0) {
    return [alignment.unknown(`Nothing passed that could belong to ${from}, the domain in From.`)];
  }
  if (dkim.alignment !== 'none' && spf.alignment !== 'none') {
    return [
      alignment.good(`DKIM (${howFar(dkim)}) and SPF (${howFar(spf)}) both belong to ${from}, the domain in From.`),
    ];
  }
  if (dkim.alignment !== 'none') {
    const other = spf.domains.length === 0 ? 'SPF did not pass' : `SPF passed for ${spf.domains.join(', ')}`;
    return [
      alignment.good(
        `DKIM (${howFar(dkim)}) belongs to ${from}, the domain in From; ${other}. One of the two is enough.`,
      ),
    ];
  }
  if (spf.alignment !== 'none') {
    return [
      alignment.warning(
        `SPF (${howFar(spf)}) belongs to ${from}, the domain in From, and DKIM does not: when somebody forwards the message, nothing is left.`,
        'Sign with the domain that stands in From.',
      ),
    ];
  }
  const others = [...new Set([...spf.domains, ...dkim.domains])].join(', ');
  return [alignment.bad(`What passed belongs to ${others}, and From says ${from}.`, sameDomain)];
}

function passed(domains: readonly string[], from: string): Passed {
  const kinds = domains.map((domain) => alignmentOf(domain, from));
  const best = (['same', 'organizational'] as const).find((kind) => kinds.includes(kind)) ?? 'none';
  return { domains: [...new Set(domains)], alignment: best };
}

function howFar({ alignment: kind }: Passed): string {
  return kind === 'same'
    ? 'the very domain'
    : 'the same organization, which relaxed alignment allows and strict does not';
}
