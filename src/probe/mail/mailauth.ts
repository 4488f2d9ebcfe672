import type { DNSResolver } from 'mailauth';
import type { LookUp } from '../dns/ask-from.ts';
import type { Lookup } from '../dns/lookup.ts';
import type { DnsQuestion } from '../dns/message.ts';
import { dnsName } from '../dns/name.ts';
import { DnsSilence } from '../dns/query.ts';
import { ProbeInputError } from '../values.ts';

/** A resolver as mailauth wants it, and what it could not look up: with any of that, mailauth's verdict is none. */
export interface MailauthResolver {
  readonly resolve: DNSResolver;
  readonly silences: readonly string[];
}

/** Lets mailauth look up through us, instead of the resolvers of this machine. */
export function mailauthResolver(lookUp: LookUp): MailauthResolver {
  const silences: string[] = [];
  return {
    silences,
    resolve: async (name, type) => {
      const question = questionAbout(name, type);
      if (question === null) throw coded('ENOTFOUND', `${name} cannot be a DNS name`);
      try {
        return rows(question, await lookUp(question));
      } catch (error) {
        if (!(error instanceof DnsSilence)) throw error;
        silences.push(`${question.name} could not be looked up: ${error.message}`);
        // why this code: mailauth gives up at it (temperror), but passes over those it does not know
        throw coded('ETIMEOUT', error.message);
      }
    },
  };
}

/** Types that SPF and DKIM ask for (RFC 7208 §5, RFC 6376 §3.6.2). */
const askedTypes = ['TXT', 'A', 'AAAA', 'MX', 'PTR'] as const;

/** A question about a name that others wrote; `null` where it cannot be one. */
export function questionAbout(name: string, type: string): DnsQuestion | null {
  const known = askedTypes.find((asked) => asked === type);
  if (known === undefined) return null;
  try {
    return { name: dnsName(name), type: known };
  } catch (error) {
    if (error instanceof ProbeInputError) return null;
    throw error;
  }
}

/** Records in the shapes of node:dns `resolve()`, which mailauth reads. */
function rows({ name, type }: DnsQuestion, { records, isNameMissing }: Lookup): string[] | string[][] {
  if (records.length === 0) throw coded(isNameMissing ? 'ENOTFOUND' : 'ENODATA', `${name} has no ${type} record`);
  if (type === 'TXT') return records.map((record) => [record]);
  if (type !== 'MX') return [...records];
  const exchanges = records.map((record) => {
    const [priority = '0', exchange = ''] = record.split(' ');
    return { priority: Number(priority), exchange };
  });
  // why the cast: mailauth's types leave out what node:dns gives for MX, and its SPF needs
  return exchanges as unknown as string[];
}

function coded(code: string, message: string): Error {
  return Object.assign(new Error(message), { code });
}
