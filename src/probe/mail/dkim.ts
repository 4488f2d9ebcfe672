import type { KeyObject } from 'node:crypto';
import type { Finding } from '../../mail/finding.ts';
import { findingsAbout } from '../../mail/finding.ts';
import { lintDkim } from '../../mail/records/dkim.ts';
import { tagListOf, tagOf } from '../../mail/tag-list.ts';
import type { ProbeContext } from '../context.ts';
import type { Reading } from '../dns/judge.ts';
import type { Lookup } from '../dns/lookup.ts';
import { dnsName } from '../dns/name.ts';
import type { Evidence } from '../evidence.ts';
import type { MailSpec } from '../spec/mail.ts';
import { ProbeInputError } from '../values.ts';
import { asked, domainOf, recordVantages } from './asked.ts';
import { bareBase64, readPublicKey } from './public-key.ts';
import { lookAtRecord, readingOf } from './published.ts';

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
      name,
      expected: `one DKIM record with the server’s public key, ${sizeText(servers.key)}`,
      read: async (lookup) => readDkim(lookup, { place: { selector, domain }, name, servers }),
      recognises: (text) => /^\s*v=DKIM1\b/i.test(text) || tagOf(tagListOf(text), 'p') !== undefined,
    },
    { from: recordVantages(spec), remedy: spec.remedy },
    context,
  );
}

function readDkim(
  { records }: Lookup,
  asked: {
    readonly place: { readonly selector: string; readonly domain: string };
    readonly name: string;
    readonly servers: ServersKey;
  },
): Reading<string> {
  const { place, name, servers } = asked;
  const linted = lintDkim(records, place);
  const [record] = records;
  const compared = record === undefined || records.length > 1 ? [] : keyFindings(record, servers);
  const isOther = compared.some(({ verdict }) => verdict === 'bad');
  // why: what the text alone tells of a key that is not the server's is no news beside that
  const findings = isOther ? [...compared, ...linted.filter(({ verdict }) => verdict === 'bad')] : linted;
  const reading = readingOf(findings, `the server’s public key, ${sizeText(servers.key)}`);
  if (reading.holds) return reading;
  const whole = `Publish: name ${name}, type TXT, value “${recordFor(servers)}”.`;
  return { ...reading, mistakes: [...reading.mistakes, whole] };
}

function keyFindings(record: string, { key, base64 }: ServersKey): readonly Finding[] {
  const published = tagOf(tagListOf(record), 'p') ?? '';
  const publishedBase64 = bareBase64(published);
  if (publishedBase64 === '' || readPublicKey(published)?.equals(key) === true) return [];
  if (base64.startsWith(publishedBase64)) {
    return [
      about.bad(
        `The published key breaks off: ${publishedBase64.length} of its ${base64.length} characters are there.`,
        'Enter the whole value. Where the panel cuts it at 255 characters, write it in several quoted parts.',
      ),
    ];
  }
  return [
    about.bad(
      // why the end: the beginning of all keys of one size is the same
      `The published key is not the server’s: it ends with ${publishedBase64.slice(-24)}, the server’s with ${base64.slice(-24)}.`,
      'Replace the record by that of the key that the server signs with.',
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
