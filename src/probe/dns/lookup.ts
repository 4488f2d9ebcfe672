import { isIPv4, isIPv6 } from 'node:net';
import type { Answer } from 'dns-packet';
import type { DnsMessage, DnsQuestion } from './message.ts';
import { canonicalIpv6 } from './name.ts';

/** What a name server says is published under one name and type. */
export interface Lookup {
  /** NXDOMAIN: the name does not exist at all, with any type. */
  readonly isNameMissing: boolean;
  /** Each record as text, in the order that it came; empty where there is none. */
  readonly records: readonly string[];
  /** The aliases that were followed (CNAME), the last one being where the records stand. */
  readonly aliases: readonly string[];
  /** Seconds for which this answer may be remembered; also a negative one has such a time (RFC 2308 §5). */
  readonly ttl: number;
}

/** Reads an answer, following the aliases in it. */
export function readLookup(message: DnsMessage, { name, type }: DnsQuestion): Lookup {
  const aliases: string[] = [];
  let owner = name;
  while (type !== 'CNAME') {
    const alias = message.answers.find((answer) => answer.type === 'CNAME' && sameName(answer.name, owner));
    const target = alias === undefined ? undefined : recordText(alias);
    if (target === undefined || aliases.includes(target) || target === name) break;
    aliases.push(target);
    owner = target;
  }
  const found = message.answers.filter((answer) => answer.type === type && sameName(answer.name, owner));
  return {
    isNameMissing: message.rcode === 'NXDOMAIN',
    records: found.flatMap((answer) => recordText(answer) ?? []),
    aliases,
    ttl: found.length > 0 ? Math.min(...found.map(ttlOf)) : negativeTtl(message),
  };
}

/** A record's data as people write it, without the last dots of names; `undefined` for types that no probe reads. */
export function recordText(answer: Answer): string | undefined {
  switch (answer.type) {
    case 'A':
      return isIPv4(answer.data) ? answer.data : undefined;
    case 'AAAA':
      return isIPv6(answer.data) ? canonicalIpv6(answer.data) : undefined;
    case 'CNAME':
    case 'NS':
    case 'PTR':
      return nameText(answer.data);
    case 'MX':
      return `${answer.data.preference ?? 0} ${nameText(answer.data.exchange)}`;
    case 'TXT':
      return txtText(answer.data);
    case 'SOA':
      return [nameText(answer.data.mname), nameText(answer.data.rname), answer.data.serial].join(' ');
    case 'CAA':
      return `${answer.data.flags ?? 0} ${answer.data.tag} "${answer.data.value}"`;
    case 'TLSA': {
      const { usage, selector, matchingType, certificate } = answer.data;
      return `${usage} ${selector} ${matchingType} ${certificate.toString('hex')}`;
    }
    case 'SRV':
      return [answer.data.priority ?? 0, answer.data.weight ?? 0, answer.data.port, nameText(answer.data.target)].join(
        ' ',
      );
    default:
      return undefined;
  }
}

/** Whether two names are one (RFC 4343: case does not count). */
export function sameName(one: string, other: string): boolean {
  return nameText(one) === nameText(other);
}

/** A name in lower case, without the last dot. */
export function nameText(name: string): string {
  return name.toLowerCase().replace(/\.$/, '');
}

/** The strings of a TXT record are one text (RFC 7208 §3.3, RFC 6376 §3.6.2.2). */
function txtText(strings: string | Buffer | readonly (string | Buffer)[]): string {
  const list = Array.isArray(strings) ? strings : [strings];
  return Buffer.concat(list.map((part: string | Buffer) => Buffer.from(part))).toString();
}

function ttlOf(answer: Answer): number {
  return 'ttl' in answer ? (answer.ttl ?? 0) : 0;
}

function negativeTtl(message: DnsMessage): number {
  const soa = message.authorities.find((answer) => answer.type === 'SOA');
  if (soa?.type !== 'SOA') return 0;
  return Math.min(ttlOf(soa), soa.data.minimum ?? 0);
}
