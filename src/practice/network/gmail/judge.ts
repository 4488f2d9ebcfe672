import { canonicalAddress } from '../addresses.ts';
import type { Resolver } from '../dns/resolver.ts';
import { reverseName } from '../dns/reverse.ts';
import { mailauthResolver } from '../mailauth-resolver.ts';
import type { FolderName } from './mailbox.ts';

/** Who sends, as the receiver sees it. */
export interface Envelope {
  /** The client's address. */
  readonly address: string;
  readonly helo: string;
  readonly sender: string;
}

/** What the receiver makes of a message. */
export type Judgement =
  | { readonly kind: 'taken'; readonly folder: FolderName; readonly headers: string }
  /** The text of the 550 reply. */
  | { readonly kind: 'refused'; readonly text: string };

/** How its verdicts are signed (RFC 8601 §2.5). */
export const authserv = 'mx.google.com';

/**
 * Judges a message by Gmail's rules for all senders: a reverse name that leads back, and SPF or DKIM; then DMARC. The
 * verdicts are computed from what the resolver tells and what the message holds.
 */
export async function judge(octets: Buffer, envelope: Envelope, resolver: Resolver): Promise<Judgement> {
  const { address, helo, sender } = envelope;
  if (confirmedName(address, resolver) === undefined) return { kind: 'refused', text: nameless(address) };
  // why here: it takes a second to load, which the start of the world need not wait for
  const { authenticate } = await import('mailauth');
  const { dkim, spf, dmarc, headers } = await authenticate(octets, {
    ip: address,
    helo,
    sender,
    mta: authserv,
    resolver: mailauthResolver(resolver),
    disableBimi: true,
  });
  const policy = dmarc === false ? 'none' : dmarc.policy;
  const isFailed = dmarc !== false && dmarc.status.result === 'fail';
  const domain = dmarc === false ? (sender.split('@')[1] ?? helo) : dmarc.domain;
  if (isFailed && policy === 'reject') return { kind: 'refused', text: forbidden(domain) };
  const isSigned = dkim.results.some(({ status }) => status.result === 'pass');
  const isAllowed = spf !== false && spf.status.result === 'pass';
  // who has published that such mail is to be put aside has it put aside
  if (!isSigned && !isAllowed && !(isFailed && policy === 'quarantine')) {
    return { kind: 'refused', text: unauthenticated(domain, address) };
  }
  const folder: FolderName = isFailed && policy === 'quarantine' ? '[Gmail]/Spam' : 'INBOX';
  return { kind: 'taken', folder, headers };
}

/** The reverse name of an address that leads back to it; undefined where there is none. */
export function confirmedName(address: string, resolver: Resolver): string | undefined {
  const type = address.includes(':') ? 'AAAA' : 'A';
  return resolver
    .reply({ name: reverseName(address), type: 'PTR' })
    .answers.flatMap((answer) => (answer.type === 'PTR' ? [answer.data] : []))
    .find((name) => resolver.lookUp(name, type).some((found) => canonicalAddress(found) === canonicalAddress(address)));
}

function nameless(address: string): string {
  return address.includes(':')
    ? `5.7.1 [${address}] Our system has detected that this message does not meet IPv6 sending guidelines regarding PTR records and authentication. Please review https://support.google.com/mail/?p=IPv6AuthError for more information. - gsmtp`
    : `5.7.25 [${address}] The IP address sending this message does not have a PTR record setup, or the corresponding forward DNS entry does not point to the sending IP. As a policy, Gmail does not accept messages from IPs with missing PTR records. Please visit https://support.google.com/mail/answer/81126#ip-practices for more information. - gsmtp`;
}

function unauthenticated(domain: string, address: string): string {
  return `5.7.26 Your email has been blocked because the sender is unauthenticated. Gmail requires all senders to authenticate with either SPF or DKIM. Authentication results: DKIM = did not pass, SPF [${domain}] with ip: [${address}] = did not pass. For instructions on setting up authentication, go to https://support.google.com/mail/answer/81126#authentication - gsmtp`;
}

function forbidden(domain: string): string {
  return `5.7.26 Unauthenticated email from ${domain} is not accepted due to domain's DMARC policy. Please contact the administrator of ${domain} domain if this was a legitimate mail. To learn about the DMARC initiative, go to https://support.google.com/mail/?p=DmarcRejection - gsmtp`;
}
