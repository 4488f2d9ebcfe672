import * as z from 'zod';

/**
 * What a probe concluded. `unknown` means that the probe could not look, which is never `false`.
 * `not-yet` asks to be probed again.
 */
export const verdictSchema = z.enum(['true', 'warning', 'false', 'not-yet', 'unknown']);
/** What a probe concluded. */
export type Verdict = z.infer<typeof verdictSchema>;

/** What one probe saw. Every string is safe to show: no control sequences, bounded in length. */
export const evidenceSchema = z.strictObject({
  /** The probe in words: `sh verify`, `tcp aspmx.l.google.com:25`. */
  probe: z.string(),
  verdict: verdictSchema,
  expected: z.string(),
  /** One line: what was seen. */
  observed: z.string(),
  /** More of what was seen, at most 4,000 characters; may be empty. */
  raw: z.string(),
  /** From where: `target`, `here`, `authority ns1.example.net`. */
  vantage: z.string(),
  /** What to do about it, where that is known. */
  remedy: z.string().optional(),
  /** When it was seen, ISO 8601. */
  at: z.string(),
});
/** What one probe saw. */
export type Evidence = z.infer<typeof evidenceSchema>;

const severity: readonly Verdict[] = ['false', 'unknown', 'not-yet', 'warning', 'true'];

/** The verdict of several probes together: the worst. No probe at all proves nothing: `unknown`. */
export function worstVerdict(verdicts: readonly Verdict[]): Verdict {
  return severity.find((verdict) => verdicts.includes(verdict)) ?? 'unknown';
}
