import { isIP, isIPv6 } from 'node:net';
import { spf } from 'mailauth/lib/spf/index.js';
import type { Finding } from '../../mail/finding.ts';
import { findingsAbout } from '../../mail/finding.ts';
import { lintSpf } from '../../mail/records/spf.ts';
import type { ProbeContext } from '../context.ts';
import type { LookUp } from '../dns/ask-from.ts';
import type { Reading } from '../dns/judge.ts';
import type { Lookup } from '../dns/lookup.ts';
import { dnsName } from '../dns/name.ts';
import { DnsSilence } from '../dns/query.ts';
import type { RecordToRead } from '../dns/read-record.ts';
import { lookAtRecord, readingOf } from '../dns/read-record.ts';
import type { Evidence } from '../evidence.ts';
import type { MailSpec } from '../spec/mail.ts';
import { expandIfGiven, expandVariables, ProbeInputError } from '../values.ts';
import { domainOf, recordVantages } from './asked.ts';
import { mailauthResolver } from './mailauth.ts';
import { spfWith } from './spf-record.ts';

/** Who is judged: a name, as the sender's domain or as what the server greets with. */
interface Identity {
  readonly name: string;
  readonly helo: string;
  /** How strangers are to be refused in a record that we propose. */
  readonly others: '~all' | '-all';
}

/** What mailauth found for one address. */
interface Evaluation {
  readonly result: string;
  readonly comment: string;
  readonly lookups: number;
  readonly voids: number;
}

const about = findingsAbout('spf');
/** RFC 7208 §4.6.4. */
const mostLookups = 10;
const mostVoids = 2;
/** A reserved address (RFC 1112 §4) that nobody sends from: what is said of it is said of every stranger. */
const stranger = '240.0.0.1';

/**
 * Evaluates SPF for each sending address, with a sender of the domain and for the name that the server greets with.
 * Rejects with ProbeInputError where no address has a value, or one is none.
 */
export async function lookAtSpf(spec: MailSpec, context: ProbeContext): Promise<readonly Evidence[]> {
  const addresses = addressesOf(spec, context);
  const domain = domainOf(spec, context);
  const helo = spec.helo === undefined ? domain : dnsName(expandVariables(spec.helo, context.values));
  const identities: readonly Identity[] = [
    { name: domain, helo, others: '~all' },
    ...(helo === domain ? [] : [{ name: helo, helo, others: '-all' } as const]),
  ];
  const asked = { from: recordVantages(spec), remedy: spec.remedy };
  const evidence = await Promise.all(
    identities.map((identity) => lookAtRecord(spfOf(identity, addresses), asked, context)),
  );
  return evidence.flat();
}

function spfOf(identity: Identity, addresses: readonly string[]): RecordToRead {
  return {
    probe: `mail spf ${identity.name}`,
    question: { name: identity.name, type: 'TXT' },
    expected: `one SPF record: pass for ${addresses.join(' and ')}, ~all or -all for others, ${mostLookups} lookups at most`,
    read: (lookup, lookUp) => readSpf(lookup, lookUp, { identity, addresses }),
    recognises: isSpf,
  };
}

