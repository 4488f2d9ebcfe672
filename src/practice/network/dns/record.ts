import { isIPv4, isIPv6 } from 'node:net';
import type { Answer } from 'dns-packet';
import { BrevduvaError } from '../../../error.ts';
import { canonicalAddress } from '../addresses.ts';

/** The types that the practice world can publish. */
export const recordTypes = ['A', 'AAAA', 'CAA', 'CNAME', 'MX', 'NS', 'PTR', 'SOA', 'SRV', 'TLSA', 'TXT'] as const;

export type RecordType = (typeof recordTypes)[number];

/** One record, its value as a zone file has it (RFC 1035 §5.1): a text in quotes, a name of a host with a last dot. */
export interface ZoneRecord {
  /** The full name, without a last dot: `smtp.example.com`. */
  readonly name: string;
  readonly type: RecordType;
  readonly value: string;
  /** Seconds; that of its zone without it. */
  readonly ttl?: number;
}

/** A record that no name server would take. */
export class RecordError extends BrevduvaError {}

/** Octets of one string of a TXT record (RFC 1035 §3.3). */
export const longestString = 255;

/** A name as it is compared: in lower case, without a last dot (RFC 4343). */
export function bareName(name: string): string {
  return name.toLowerCase().replace(/\.$/, '');
}

/** The record as it goes over the wire. Throws RecordError where its value cannot be one of its type. */
export function answerOf({ name, type, value }: ZoneRecord, ttl: number): Answer {
  const words = value.trim().split(/\s+/);
  const place = { name, ttl };
  switch (type) {
    case 'A':
      if (!isIPv4(value)) throw unfit({ type, value }, 'an IPv4 address, such as 203.0.113.10');
      return { ...place, type, data: value };
    case 'AAAA':
      if (!isIPv6(value)) throw unfit({ type, value }, 'an IPv6 address, such as 2001:db8:113::10');
      return { ...place, type, data: canonicalAddress(value) };
    case 'CNAME':
    case 'NS':
    case 'PTR':
      if (!isHost(value)) throw unfit({ type, value }, 'the name of a host, such as smtp.example.com.');
      return { ...place, type, data: bareName(value) };
    case 'MX': {
      const [preference = '', exchange = ''] = words;
      if (!isNumber(preference) || !isHost(exchange)) throw unfit({ type, value }, 'a number and the name of a host');
      return { ...place, type, data: { preference: Number(preference), exchange: bareName(exchange) } };
    }
    case 'SRV': {
      const [priority = '', weight = '', port = '', target = ''] = words;
      if (![priority, weight, port].every(isNumber) || !isHost(target)) {
        throw unfit({ type, value }, 'three numbers and the name of a host');
      }
      const numbers = { priority: Number(priority), weight: Number(weight), port: Number(port) };
      return { ...place, type, data: { ...numbers, target: bareName(target) } };
    }
    case 'SOA': {
      const [mname = '', rname = '', ...numbers] = words;
      const [serial, refresh, retry, expire, minimum] = numbers.map(Number);
      return {
        ...place,
        type,
        data: { mname: bareName(mname), rname: bareName(rname), serial, refresh, retry, expire, minimum },
      };
    }
    case 'TXT':
      return { ...place, type, data: stringsOf(value) };
    case 'CAA': {
      const { flags, tag, said } =
        /^(?<flags>\d+)\s+(?<tag>issue|issuewild|iodef)\s+"?(?<said>[^"]*)"?$/.exec(value)?.groups ?? {};
      if (flags === undefined || said === undefined || !isCaaTag(tag)) {
        throw unfit({ type, value }, 'such as: 0 issue "letsencrypt.org"');
      }
      return { ...place, type, data: { flags: Number(flags), tag, value: said } };
    }
    case 'TLSA': {
      const [usage = '', selector = '', matching = '', ...digits] = words;
      const certificate = digits.join('');
      if (![usage, selector, matching].every(isNumber) || !/^([0-9a-f]{2})+$/i.test(certificate)) {
        throw unfit({ type, value }, 'three numbers and hexadecimal digits');
      }
      return {
        ...place,
        type,
        data: {
          usage: Number(usage),
          selector: Number(selector),
          matchingType: Number(matching),
          certificate: Buffer.from(certificate, 'hex'),
        },
      };
    }
    default:
      return type satisfies never;
  }
}

/** The strings of a TXT record: each in quotes, or the whole without them. Throws RecordError for one that is too long. */
export function stringsOf(value: string): Buffer[] {
  const quoted = Array.from(value.matchAll(/"((?:[^"\\]|\\.)*)"/g), ([, inside = '']) => inside);
  const strings = quoted.length > 0 && value.startsWith('"') ? quoted : [value];
  return strings.map((written) => {
    const octets = Buffer.from(written.replace(/\\(.)/g, '$1'));
    if (octets.length > longestString) {
      throw new RecordError({
        sentence: `A string of a TXT record may have ${longestString} characters; this one has ${octets.length}.`,
        remedy: 'Write the value as several strings, each in quotes, with a space between them.',
      });
    }
    return octets;
  });
}

/** A text as the strings of a TXT record, in quotes, none too long. */
export function quotedStrings(text: string): string {
  const pieces = text.match(new RegExp(`[^]{1,${longestString}}`, 'g')) ?? [''];
  return pieces.map((piece) => `"${piece.replace(/["\\]/g, '\\$&')}"`).join(' ');
}

function isNumber(text: string): boolean {
  return /^\d{1,5}$/.test(text) && Number(text) <= 65_535;
}

function isHost(text: string): boolean {
  return text === '.' || /^[\w-]+(\.[\w-]+)*\.?$/.test(text);
}

function isCaaTag(tag: string | undefined): tag is 'issue' | 'issuewild' | 'iodef' {
  return tag === 'issue' || tag === 'issuewild' || tag === 'iodef';
}

function unfit({ type, value }: { readonly type: string; readonly value: string }, form: string): RecordError {
  return new RecordError({
    sentence: `“${value}” cannot be the value of a record of type ${type}.`,
    remedy: `Its value is ${form}.`,
  });
}
