import type { Judgement } from '../conclude.ts';
import type { OldVersion } from '../spec/tls.ts';
import type { FailedHandshake, Handshake } from './handshake.ts';

/** What came of a handshake with one version alone. */
export type Attempt = Handshake | FailedHandshake | { readonly kind: 'unreached'; readonly judgement: Judgement };

/**
 * Whether a server refuses versions of TLS: by an alert (RFC 8446 §6.2), or by hanging up. `taken`: what it means where
 * it takes one. One that was neither taken nor refused leaves it unknown.
 */
export async function judgeOldVersions(
  versions: readonly OldVersion[],
  { taken, attempt }: { readonly taken: 'false' | 'warning'; readonly attempt: (only: OldVersion) => Promise<Attempt> },
): Promise<Judgement> {
  const seen: { readonly version: OldVersion; readonly attempt: Attempt }[] = [];
  // one after another: servers that count connections take several at once for an attack
  for (const version of versions) seen.push({ version, attempt: await attempt(version) });
  const observed = seen.map((one) => `${one.version}: ${outcomeText(one.attempt)}`).join('; ');
  if (seen.some((one) => one.attempt.kind === 'done')) return { verdict: taken, observed };
  return { verdict: seen.every((one) => isRefusal(one.attempt)) ? 'true' : 'unknown', observed };
}

function isRefusal(attempt: Attempt): boolean {
  return attempt.kind === 'failed' && (attempt.failure === 'alert' || attempt.failure === 'closed');
}

function outcomeText(attempt: Attempt): string {
  switch (attempt.kind) {
    case 'done':
      return `taken, with ${attempt.cipher}`;
    case 'failed':
      return attempt.why;
    case 'unreached':
      return attempt.judgement.observed;
    default:
      return attempt satisfies never;
  }
}
