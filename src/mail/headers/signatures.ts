import { canonicalName } from '../domains.ts';
import type { ArcSet, DkimSignature } from '../message.ts';
import { tagListOf, tagOf } from '../tag-list.ts';
import { readResults } from './authentication-results.ts';

/** RFC 8617 §5.1.1.1: a message passes through at most fifty. */
const mostInstances = 50;

/** Reads a DKIM-Signature field; what is missing in it is left empty. */
export function dkimSignature(value: string): DkimSignature {
  const tags = tagListOf(value);
  return {
    domain: canonicalName(tagOf(tags, 'd') ?? ''),
    selector: tagOf(tags, 's') ?? '',
    algorithm: (tagOf(tags, 'a') ?? '').toLowerCase(),
    signedFields: (tagOf(tags, 'h') ?? '')
      .toLowerCase()
      .split(':')
      .map((name) => name.trim())
      .filter((name) => name !== ''),
    expiresAt: secondsToIso(tagOf(tags, 'x')),
  };
}

/** Puts the ARC fields of a message together, by instance. `seals` and `results` are the fields' values. */
export function arcSets(seals: readonly string[], results: readonly string[]): readonly ArcSet[] {
  const byInstance = new Map<number, ArcSet>();
  const change = (instance: number, part: Partial<ArcSet>) => {
    if (instance < 1 || instance > mostInstances) return;
    const before = byInstance.get(instance) ?? { instance, sealedBy: '', chain: '', authservId: null, results: [] };
    byInstance.set(instance, { ...before, ...part });
  };
  for (const seal of seals) {
    const tags = tagListOf(seal);
    change(Number(tagOf(tags, 'i')), {
      sealedBy: canonicalName(tagOf(tags, 'd') ?? ''),
      chain: (tagOf(tags, 'cv') ?? '').toLowerCase(),
    });
  }
  for (const value of results) {
    const read = readResults(value);
    change(read.instance ?? 0, { authservId: read.authservId, results: read.results });
  }
  return [...byInstance.values()].sort((one, other) => one.instance - other.instance);
}

/** Seconds since 1970 (RFC 6376 §3.5), ISO 8601; null for what is none. */
function secondsToIso(text: string | undefined): string | null {
  if (text === undefined || !/^\d{1,12}$/.test(text)) return null;
  const time = new Date(Number(text) * 1000);
  return Number.isNaN(time.getTime()) ? null : time.toISOString();
}
