import type { Finding } from '../finding.ts';
import { findingsAbout } from '../finding.ts';
import type { MethodResult, ReceivedMessage } from '../message.ts';
import { receiversResults } from '../message.ts';
import { receiverName } from './receiver.ts';
import { pasteAll } from './spf.ts';

const dmarc = findingsAbout('dmarc');

/** What the receiver found with DMARC. */
export function explainDmarc(message: ReceivedMessage): readonly Finding[] {
  const [result] = receiversResults(message, 'dmarc');
  if (result === undefined) {
    return [dmarc.unknown('No server that took this message wrote down what DMARC says.', pasteAll)];
  }
  return [dmarcFinding(result, message)];
}

function dmarcFinding(result: MethodResult, message: ReceivedMessage): Finding {
  const who = receiverName(message);
  const domain = result.properties.get('header.from') || message.from[0]?.domain || 'the From domain';
  const policy = /\b(?:p|policy)[=:.]\s{0,3}(none|quarantine|reject)\b/i.exec(
    `${result.comment} ${result.properties.get('policy.p') ?? ''}`,
  )?.[1];
  switch (result.result) {
    case 'pass':
      return dmarc.good(
        `DMARC passes for ${domain}${policy === undefined ? '' : `, whose policy is ${policy.toLowerCase()}`} (${who}).`,
      );
    case 'fail':
    case 'softfail':
      return dmarc.bad(
        `DMARC fails for ${domain}: neither SPF nor DKIM passes with that domain${policyText(policy)} (${who}).`,
        'Let the envelope sender or the DKIM signature, better both, have the domain that stands in From.',
      );
    case 'none':
    case 'bestguesspass':
      return dmarc.bad(
        `${domain} publishes no DMARC record (${who}).`,
        `Publish a TXT record at _dmarc.${domain}, to begin with: v=DMARC1; p=none`,
      );
    case 'permerror':
      return dmarc.bad(
        `The DMARC record of ${domain} cannot be read (${who}).`,
        `There must be exactly one TXT record at _dmarc.${domain}, and it must begin with v=DMARC1.`,
      );
    case 'temperror':
      return dmarc.unknown(
        `The DNS did not answer when ${who} wanted to see the DMARC record of ${domain}.`,
        'Send again.',
      );
    default:
      return dmarc.unknown(
        `${who} found “${result.result}” with DMARC for ${domain}, which has no meaning that is known here.`,
      );
  }
}

function policyText(policy: string | undefined): string {
  switch (policy?.toLowerCase()) {
    case 'reject':
      return ', and the domain asks that such mail be rejected';
    case 'quarantine':
      return ', and the domain asks that such mail go to the spam folder';
    default:
      return '';
  }
}
