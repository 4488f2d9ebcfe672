import type { PublishedRecord } from '../context.ts';
import type { RecordMistake } from './compare.ts';
import { dnsName } from './name.ts';
import type { DnsWish } from './wish.ts';
import { recordValue } from './wish.ts';

/** What a remedy is made of. */
export interface RemedyParts {
  readonly wish: DnsWish;
  readonly mistakes: readonly RecordMistake[];
  /** The records stand under the name with the domain twice. */
  readonly isNameDoubled: boolean;
  readonly zone: string | undefined;
  /** The guide's own words. */
  readonly own: string | undefined;
}

/** One string of a TXT record holds at most so many octets (RFC 1035 §3.3.14). */
const longestString = 255;

/** What to do: the mistake that was recognised, the exact record to publish, and the guide's own words. */
export function dnsRemedy({ wish, mistakes, isNameDoubled, zone, own }: RemedyParts): string {
  return [
    ...(isNameDoubled ? [doubledText(wish.question.name, zone)] : []),
    ...mistakes.map(mistakeText),
    ...whatToPublish(wish, zone),
    ...(own === undefined ? [] : [own]),
  ].join(' ');
}

function whatToPublish(wish: DnsWish, zone: string | undefined): readonly string[] {
  const { question } = wish;
  switch (wish.kind) {
    case 'records':
      return wish.records.map((record) => publishText(record, zone));
    case 'exactly':
      return [`The ${question.type} record of ${wish.name} must be ${wish.values.join(', ')}, and nothing else.`];
    case 'any':
      return [`Publish a ${question.type} record for ${wish.name}.`];
    case 'absent':
      return [`Take the ${question.type} record of ${wish.name} away.`];
    default:
      return wish satisfies never;
  }
}

function publishText(record: PublishedRecord, zone: string | undefined): string {
  const { type, ttl } = record;
  if (type === 'PTR') return `Set the reverse name of ${record.name} to ${record.value}, at the server’s provider.`;
  const name = dnsName(record.name);
  const isInZone = zone !== undefined && zone !== '' && name.endsWith(`.${zone}`);
  const short = isInZone ? ` (where the panel adds the domain itself: ${name.slice(0, -zone.length - 1)})` : '';
  const value = type === 'TXT' ? record.value : recordValue(record);
  return `Publish: name ${name}${short}, type ${type}, value “${value}”, TTL ${ttl}.${splitText(record)}`;
}

/** A DKIM key of 2048 bits takes more than one string; some panels want them parted by hand. */
function splitText({ type, value }: PublishedRecord): string {
  if (type !== 'TXT' || Buffer.byteLength(value) <= longestString) return '';
  const parts = value.match(new RegExp(`.{1,${longestString}}`, 'gu')) ?? [];
  return ` If the panel refuses it as too long, write it in parts: ${parts.map((part) => `"${part}"`).join(' ')}`;
}

function doubledText(name: string, zone: string | undefined): string {
  return `It is published under ${name}.${zone ?? ''}: the panel adds the domain itself, so enter the name without it.`;
}

function mistakeText(mistake: RecordMistake): string {
  switch (mistake) {
    case 'quotes-inside':
      return 'The value was published with quotes in it: enter it without them.';
    case 'several-spf':
      return 'There is more than one SPF record, and then none counts (RFC 7208 §4.5): merge them into one.';
    case 'several-dmarc':
      return 'There is more than one DMARC record, and then none counts (RFC 9989 §4.10): keep one.';
    case 'domain-twice':
      return 'The value got the domain twice: end it with a dot, or enter it without the domain.';
    default:
      return mistake satisfies never;
  }
}
