import type { MethodResult } from '../message.ts';
import type { Word } from './words.ts';
import { wordsOf } from './words.ts';

/** One Authentication-Results field, or an ARC one, as it stands. */
export interface ReadResults {
  /** Null where the field names nobody. */
  readonly authservId: string | null;
  /** i=, only in ARC-Authentication-Results (RFC 8617 §4.1.1). */
  readonly instance: number | null;
  readonly results: readonly MethodResult[];
}

/** Results of one field that are read at most. */
const mostResults = 100;

interface Assignment {
  readonly name: string;
  readonly value: string;
}

interface Segment {
  readonly bare: readonly string[];
  readonly assignments: readonly Assignment[];
  readonly comment: string;
}

/** Reads the value of an Authentication-Results or ARC-Authentication-Results field (RFC 8601 §2.2). Never throws. */
export function readResults(value: string): ReadResults {
  const segments = segmentsOf(wordsOf(value));
  const first = segments[0];
  const second = segments[1];
  const hasInstance = first?.assignments[0]?.name === 'i';
  const named = hasInstance ? second : first;
  // why: Microsoft's fields begin with the first result
  const authservId = named === undefined || named.assignments.length > 0 ? null : (named.bare[0] ?? null);
  return {
    authservId: authservId?.toLowerCase() ?? null,
    instance: hasInstance ? Number(first.assignments[0]?.value) || null : null,
    results: segments.slice(hasInstance ? 1 : 0, mostResults).flatMap(resultOf),
  };
}

/** Reads a Received-SPF field (RFC 7208 §9.1) as a result; `by` is who wrote it. */
export function readReceivedSpf(value: string): ReadResults {
  const segments = segmentsOf(wordsOf(value));
  const result = segments[0]?.bare[0]?.toLowerCase() ?? '';
  const properties = new Map<string, string>();
  for (const { assignments } of segments) {
    for (const { name, value: text } of assignments) setOnce(properties, spfNames.get(name) ?? name, text);
  }
  return {
    authservId: properties.get('receiver')?.toLowerCase() ?? null,
    instance: null,
    results: [{ method: 'spf', result, reason: null, comment: segments[0]?.comment ?? '', properties }],
  };
}

/** What RFC 7208 and RFC 8601 call the same. */
const spfNames: ReadonlyMap<string, string> = new Map([
  ['envelope-from', 'smtp.mailfrom'],
  ['helo', 'smtp.helo'],
  ['client-ip', 'smtp.remote-ip'],
]);

function resultOf({ assignments, comment }: Segment): readonly MethodResult[] {
  const [first, ...others] = assignments;
  if (first === undefined) return [];
  const properties = new Map<string, string>();
  for (const { name, value } of others) if (name !== 'reason') setOnce(properties, name, value);
  return [
    {
      method: first.name.replace(/\/.*$/, ''),
      result: first.value.toLowerCase(),
      reason: others.find(({ name }) => name === 'reason')?.value ?? null,
      comment,
      properties,
    },
  ];
}

function setOnce(properties: Map<string, string>, name: string, value: string): void {
  if (!properties.has(name)) properties.set(name, value);
}

/** What stands between semicolons: words, and names with their values. */
function segmentsOf(words: readonly Word[]): readonly Segment[] {
  const parts: Word[][] = [[]];
  for (const word of words) {
    if (word.kind === 'mark' && word.text === ';') parts.push([]);
    else parts.at(-1)?.push(word);
  }
  return parts.map(segmentOf).filter(({ bare, assignments }) => bare.length > 0 || assignments.length > 0);
}

function segmentOf(words: readonly Word[]): Segment {
  const comments = words.flatMap((word) => (word.kind === 'comment' ? [word.text] : []));
  const plain = words.filter(({ kind }) => kind !== 'comment');
  const bare: string[] = [];
  const assignments: Assignment[] = [];
  for (let at = 0; at < plain.length; at += 1) {
    const word = plain[at];
    if (word === undefined || word.kind !== 'word') continue;
    const [mark, value] = [plain[at + 1], plain[at + 2]];
    if (mark?.kind !== 'mark') {
      bare.push(word.text);
      continue;
    }
    const isValue = value?.kind === 'word';
    assignments.push({ name: word.text.toLowerCase(), value: isValue ? value.text : '' });
    at += isValue ? 2 : 1;
  }
  return { bare, assignments, comment: comments.join('; ') };
}
