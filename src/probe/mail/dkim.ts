import type { KeyObject } from 'node:crypto';
import type { Finding } from '../../mail/finding.ts';
import { findingsAbout } from '../../mail/finding.ts';
import type { DkimPlace, MisplacedRecords } from '../../mail/records/dkim.ts';
import { lintDkim, mistakenDkimNames } from '../../mail/records/dkim.ts';
import { tagListOf, tagOf } from '../../mail/tag-list.ts';
import type { ProbeContext } from '../context.ts';
import type { LookUp } from '../dns/ask-from.ts';
import type { Reading } from '../dns/judge.ts';
import type { Lookup } from '../dns/lookup.ts';
import { dnsName } from '../dns/name.ts';
import { DnsSilence } from '../dns/query.ts';
import { lookAtRecord, readingOf } from '../dns/read-record.ts';
import type { Evidence } from '../evidence.ts';
import type { MailSpec } from '../spec/mail.ts';
import { ProbeInputError } from '../values.ts';
import { asked, domainOf, recordVantages } from './asked.ts';
import { questionAbout } from './mailauth.ts';
import { bareBase64, readPublicKey } from './public-key.ts';

/** The key that a record must have. */
interface ServersKey {
  readonly key: KeyObject;
  /** As it was given. */
  readonly base64: string;
}

const about = findingsAbout('dkim');

/** Holds the published DKIM key against the server's own. Rejects with ProbeInputError where that one is no key. */
export async function lookAtDkim(spec: MailSpec, context: ProbeContext): Promise<readonly Evidence[]> {
  const domain = domainOf(spec, context);
  const selector = asked(spec, 'selector', context);
  const name = dnsName(`${selector}._domainkey.${domain}`);
  const servers = serversKey(asked(spec, 'key', context));
  return lookAtRecord(
    {
      probe: `mail dkim ${name}`,
      question: { name, type: 'TXT' },
      expected: `one DKIM record with the server’s public key, ${sizeText(servers.key)}`,
      read: (lookup, lookUp) => readDkim(lookup, lookUp, { place: { selector, domain }, name, servers }),
      recognises: (text) => /^\s*v=DKIM1\b/i.test(text) || tagOf(tagListOf(text), 'p') !== undefined,
    },
    { from: recordVantages(spec), remedy: spec.remedy },
    context,
  );
}

async function readDkim(
  { records }: Lookup,
  lookUp: LookUp,
  asked: { readonly place: DkimPlace; readonly name: string; readonly servers: ServersKey },
): Promise<Reading<string>> {
  const { place, name, servers } = asked;
  const linted = lintDkim(records, place, records.length === 0 ? await misplaced(place, name, lookUp) : []);
  const isSound = linted.every(({ verdict }) => verdict !== 'bad');
  const published = records.map((record) => tagOf(tagListOf(record), 'p')).find((key) => key !== undefined);
  const compared = isSound ? keyFindings(published ?? '', servers) : [];
  const reading = readingOf([...linted, ...compared], `the server’s public key, ${sizeText(servers.key)}`);
  if (reading.holds) return reading;
  const whole = `Publish: name ${name}, type TXT, value “${recordFor(servers)}”.`;
  return { ...reading, mistakes: [...reading.mistakes, whole] };
}

/** What stands where the key lands by mistake, but for the domain twice, which is looked for with every record. */
async function misplaced(place: DkimPlace, name: string, lookUp: LookUp): Promise<readonly MisplacedRecords[]> {
  const names = mistakenDkimNames(place).filter((mistaken) => !mistaken.startsWith(`${name}.`));
  const found = await Promise.all(
    names.map(async (mistaken) => {
      const question = questionAbout(mistaken, 'TXT');
      try {
        return question === null ? [] : [{ name: mistaken, records: (await lookUp(question)).records }];
      } catch (error) {
        if (!(error instanceof DnsSilence)) throw error;
        // why: it was only a guess at the cause; that the key is missing is known without it
        return [];
      }
    }),
  );
  return found.flat();
}

function keyFindings(published: string, { key, base64 }: ServersKey): readonly Finding[] {
  if (readPublicKey(published)?.equals(key) === true) return [];
  // why the ends: keys of one size all begin alike
  const [theirs, ours] = [published, base64].map((text) => text.slice(-16));
  return [
    about.bad(
      `The published key is not the server’s: it ends with ${theirs}, the server’s with ${ours}.`,
      'Replace it by that of the key that the server signs with.',
    ),
  ];
}

/** RFC 6376 §3.6.1, RFC 8463 §4. */
function recordFor({ key, base64 }: ServersKey): string {
  if (key.asymmetricKeyType !== 'ed25519') return `v=DKIM1; k=rsa; p=${base64}`;
  const octets = key.export({ format: 'der', type: 'spki' }).subarray(-32);
  return `v=DKIM1; k=ed25519; p=${octets.toString('base64')}`;
}

function serversKey(text: string): ServersKey {
  const key = readPublicKey(text);
  if (key !== null) return { key, base64: bareBase64(text) };
  throw new ProbeInputError({
    sentence: 'The server’s DKIM key that the probe was given is no public key.',
    remedy: 'Prove the checkpoint that reads it from the server again.',
  });
}

function sizeText({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject): string {
  const bits = asymmetricKeyDetails?.modulusLength;
  return bits === undefined ? (asymmetricKeyType ?? 'unknown') : `RSA of ${bits} bits`;
}
