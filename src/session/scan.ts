import { createHash } from 'node:crypto';
import type { SessionEvent } from './events.ts';
import { eventSchema } from './events.ts';

/**
 * The journal's text form: one event a line, `JSON<TAB>checksum<LF>`. The checksum covers the line before it as well,
 * so lines can neither be changed, dropped nor exchanged unseen.
 */

/** A line that cannot be believed. */
export interface DamagedLine {
  /** From 1. */
  readonly line: number;
  readonly why: string;
}

/** What was read from a journal's bytes. */
export interface ScannedJournal {
  readonly events: readonly SessionEvent[];
  /** Checksum of the last good line; empty for an empty journal. */
  readonly checksum: string;
  /** Bytes up to the end of the last good line. */
  readonly goodBytes: number;
  /** True where the last line is incomplete or damaged, as a crash in the middle of a write leaves it. */
  readonly torn: boolean;
  /** Damage anywhere before the last line: not the work of a crash. */
  readonly damage: readonly DamagedLine[];
}

const newline = 0x0a;

/** Reads a whole journal. Never throws; what cannot be believed is in `torn` and `damage`. */
export function scanJournal(bytes: Uint8Array): ScannedJournal {
  const events: SessionEvent[] = [];
  const damage: DamagedLine[] = [];
  let checksum = '';
  let goodBytes = 0;
  let torn = false;
  let number = 0;

  for (let start = 0; start < bytes.length; ) {
    const end = bytes.indexOf(newline, start);
    const stop = end === -1 ? bytes.length : end;
    const isLast = stop + 1 >= bytes.length;
    const line = new TextDecoder().decode(bytes.subarray(start, stop));
    number += 1;
    const read = end === -1 ? { why: 'The line is cut short.' } : readLine(line, checksum);
    if ('event' in read) {
      events.push(read.event);
      goodBytes = stop + 1;
    } else if (isLast) {
      torn = true;
    } else {
      damage.push({ line: number, why: read.why });
    }
    // The next line vouches for what this one said, even where this one is damaged.
    if (!isLast || 'event' in read) checksum = line.slice(line.lastIndexOf('\t') + 1);
    start = stop + 1;
  }
  return { events, checksum, goodBytes, torn, damage };
}

/** The line of one event and the checksum that the next line builds on. */
export function journalLine(event: SessionEvent, before: string): { readonly line: string; readonly checksum: string } {
  const json = JSON.stringify(event);
  const checksum = checksumOf(json, before);
  return { line: `${json}\t${checksum}\n`, checksum };
}

function checksumOf(json: string, before: string): string {
  return createHash('sha256').update(before).update('\n').update(json).digest('hex').slice(0, 32);
}

function readLine(line: string, before: string): { readonly event: SessionEvent } | { readonly why: string } {
  const tab = line.lastIndexOf('\t');
  if (tab === -1) return { why: 'The line has no checksum.' };
  const json = line.slice(0, tab);
  if (checksumOf(json, before) !== line.slice(tab + 1)) return { why: 'The checksum does not match.' };
  const parsed = eventSchema.safeParse(parseJson(json));
  if (parsed.success) return { event: parsed.data };
  const issue = parsed.error.issues[0];
  return {
    why: `The event is not one that this version knows (${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}).`,
  };
}

function parseJson(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return null;
  }
}
