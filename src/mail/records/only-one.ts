import type { Finding, FindingSubject } from '../finding.ts';
import { findingsAbout } from '../finding.ts';

/** What a kind of TXT record is looked for by. */
export interface RecordKind {
  readonly subject: FindingSubject;
  /** For a sentence: `SPF`. */
  readonly title: string;
  /** What a valid one begins with. */
  readonly begins: RegExp;
  /** What looks like an attempt at one. */
  readonly attempt: RegExp;
  /** How the beginning is written: `v=spf1`. */
  readonly version: string;
  /** False where a domain may well have none. */
  readonly isNeeded: boolean;
}

/** The one record of its kind, or why there is not exactly one. */
export type OnlyOne =
  | { readonly record: string; readonly findings: readonly [] }
  | { readonly record: null; readonly findings: readonly Finding[] };

/** Finds the one record of a kind among all TXT records of `name`. */
export function onlyOne(records: readonly string[], name: string, kind: RecordKind): OnlyOne {
  const about = findingsAbout(kind.subject);
  const valid = records.filter((record) => kind.begins.test(record));
  const [record, second] = valid;
  if (record !== undefined && second === undefined) return { record, findings: [] };
  if (record !== undefined) {
    const sentence = `There are ${valid.length} ${kind.title} records at ${name}, and then none counts.`;
    return { record: null, findings: [about.bad(sentence, 'Merge them into one.')] };
  }
  const attempt = records.find((candidate) => kind.attempt.test(candidate));
  if (attempt === undefined && !kind.isNeeded) {
    return { record: null, findings: [about.good(`There is no ${kind.title} record, which is allowed.`)] };
  }
  if (attempt === undefined) {
    const sentence = `There is no ${kind.title} record at ${name}.`;
    return {
      record: null,
      findings: [about.bad(sentence, `Publish a TXT record there that begins with ${kind.version}.`)],
    };
  }
  return { record: null, findings: [about.bad(...falseStart(attempt, name, kind))] };
}

/** Why a record does not begin as it must. */
function falseStart(attempt: string, name: string, { title, version }: RecordKind): readonly [string, string] {
  const told = `The record “${shortened(attempt)}” at ${name} is no ${title} record:`;
  if (/^\s*["'“”]/.test(attempt)) {
    return [`${told} it has quotes in it.`, 'Enter the value without quotes; the panel adds those that the DNS needs.'];
  }
  if (attempt.includes('\\')) {
    return [`${told} it has backslashes in it.`, 'Enter the value without backslashes; they belong to zone files.'];
  }
  return [`${told} it does not begin with ${version} alone.`, `Let it begin with exactly ${version}`];
}

/** A record for a sentence. */
export function shortened(record: string): string {
  return record.length <= 80 ? record : `${record.slice(0, 79)}…`;
}
