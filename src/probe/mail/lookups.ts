import type { DNSResolver } from 'mailauth';
import type { ProbeContext } from '../context.ts';
import type { Lookup } from '../dns/lookup.ts';
import { readLookup } from '../dns/lookup.ts';
import type { DnsQuestion } from '../dns/message.ts';
import { dnsName } from '../dns/name.ts';
import { askFirst, canTell, DnsSilence } from '../dns/query.ts';
import { askFromTarget } from '../dns/vantage.ts';
import type { Sighting } from '../dns/zone.ts';
import { askAuthority } from '../dns/zone.ts';
import type { DnsServer } from '../settings.ts';
import type { Vantage } from '../spec/terms.ts';
import { ProbeInputError } from '../values.ts';

/** Looks up the names on the way to a verdict, all from one vantage, each once. Rejects with DnsSilence. */
export type LookUp = (question: DnsQuestion) => Promise<Lookup>;

/**
 * What is looked up from a vantage after the first record. `answered`: the resolvers that told that record, which are
 * asked before others.
 */
export function lookUpFrom(vantage: Vantage, answered: readonly string[], context: ProbeContext): LookUp {
  const known = new Map<string, Promise<Lookup>>();
  return (question) => {
    const key = `${question.type} ${question.name}`;
    const asked = known.get(key) ?? ask(question, { vantage, answered, context });
    known.set(key, asked);
    return asked;
  };
}

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

async function ask(
  question: DnsQuestion,
  from: { readonly vantage: Vantage; readonly answered: readonly string[]; readonly context: ProbeContext },
): Promise<Lookup> {
  const { vantage, answered, context } = from;
  const { resolvers, systemResolvers } = context.settings;
  switch (vantage) {
    case 'authority':
      return firstAnswer((await askAuthority(question, context)).sightings);
    case 'target':
      return firstAnswer((await askFromTarget(question, context)).sightings);
    case 'here':
      return askResolvers(systemResolvers, question, context);
    case 'public': {
      const knowing = resolvers.filter(({ address }) => answered.includes(address));
      return askResolvers(knowing.length > 0 ? knowing : resolvers, question, context);
    }
    default:
      return vantage satisfies never;
  }
}

async function askResolvers(
  resolvers: readonly DnsServer[],
  question: DnsQuestion,
  { settings, signal }: ProbeContext,
): Promise<Lookup> {
  const options = { isRecursive: true, timeoutMs: settings.queryTimeoutMs, signal };
  const { server, message } = await askFirst(resolvers, question, options);
  if (!canTell(message)) throw new DnsSilence('lost', `${server.address} answered ${message.rcode}`);
  return readLookup(message, question);
}

function firstAnswer(sightings: readonly Sighting[]): Lookup {
  for (const sighting of sightings) if (sighting.kind === 'answer') return sighting.lookup;
  const [first] = sightings;
  throw new DnsSilence('lost', first?.kind === 'silent' ? `${first.source}: ${first.why}` : 'nobody was asked');
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
