import type { PublishedRecord } from '../context.ts';
import type { DnsSpec } from '../spec/dns.ts';
import { expandVariables, ProbeInputError } from '../values.ts';
import type { RecordComparison } from './compare.ts';
import { compareRecords } from './compare.ts';
import type { Lookup } from './lookup.ts';
import type { DnsQuestion } from './message.ts';
import { dnsName, reverseName } from './name.ts';

/** What should be found under one name and type. */
export type DnsWish = {
  readonly question: DnsQuestion & { readonly type: RecordTypeAsked };
  /** The name or address as the guide has it. */
  readonly name: string;
} & (
  | { readonly kind: 'records'; readonly records: readonly PublishedRecord[]; readonly values: readonly string[] }
  | { readonly kind: 'exactly'; readonly values: readonly string[] }
  | { readonly kind: 'any' }
  | { readonly kind: 'absent' }
);

/** The record types that a guide can ask for. */
export type RecordTypeAsked = NonNullable<DnsSpec['type']>;

/** How one answer stands to a wish. */
export interface Fulfilment {
  readonly holds: boolean;
  /** It holds, but there is something to think about. */
  readonly isDoubtful: boolean;
  /** What was found, in words. */
  readonly found: string;
  /** Only where records were compared. */
  readonly comparison: RecordComparison | null;
}

/**
 * What a spec wishes for: one wish for each name and type. The step's own records, or one name with its values.
 * Throws ProbeInputError for names that cannot be, and values that are missing.
 */
export function wishesOf(
  spec: DnsSpec,
  {
    values,
    records,
  }: { readonly values: Readonly<Record<string, string>>; readonly records: readonly PublishedRecord[] },
): readonly DnsWish[] {
  if (spec.records === true) return recordWishes(records);
  if (spec.name === undefined || spec.type === undefined) {
    throw new ProbeInputError({ sentence: 'The probe names no DNS record.', remedy: 'Give it a name and a type.' });
  }
  const asked = about(expandVariables(spec.name, values), spec.type);
  if (spec.absent === true) return [{ ...asked, kind: 'absent' }];
  if (spec.is === undefined) return [{ ...asked, kind: 'any' }];
  return [{ ...asked, kind: 'exactly', values: [spec.is].flat().map((value) => expandVariables(value, values)) }];
}

/** A wish's record as zone files have it: an MX with its preference before its host. */
export function recordValue({ type, value, priority }: PublishedRecord): string {
  return (type === 'MX' || type === 'SRV') && priority !== undefined ? `${priority} ${value}` : value;
}

/** Holds one answer against a wish. `zone` is its zone's name, where that is known. */
export function fulfil(wish: DnsWish, lookup: Lookup, zone: string | undefined): Fulfilment {
  switch (wish.kind) {
    case 'absent':
      return {
        holds: lookup.records.length === 0,
        isDoubtful: false,
        found: foundText(wish, lookup),
        comparison: null,
      };
    case 'any':
      return { holds: lookup.records.length > 0, isDoubtful: false, found: foundText(wish, lookup), comparison: null };
    case 'exactly':
    case 'records': {
      const comparison = compareRecords({
        name: wish.question.name,
        type: wish.question.type,
        wanted: wish.values,
        published: lookup.records,
        match: wish.kind === 'exactly' ? 'exact' : 'among',
        zone,
      });
      const isDoubtful = comparison.holds && comparison.doubtful.length > 0;
      const found =
        comparison.holds && !isDoubtful ? foundText(wish, lookup) : differenceText(wish, lookup, comparison);
      return { holds: comparison.holds, isDoubtful, found, comparison };
    }
    default:
      return wish satisfies never;
  }
}

function recordWishes(records: readonly PublishedRecord[]): readonly DnsWish[] {
  const groups = new Map<string, PublishedRecord[]>();
  for (const record of records) {
    const { question } = about(record.name, record.type);
    const key = `${question.name} ${question.type}`;
    groups.set(key, [...(groups.get(key) ?? []), record]);
  }
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    return [{ ...about(first.name, first.type), kind: 'records', records: group, values: group.map(recordValue) }];
  });
}

/** A PTR record may be asked for by its address. */
function about(name: string, type: RecordTypeAsked): Pick<DnsWish, 'question' | 'name'> {
  const owner = type === 'PTR' ? (reverseName(name) ?? name) : name;
  return { question: { name: dnsName(owner), type }, name };
}

function foundText({ question }: DnsWish, lookup: Lookup): string {
  if (lookup.records.length === 0) {
    return lookup.isNameMissing ? `there is no name ${question.name}` : `there is no ${question.type} record`;
  }
  const through = lookup.aliases.length === 0 ? '' : ` (through the alias ${lookup.aliases.join(' → ')})`;
  return lookup.records.join(', ') + through;
}

function differenceText(wish: DnsWish, lookup: Lookup, comparison: RecordComparison): string {
  const { missing, different, extra, doubtful } = comparison;
  if (lookup.records.length === 0) return foundText(wish, lookup);
  const parts = [
    ...different.map(({ published, wanted }) => `published is ${published}, wanted is ${wanted}`),
    ...missing.map((value) => `missing is ${value}`),
    ...extra.map((value) => `published as well is ${value}, which contradicts it`),
    ...doubtful.map((value) => `published as well is ${value}`),
  ];
  return parts.length === 0 ? lookup.records.join(', ') : parts.join('; ');
}
