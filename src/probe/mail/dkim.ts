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
  const isSound = linted.every(({ verdict }) => verdict !== 'bad');
  const published = records.map((record) => tagOf(tagListOf(record), 'p')).find((key) => key !== undefined);
  const compared = isSound ? keyFindings(published ?? '', servers) : [];
  const reading = readingOf([...linted, ...compared], `the server’s public key, ${sizeText(servers.key)}`);
  if (reading.holds) return reading;
  const whole = `Publish: name ${name}, type TXT, value “${recordFor(servers)}”.`;
  return { ...reading, mistakes: [...reading.mistakes, whole] };
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