async function readSpf(
  lookup: Lookup,
  lookUp: LookUp,
  asked: { readonly identity: Identity; readonly addresses: readonly string[] },
): Promise<Reading<string>> {
  const { identity, addresses } = asked;
  const meant = lookup.records.map((record) => record.replaceAll(/["\\]/g, '').trim()).filter(isSpf);
  const propose = (missing: readonly string[]) =>
    `Publish: name ${identity.name}, type TXT, value “${spfWith(meant, missing, identity.others)}”, and no other SPF record.`;
  const linted = lintSpf(lookup.records, identity.name);
  if (!linted.every(isNotBad)) {
    const reading = readingOf(linted, '');
    // why: one that asks for too many lookups is not mended by allowing more
    const isMendable = lintSpf([spfWith(meant, addresses, identity.others)], identity.name).every(isNotBad);
    return { ...reading, mistakes: [...reading.mistakes, ...(isMendable ? [propose(addresses)] : [])] };
  }
  const evaluated = await Promise.all(
    addresses.map(async (address) => ({ address, ...(await evaluate(address, identity, lookUp)) })),
  );
  const others = await evaluate(stranger, identity, lookUp, { most: 50 });
  const refused = evaluated.filter(({ result }) => result !== 'pass');
  const findings: readonly Finding[] = [
    ...linted,
    ...refused.map(({ address, result, comment }) =>
      about.bad(
        `SPF says ${result} for mail from ${address}${comment === '' ? '' : ` (${comment})`}.`,
        propose(refused.map((one) => one.address)),
      ),
    ),
    ...aliasFindings(lookup, identity.name),
    ...limitFindings(others),
    ...strangerFindings(others, linted),
  ];
  const passed = `pass for ${addresses.join(' and ')}, ${others.result} for others, ${others.lookups} of ${mostLookups} lookups`;
  return readingOf(findings, `${passed}: ${meant.join('')}`);
}

/** Asks mailauth, which answers as receivers do. `most`: lookups that are counted before it gives up. */
async function evaluate(
  address: string,
  { name, helo }: Identity,
  lookUp: LookUp,
  { most }: { readonly most: number } = { most: mostLookups },
): Promise<Evaluation> {
  const { resolve, silences } = mailauthResolver(lookUp);
  const { status, lookups } = await spf({
    ip: address,
    sender: `postmaster@${name}`,
    helo,
    mta: 'receiver',
    resolver: resolve,
    maxResolveCount: most,
    maxVoidCount: most === mostLookups ? mostVoids : most,
  });
  const [silence] = silences;
  if (silence !== undefined) throw new DnsSilence('lost', silence);
  const comment = status.comment?.split(': ').slice(2).join(': ') ?? '';
  return { result: status.result, comment, lookups: lookups?.count ?? 0, voids: lookups?.void ?? 0 };
}

function limitFindings({ lookups, voids }: Evaluation): readonly Finding[] {
  const tooMany = (what: string, most: number) =>
    about.bad(
      `Evaluating the SPF record takes ${what}, and more than ${most} make it void (RFC 7208 §4.6.4).`,
      'Replace its includes by the ip4: and ip6: ranges that they stand for.',
    );
  return [
    ...(lookups > mostLookups ? [tooMany(`${lookups} lookups`, mostLookups)] : []),
    ...(voids > mostVoids ? [tooMany(`${voids} lookups that find nothing`, mostVoids)] : []),
  ];
}

/** What the record says of strangers, where its text alone did not tell that already. */
function strangerFindings({ result, comment }: Evaluation, linted: readonly Finding[]): readonly Finding[] {
  switch (result) {
    case 'softfail':
    case 'fail':
      return [];
    case 'pass':
      return [about.bad('SPF passes for any address, so anyone can send in your name.', allRemedy)];
    case 'neutral':
      if (linted.some(({ verdict }) => verdict !== 'good')) return [];
      return [about.warning('SPF says nothing of addresses that are not yours.', allRemedy)];
    default:
      return [about.bad(`SPF ends with ${result}${comment === '' ? '' : ` (${comment})`}.`, 'Mend the record.')];
  }
}

const allRemedy = 'Allow only the addresses that send for the domain, and end the record with ~all or -all.';

/** A name with an alias has no records of its own (RFC 1034 §3.6.2): what is published beside it is not seen. */
function aliasFindings({ aliases }: Lookup, name: string): readonly Finding[] {
  if (aliases.length === 0) return [];
  return [
    about.warning(
      `${name} is an alias (CNAME) of ${aliases.join(' → ')}, so its SPF and MX records are those of that name.`,
      `Take the CNAME record of ${name} away, and publish its records at the name itself.`,
    ),
  ];
}

function addressesOf({ addresses = [] }: MailSpec, { values }: ProbeContext): readonly string[] {
  const given = addresses.flatMap((address) => expandIfGiven(address, values) ?? []);
  const remedy = 'Give the server’s address, or prove the checkpoint that finds it out.';
  if (given.length === 0) {
    throw new ProbeInputError({ sentence: 'The probe needs a sending address, and none has a value yet.', remedy });
  }
  for (const address of given) {
    if (isIP(address) === 0) throw new ProbeInputError({ sentence: `“${address}” is no IP address.`, remedy });
  }
  return [...given.filter((address) => !isIPv6(address)), ...given.filter(isIPv6)];
}

function isNotBad({ verdict }: Finding): boolean {
  return verdict !== 'bad';
}

function isSpf(text: string): boolean {
  return /^v=spf1(?: |$)/i.test(text);
}
