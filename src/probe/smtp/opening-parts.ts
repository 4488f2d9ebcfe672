import type { Judgement } from '../conclude.ts';
import { dnsName } from '../dns/name.ts';
import type { SmtpSpec } from '../spec/smtp.ts';
import { expandPattern, expandVariables } from '../values.ts';
import type { Opening } from './open.ts';
import type { Ehlo } from './reply.ts';
import { isOffered } from './reply.ts';

/** One expectation, and what came of it. */
export interface Part {
  /** What follows the server in the probe's name; empty for the conversation itself. */
  readonly about: string;
  readonly expected: string;
  readonly judgement: Judgement;
  readonly raw: string;
}

type Values = Readonly<Record<string, string>>;

/** What there is to say of the opening of a conversation, for what the guide asks of it. Throws ProbeInputError. */
export function openingParts(spec: SmtpSpec, opening: Opening, values: Values): readonly Part[] {
  const { heard } = opening;
  const raw = heard.transcript.join('\n');
  const failed = opening.kind === 'failed' ? opening : undefined;
  const part = (about: string, expected: string, judgement: Judgement): Part => ({ about, expected, judgement, raw });

  const parts: Part[] = [];
  const pattern = spec.greeting === undefined ? undefined : expandPattern(spec.greeting, values);
  const expected = pattern === undefined ? 'it greets as an SMTP server' : `it greets with /${pattern.source}/`;
  if (failed?.at === 'connection' || failed?.at === 'greeting') return [part('', expected, failed.judgement)];
  if (heard.greeting !== undefined) {
    const text = heard.greeting.lines.join('\n');
    const isMet = pattern === undefined || pattern.test(text);
    parts.push(part('', expected, { verdict: isMet ? 'true' : 'false', observed: heard.greeting.lines[0] ?? '' }));
  }
  if (heard.clear !== undefined) parts.push(...keywordParts(spec.beforeTls, heard.clear, { raw, when: ' before TLS' }));
  if (failed !== undefined) return [...parts, part(failed.at, stageExpectations[failed.at], failed.judgement)];
  return opening.kind === 'open' ? [...parts, ...openParts(spec, opening, values)] : parts;
}

const stageExpectations = {
  TLS: 'TLS begins with the connection',
  EHLO: 'it answers EHLO',
  STARTTLS: 'it takes STARTTLS, and TLS begins',
} as const;

/** What there is to say of a conversation that came as far as it was to come. */
function openParts(
  spec: SmtpSpec,
  { heard, handshake }: Extract<Opening, { kind: 'open' }>,
  values: Values,
): readonly Part[] {
  const raw = heard.transcript.join('\n');
  const ehlo = heard.secured ?? heard.clear ?? { name: '', offers: [] };
  const parts: Part[] = [];
  if (handshake !== null) {
    const at = heard.clear === undefined ? 'TLS' : 'STARTTLS';
    const judgement: Judgement = { verdict: 'true', observed: `${handshake.protocol}, ${handshake.cipher}` };
    parts.push({ about: at, expected: stageExpectations[at], judgement, raw });
  }
  if (spec.name !== undefined) {
    const name = expandVariables(spec.name, values);
    const isSame = ehlo.name.toLowerCase() === dnsName(name);
    const judgement: Judgement = { verdict: isSame ? 'true' : 'false', observed: ehlo.name || 'no name' };
    parts.push({ about: 'name', expected: `it calls itself ${name}`, judgement, raw });
  }
  return [...parts, ...keywordParts(spec, ehlo, { raw, when: handshake === null ? '' : ' under TLS' })];
}

function keywordParts(
  wanted:
    | { readonly offers?: readonly string[] | undefined; readonly lacks?: readonly string[] | undefined }
    | undefined,
  ehlo: Ehlo,
  { raw, when }: { readonly raw: string; readonly when: string },
): readonly Part[] {
  const { offers = [], lacks = [] } = wanted ?? {};
  const said = ehlo.offers.length === 0 ? 'it offers nothing' : `it offers ${ehlo.offers.join(', ')}`;
  const part = (verb: string, keywords: readonly string[], isMet: boolean): Part => ({
    about: `${verb}${when}`,
    expected: `${verb === 'offers' ? 'it offers' : 'it does not offer'} ${keywords.join(', ')}${when}`,
    judgement: { verdict: isMet ? 'true' : 'false', observed: said },
    raw,
  });
  return [
    ...(offers.length === 0
      ? []
      : [
          part(
            'offers',
            offers,
            offers.every((one) => isOffered(one, ehlo)),
          ),
        ]),
    ...(lacks.length === 0 ? [] : [part('lacks', lacks, !lacks.some((one) => isOffered(one, ehlo)))]),
  ];
}
