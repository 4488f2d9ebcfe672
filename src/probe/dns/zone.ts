import { isIP } from 'node:net';
import type { DnsServer, ProbeSettings } from '../settings.ts';
import type { Lookup } from './lookup.ts';
import { nameText, readLookup, recordText, sameName } from './lookup.ts';
import type { DnsMessage, DnsQuestion } from './message.ts';
import { askFirst, askServer, canTell, DnsSilence } from './query.ts';

/** A zone, and the name servers that its records say it has. */
export interface Zone {
  /** `example.com`; empty for the root. */
  readonly apex: string;
  readonly nameServers: readonly string[];
}

/** What one name server, or one resolver, answered. */
export type Sighting =
  | { readonly kind: 'answer'; readonly source: string; readonly lookup: Lookup }
  /** `isOurs`: it could not be reached from this network (no IPv6, say), which says nothing about it. */
  | { readonly kind: 'silent'; readonly source: string; readonly why: string; readonly isOurs: boolean };

/** What a zone's own name servers say. */
export interface AuthoritySightings {
  readonly zone: Zone;
  readonly sightings: readonly Sighting[];
}

/** What looking something up needs. */
export interface LookOptions {
  readonly settings: ProbeSettings;
  readonly signal: AbortSignal;
}

/** A zone has rarely more than four name servers; asking more than this proves no more. */
const mostNameServers = 8;
const mostAliases = 8;

/**
 * Finds the zone that a name is in: the nearest name above it, or itself, that has NS records of its own. Rejects with
 * DnsSilence where the resolvers do not answer.
 */
export async function findZone(name: string, options: LookOptions): Promise<Zone> {
  let apex = name;
  for (;;) {
    const question: DnsQuestion = { name: apex === '' ? '.' : apex, type: 'NS' };
    const { server, message } = await askFirst(resolversOf(options), question, recursive(options));
    if (!canTell(message)) throw new DnsSilence('lost', `${server.address} answered ${message.rcode} for ${apex}`);
    const nameServers = message.answers
      .filter((answer) => answer.type === 'NS' && sameName(answer.name, apex))
      .flatMap((answer) => recordText(answer) ?? []);
    if (nameServers.length > 0) return { apex, nameServers: nameServers.sort() };
    if (apex === '') throw new DnsSilence('lost', `no zone was found for ${name}`);
    apex = zoneAbove(apex, message);
  }
}

/** Where to look next: a negative answer names its zone in an SOA record (RFC 2308 §2.2), else one label up. */
function zoneAbove(name: string, message: DnsMessage): string {
  const soa = message.authorities.find((answer) => answer.type === 'SOA');
  const named = soa === undefined ? '' : nameText(soa.name);
  if (named !== '' && name.endsWith(`.${named}`)) return named;
  const [, ...above] = name.split('.');
  return above.join('.');
}

/**
 * Asks each of the name servers of the question's zone, none of which may answer from memory. Aliases that lead out of
 * the zone are followed. Rejects with DnsSilence where the zone or its name servers cannot be found.
 */
export async function askAuthority(question: DnsQuestion, options: LookOptions): Promise<AuthoritySightings> {
  const zone = await findZone(question.name, options);
  const sightings = await Promise.all(
    zone.nameServers.slice(0, mostNameServers).map(async (nameServer): Promise<Sighting> => {
      const sighting = await askNameServer(nameServer, question, options);
      if (sighting.kind === 'silent') return sighting;
      try {
        return await followOut(sighting, question, { ...options, left: mostAliases });
      } catch (error) {
        if (!(error instanceof DnsSilence)) throw error;
        return {
          kind: 'silent',
          source: sighting.source,
          why: `its alias leads nowhere: ${error.message}`,
          isOurs: true,
        };
      }
    }),
  );
  return { zone, sightings };
}

