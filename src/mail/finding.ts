/** What one finding says of its subject. `unknown`: what was given does not show it, which is never `bad`. */
export type FindingVerdict = 'good' | 'warning' | 'bad' | 'unknown';

/** What a finding is about. */
export type FindingSubject =
  | 'spf'
  | 'dkim'
  | 'dmarc'
  | 'alignment'
  | 'arc'
  | 'tls'
  | 'address'
  | 'reverse-name'
  | 'message-id'
  | 'date'
  | 'from'
  | 'forwarding'
  | 'folder'
  | 'bounce'
  | 'mta-sts'
  | 'tls-rpt'
  | 'caa';

/** One thing that a message or a record shows, in words for a person. What is quoted in it is as it came: not yet safe to show. */
export interface Finding {
  readonly subject: FindingSubject;
  readonly verdict: FindingVerdict;
  /** One complete sentence: what is so. */
  readonly sentence: string;
  /** What to do about it; only where something is to be done. */
  readonly remedy?: string | undefined;
}

const severity: readonly FindingVerdict[] = ['bad', 'unknown', 'warning', 'good'];

/** The verdict of several findings together: the worst; `unknown` where there are none. */
export function worstFinding(findings: readonly Finding[]): FindingVerdict {
  return severity.find((verdict) => findings.some((finding) => finding.verdict === verdict)) ?? 'unknown';
}

/** Makes findings about one subject. */
export function findingsAbout(subject: FindingSubject) {
  return {
    good: (sentence: string): Finding => ({ subject, verdict: 'good', sentence }),
    warning: (sentence: string, remedy?: string): Finding => ({ subject, verdict: 'warning', sentence, remedy }),
    bad: (sentence: string, remedy: string): Finding => ({ subject, verdict: 'bad', sentence, remedy }),
    unknown: (sentence: string, remedy?: string): Finding => ({ subject, verdict: 'unknown', sentence, remedy }),
  } as const;
}
