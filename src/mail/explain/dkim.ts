import { alignmentOf, domainOf } from '../domains.ts';
import type { Finding } from '../finding.ts';
import { findingsAbout } from '../finding.ts';
import type { DkimSignature, MethodResult, ReceivedMessage } from '../message.ts';
import { receiversResults } from '../message.ts';
import { receiverName } from './receiver.ts';
import { pasteAll } from './spf.ts';

const dkim = findingsAbout('dkim');

const signing =
  'Three things must be so: the sender logs in to the server, the server has a key for the domain of the envelope sender, and the mail server can read that key.';

/** What the receiver found of each signature, and what is wrong with a signature itself. */
export function explainDkim(message: ReceivedMessage): readonly Finding[] {
  const results = receiversResults(message, 'dkim').filter(({ result }) => result !== 'none');
  const who = receiverName(message);
  if (results.length > 0) {
    const passes = passesAligned(message);
    return [...results.map((result) => resultFinding(result, { who, passes })), ...weaknesses(message)];
  }
  if (message.signatures.length === 0) {
    return [dkim.bad('The message carries no DKIM signature.', signing)];
  }
  const domains = message.signatures.map(({ domain }) => domain).join(', ');
  return [
    dkim.unknown(
      `The message is signed by ${domains}, and no server wrote down whether the signature holds.`,
      pasteAll,
    ),
    ...weaknesses(message),
  ];
}

/** The signing domain that a result of DKIM is about (RFC 8601 §2.7.1); empty where it does not say. */
export function dkimDomain({ properties }: MethodResult): string {
  return domainOf(properties.get('header.d') || properties.get('header.i') || '');
}

/** True where one signature of the From domain holds: what the others lack does no harm then. */
function passesAligned(message: ReceivedMessage): boolean {
  const from = message.from[0]?.domain ?? '';
  return receiversResults(message, 'dkim').some(
    (result) => result.result === 'pass' && alignmentOf(dkimDomain(result), from) !== 'none',
  );
}

function resultFinding(
  result: MethodResult,
  { who, passes }: { readonly who: string; readonly passes: boolean },
): Finding {
  const domain = dkimDomain(result) || 'a domain that is not told';
  const selector = result.properties.get('header.s');
  const signature = `signature of ${domain}${selector === undefined ? '' : ` with the key ${selector}`}`;
  if (result.result === 'pass') return dkim.good(`DKIM passes: the ${signature} holds (${who}).`);
  const why = [result.comment, result.reason ?? ''].filter((text) => text !== '').join('; ');
  const told = `(${result.result}${why === '' ? '' : `: ${why}`}, by ${who})`;
  if (/temp/.test(result.result)) return dkim.unknown(`The ${signature} could not be checked ${told}.`, 'Send again.');
  const sentence = `The ${signature} does not hold ${told}.`;
  return passes
    ? dkim.warning(`${sentence} Another one does.`, failureRemedy(why, { domain, selector }))
    : dkim.bad(sentence, failureRemedy(why, { domain, selector }));
}

function failureRemedy(
  why: string,
  { domain, selector }: { readonly domain: string; readonly selector: string | undefined },
): string {
  const name = `${selector ?? 'SELECTOR'}._domainkey.${domain}`;
  if (/no key|not found|NXDOMAIN|key unavailable|no record/i.test(why)) {
    return `Publish the key as a TXT record at ${name}, and look whether the panel doubled the domain in the name.`;
  }
  if (/body hash|body has been/i.test(why)) {
    return 'The body was changed after it was signed: sign last, after everything that rewrites mail; lists and filters on the way do it too.';
  }
  if (/syntax|invalid (?:public )?key|bad key|key (?:too short|length)|format/i.test(why)) {
    return `The record at ${name} cannot be read as a key: publish it again, whole, in parts of at most 255 characters.`;
  }
  return `Compare the key at ${name} with the server’s own; if they are the same, something on the way changes signed headers.`;
}

/** RFC 6376 §5.4 and RFC 8301: what makes a signature worthless or weak, whoever checks it. */
function weaknesses({ signatures, sendingHop }: ReceivedMessage): readonly Finding[] {
  const taken = sendingHop?.at ?? null;
  return signatures.flatMap((signature) => [
    ...(taken !== null && signature.expiresAt !== null && signature.expiresAt < taken
      ? [
          dkim.bad(
            `The signature of ${signature.domain} had expired, at ${signature.expiresAt}, when the message was taken.`,
            'Give signatures a longer life (x=), or none, and look why the message was so late.',
          ),
        ]
      : []),
    ...(signature.algorithm.endsWith('sha1')
      ? [
          dkim.bad(
            `The signature of ${signature.domain} uses ${signature.algorithm}, which receivers no longer accept (RFC 8301).`,
            'Let the server sign with rsa-sha256.',
          ),
        ]
      : []),
    ...(coversFrom(signature)
      ? []
      : [
          dkim.bad(
            `The signature of ${signature.domain} does not cover the From field (RFC 6376 §5.4).`,
            'Put from into the signed headers.',
          ),
        ]),
  ]);
}

function coversFrom({ signedFields }: DkimSignature): boolean {
  return signedFields.includes('from');
}
