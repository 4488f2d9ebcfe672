import type { ProbeContext } from '../context.ts';
import type { DnsServer } from '../settings.ts';
import type { Vantage } from '../spec/terms.ts';
import type { Lookup } from './lookup.ts';
import { readLookup } from './lookup.ts';
import type { DnsQuestion } from './message.ts';
import { askFirst, canTell, DnsSilence } from './query.ts';
import { askFromTarget } from './vantage.ts';
import type { Sighting } from './zone.ts';
import { askAuthority } from './zone.ts';

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
  const options = { isRecursive: true, timeoutMs: settings.queryTimeoutMs, signal, route: settings.route };
  const { server, message } = await askFirst(resolvers, question, options);
  if (!canTell(message)) throw new DnsSilence('lost', `${server.address} answered ${message.rcode}`);
  return readLookup(message, question);
}

function firstAnswer(sightings: readonly Sighting[]): Lookup {
  for (const sighting of sightings) if (sighting.kind === 'answer') return sighting.lookup;
  const [first] = sightings;
  throw new DnsSilence('lost', first?.kind === 'silent' ? `${first.source}: ${first.why}` : 'nobody was asked');
}
