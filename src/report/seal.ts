import { sha256 } from '../session/basis.ts';
import type { Report } from './report.ts';

/**
 * The seal of a report: the journal that it was made from, and a SHA-256 over its own text with zeros in the place of
 * that digest. It is a checksum and no signature: it tells an accident or an edit, not somebody who makes it anew. But
 * who has the report can tell whether the journal's beginning was changed afterwards.
 */

/** What a seal says. */
export interface Seal {
  /** How many events the journal had. */
  readonly events: number;
  /** The checksum of the last of them. */
  readonly checksum: string;
  /** Whether the text is still the one that was sealed. */
  readonly isWhole: boolean;
}

const unsealed = '0'.repeat(64);

/** The line that a report carries until it is sealed; it is the last of its kind in the text. */
export function openSeal({ events, checksum }: Report['journal']): string {
  return `brevduva-seal:${events}:${checksum}:${unsealed}`;
}

/** The text of a report, sealed. */
export function sealed(text: string): string {
  const at = digestPlace(text);
  return at === null ? text : withDigest(text, at, sha256(text));
}

/** What the seal of a report says; null where it has none. */
export function readSeal(text: string): Seal | null {
  const at = digestPlace(text);
  const match = lastSeal(text);
  if (at === null || match === undefined) return null;
  const [, events = '', checksum = '', digest] = match;
  return { events: Number(events), checksum, isWhole: sha256(withDigest(text, at, unsealed)) === digest };
}

/** What a server printed may look like a seal; ours comes after it. */
function lastSeal(text: string): RegExpExecArray | undefined {
  return [...text.matchAll(/brevduva-seal:(\d{1,9}):([0-9a-f]{32}):([0-9a-f]{64})/g)].at(-1);
}

function digestPlace(text: string): number | null {
  const match = lastSeal(text);
  return match === undefined ? null : match.index + match[0].length - unsealed.length;
}

function withDigest(text: string, at: number, digest: string): string {
  return `${text.slice(0, at)}${digest}${text.slice(at + digest.length)}`;
}
