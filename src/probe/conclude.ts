import { safeLine, safeText } from '../text/safe.ts';
import type { Evidence, Verdict } from './evidence.ts';

/** What a probe found, before it is made safe to show. */
export interface Finding {
  readonly probe: string;
  readonly verdict: Verdict;
  readonly expected: string;
  readonly observed: string;
  readonly raw?: string | undefined;
  readonly vantage: string;
  readonly remedy?: string | undefined;
}

/** What a probe makes of what it saw. */
export type Judgement = Pick<Finding, 'verdict' | 'observed' | 'remedy'>;

/** Characters of `raw` that are kept: the last ones. */
const longestRaw = 4_000;
const longestLine = 500;
/** A remedy holds the exact record to publish; a DKIM key of 4096 bits takes about 740 characters. */
const longestRemedy = 4_000;

/**
 * Evidence out of a finding: every text made safe to show and bounded, since much of it came from a server.
 * The remedy is left out where nothing is to be mended.
 */
export function conclude(finding: Finding, at: Date): Evidence {
  const remedy = finding.verdict === 'true' ? '' : safeLine(finding.remedy ?? '', longestRemedy);
  return {
    probe: safeLine(finding.probe, longestLine),
    verdict: finding.verdict,
    expected: safeLine(finding.expected, longestLine),
    observed: safeLine(finding.observed, longestLine),
    raw: lastCharacters(safeText(finding.raw ?? ''), longestRaw),
    vantage: safeLine(finding.vantage, longestLine),
    ...(remedy === '' ? {} : { remedy }),
    at: at.toISOString(),
  };
}

function lastCharacters(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const cut = text.slice(-limit);
  // why: a cut between the halves of a surrogate pair would leave half a character
  return /^[\udc00-\udfff]/.test(cut) ? cut.slice(1) : cut;
}
