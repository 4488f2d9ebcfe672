import { domainOf } from '../domains.ts';
import type { Finding } from '../finding.ts';
import { findingsAbout } from '../finding.ts';
import type { MethodResult, ReceivedMessage } from '../message.ts';
import { receiversResults } from '../message.ts';
import { isForwarded, receiverName } from './receiver.ts';

const spf = findingsAbout('spf');

/** What the receiver found with SPF, the envelope sender's before the greeting's. */
export function explainSpf(message: ReceivedMessage): readonly Finding[] {
  const results = receiversResults(message, 'spf');
  const result = results.find(({ properties }) => properties.has('smtp.mailfrom')) ?? results[0];
  if (result === undefined) {
    return [spf.unknown('No server that took this message wrote down what SPF says.', pasteAll)];
  }
  return [spfFinding(result, message)];
}

/** The domain that a result of SPF is about; empty where it does not say. */
export function spfDomain({ properties }: MethodResult): string {
  const about = properties.get('smtp.mailfrom') || properties.get('smtp.helo') || '';
  return domainOf(about);
}

/** What to do where results are missing. */
export const pasteAll = 'Take the headers from the mailbox that the message arrived in, all of them.';

function spfFinding(result: MethodResult, message: ReceivedMessage): Finding {
  const who = receiverName(message);
  const address = message.sendingHop?.address ?? null;
  const sender = address === null ? 'the sending address' : address;
  const domain = spfDomain(result) || 'the sender’s domain';
  const remedy = allow(domain, address);
  switch (result.result) {
    case 'pass':
      return spf.good(`SPF passes: by the record of ${domain}, ${sender} may send for it (${who}).`);
    case 'fail':
    case 'hardfail':
    case 'softfail': {
      const sentence = `SPF fails (${result.result}): by the record of ${domain}, ${sender} may not send for it (${who}).`;
      if (!isForwarded(message)) return spf.bad(sentence, remedy);
      return spf.warning(
        `${sentence} The message was passed on, and SPF does not survive that.`,
        'Only DKIM can pass then.',
      );
    }
    case 'neutral':
      return spf.bad(
        `SPF says nothing (neutral): the record of ${domain} neither allows nor forbids ${sender} (${who}).`,
        remedy,
      );
    case 'none':
      return spf.bad(`There is no SPF record at ${domain} (${who}).`, remedy);
    case 'permerror':
      return spf.bad(
        `The SPF record of ${domain} cannot be evaluated (${who}).`,
        'There must be exactly one record that begins with v=spf1, and it must need at most ten lookups (RFC 7208 §4.6.4).',
      );
    case 'temperror':
      return spf.unknown(
        `The DNS did not answer when ${who} wanted to see the SPF record of ${domain}.`,
        'Send again.',
      );
    default:
      return spf.unknown(
        `${who} found “${result.result}” with SPF for ${domain}, which has no meaning that is known here.`,
      );
  }
}

function allow(domain: string, address: string | null): string {
  if (address === null) return `Put the address that ${domain} sends from into its one SPF record.`;
  const mechanism = `${address.includes(':') ? 'ip6' : 'ip4'}:${address}`;
  return `If the server is yours, put ${mechanism}, or a: with its name, into the one SPF record of ${domain}.`;
}