/** The addresses of a host by the resolvers, IPv4 before IPv6. Rejects with DnsSilence. */
export async function addressesOf(
  host: string,
  families: readonly (4 | 6)[],
  { settings, signal, resolvers }: LookOptions & { readonly resolvers: readonly DnsServer[] },
): Promise<{ readonly addresses: readonly string[]; readonly isNameMissing: boolean }> {
  if (isIP(host) !== 0) return { addresses: [host], isNameMissing: false };
  const lookups = await Promise.all(
    families.map(async (family) => {
      const question: DnsQuestion = { name: host, type: family === 4 ? 'A' : 'AAAA' };
      const { server, message } = await askFirst(resolvers, question, recursive({ settings, signal }));
      if (!canTell(message)) throw new DnsSilence('lost', `${server.address} answered ${message.rcode} for ${host}`);
      return readLookup(message, question);
    }),
  );
  return {
    addresses: lookups.flatMap(({ records }) => records),
    isNameMissing: lookups.every(({ isNameMissing }) => isNameMissing),
  };
}

/** Every resolver there is, the public ones first: zone cuts are public, and they know them best. */
function resolversOf({ settings }: LookOptions): readonly DnsServer[] {
  const [first, ...others] = settings.resolvers;
  return [...(first === undefined ? [] : [first]), ...settings.systemResolvers.slice(0, 1), ...others];
}

function recursive({ settings, signal }: LookOptions) {
  return { isRecursive: true, timeoutMs: settings.queryTimeoutMs, signal, route: settings.route };
}

/** Asks one name server at the first of its addresses that answers. */
async function askNameServer(nameServer: string, question: DnsQuestion, options: LookOptions): Promise<Sighting> {
  const source = nameText(nameServer);
  let failure: { readonly why: string; readonly isOurs: boolean } = { why: 'it has no address', isOurs: false };
  try {
    const { addresses } = await addressesOf(source, [4, 6], { ...options, resolvers: resolversOf(options) });
    for (const address of addresses) {
      const answered = await askAddress({ address, port: options.settings.authorityPort }, question, options);
      if (answered.kind === 'answer') return { kind: 'answer', source, lookup: answered.lookup };
      // why: an unreachable second address must not hide that the first one failed by itself
      if (failure.isOurs || !answered.isOurs || failure.why === 'it has no address') failure = answered;
    }
  } catch (error) {
    if (!(error instanceof DnsSilence)) throw error;
    failure = { why: `its address could not be looked up: ${error.message}`, isOurs: true };
  }
  return { kind: 'silent', source, ...failure };
}

type Answered =
  | { readonly kind: 'answer'; readonly lookup: Lookup }
  | { readonly kind: 'silent'; readonly why: string; readonly isOurs: boolean };

async function askAddress(server: DnsServer, question: DnsQuestion, options: LookOptions): Promise<Answered> {
  try {
    const message = await askServer(server, question, {
      isRecursive: false,
      timeoutMs: options.settings.queryTimeoutMs,
      signal: options.signal,
      route: options.settings.route,
    });
    if (!canTell(message)) return { kind: 'silent', why: `it answered ${message.rcode}`, isOurs: false };
    if (message.isAuthoritative) return { kind: 'answer', lookup: readLookup(message, question) };
    return { kind: 'silent', why: 'it does not know the zone (lame delegation)', isOurs: false };
  } catch (error) {
    if (!(error instanceof DnsSilence)) throw error;
    return { kind: 'silent', why: error.message, isOurs: error.failure === 'no-route' };
  }
}

/** Where an alias leads out of what this name server knows, goes on at the name servers of the other zone. */
async function followOut(
  sighting: Extract<Sighting, { kind: 'answer' }>,
  question: DnsQuestion,
  options: LookOptions & { readonly left: number },
): Promise<Sighting> {
  const { lookup, source } = sighting;
  const target = lookup.aliases.at(-1);
  if (lookup.records.length > 0 || target === undefined || options.left === 0) return sighting;
  const further: DnsQuestion = { ...question, name: target };
  const zone = await findZone(target, options);
  for (const nameServer of zone.nameServers.slice(0, 2)) {
    const next = await askNameServer(nameServer, further, options);
    if (next.kind === 'silent') continue;
    const last = await followOut(next, further, { ...options, left: options.left - 1 });
    if (last.kind === 'silent') return { ...last, source };
    const aliases = [...lookup.aliases, ...last.lookup.aliases];
    return { kind: 'answer', source, lookup: { ...last.lookup, aliases } };
  }
  return { kind: 'silent', source, why: `the alias ${target} could not be followed`, isOurs: false };
}
