import type { Verdict } from '../../src/probe/evidence.ts';
import type { FaultName } from './faults/names.ts';
import type { GuideStep } from './whole-guide-stage.ts';

/** A failure that others really had, by its number in the catalogue. */
export interface Failure {
  readonly number: number;
  readonly fault: FaultName;
  /** Every checkpoint that is not true then: the worst that is seen there, and what must be said of it. No other may be. */
  readonly red: Readonly<Partial<Record<GuideStep, Red>>>;
}

/** The worst that is seen, and what must be said: what was seen, a bar, and what is to be done. */
export type Red = readonly [worst: Exclude<Verdict, 'true' | 'warning'>, said: RegExp];

/** Where the configuration was changed, the copy of it is an old one, which is true. */
const oldCopy: Red = ['false', /\| Run this checkpoint\. It is also done each night/];
const unanswered: Red = ['false', /\| Nobody answers there: see that the service runs/];

/** Every failure that can be had on the finished server, and what must be told then. */
export const failures: readonly Failure[] = [
  {
    number: 1,
    fault: 'outbound-25-blocked',
    red: {
      'open-ports': ['false', /\| .*Ask it, by ticket, to open outbound/],
      ipv6: ['false', /\| .*open outbound TCP 25/],
    },
  },
  {
    number: 2,
    fault: 'ptr-missing',
    red: {
      'reverse-dns': [
        'false',
        /\| Set the reverse name of 203\.0\.113\.10 to smtp\.example\.com, at the server’s provider/,
      ],
      'server-name': ['false', /\| .*must be the reverse name of its address/],
    },
  },
  {
    number: 3,
    fault: 'ptr-of-ipv6-missing',
    red: {
      'reverse-dns': [
        'false',
        /\| Set the reverse name of 2001:db8:113::10 to smtp\.example\.com, at the server’s provider/,
      ],
      'server-name': ['false', /\| .*must be the reverse name of its IPv6 address too/],
    },
  },
  {
    number: 3,
    fault: 'spf-without-ipv6',
    red: { spf: ['false', /\| .*“v=spf1 ip6:2001:db8:113::10 ip4:203\.0\.113\.10 ~all”/] },
  },
  {
    number: 4,
    fault: 'greets-as-another',
    red: {
      'server-name': [
        'false',
        /sets the name mail\.example\.org \| Run this checkpoint, which sets smtp\.example\.com/,
      ],
      'backup-conf': oldCopy,
      deliverability: ['false', /mail\.example\.org/],
    },
  },
  {
    number: 5,
    fault: 'hostname-on-loopback',
    red: {
      'name-server': ['false', /\| In \/etc\/hosts no line that begins with 127\. or ::1 may name it/],
      'backup-conf': oldCopy,
    },
  },
  {
    number: 6,
    fault: 'spf-missing',
    red: { spf: ['false', /\| .*“v=spf1 ip4:203\.0\.113\.10 ip6:2001:db8:113::10 ~all”/] },
  },
  { number: 7, fault: 'spf-twice', red: { spf: ['false', /\| .*and no other SPF record/] } },
  { number: 8, fault: 'spf-too-deep', red: { spf: ['false', /\| Put ip4: and ip6: in the place of includes/] } },
  { number: 9, fault: 'dkim-cut-off', red: { dkim: ['false', /\| .*quoted parts of at most that/] } },
  { number: 10, fault: 'dkim-name-doubled', red: { dkim: ['false', /\| .*enter the name without it/] } },
  { number: 10, fault: 'dkim-name-bare', red: { dkim: ['false', /\| .*_domainkey/] } },
  {
    number: 11,
    fault: 'dkim-key-of-root',
    red: { dkim: ['false', /\| .*chown root:chasquid and chmod 0640 on that file/] },
  },
  { number: 12, fault: 'dkim-key-gone', red: { dkim: ['false', /mail goes out unsigned \| Run this checkpoint/] } },
  {
    number: 13,
    fault: 'from-of-another-domain',
    red: { 'gmail-send-as': ['false', /From says example\.net\. \| Use one domain in From, in the envelope sender/] },
  },
  {
    number: 14,
    fault: 'dmarc-reports-unasked',
    red: { dmarc: ['false', /\| .*example\.com\._report\._dmarc\.example\.net/] },
  },
  { number: 15, fault: 'address-listed', red: { deliverability: ['false', /\| .*ask to be taken off/] } },
  {
    number: 15,
    fault: 'blocklist-refuses',
    red: { deliverability: ['unknown', /refuses to answer this resolver; give the server a resolver of its own/] },
  },
  {
    number: 17,
    fault: 'behind-proxy',
    red: {
      'name-server': ['false', /\| .*at Cloudflare the record must be DNS only \(grey cloud\)/],
      'reverse-dns': ['false', /\| .*must lead to the IPv4 address that mail leaves from/],
      spf: ['false', /\| .*ip4:203\.0\.113\.10/],
    },
  },
  { number: 18, fault: 'port-80-taken', red: { certificate: ['false', /\| Stop and disable it, or use the DNS way/] } },
  {
    number: 19,
    fault: 'certificate-not-served',
    red: { deliverability: ['false', /\| .*systemctl restart chasquid/] },
  },
  {
    number: 20,
    fault: 'certificate-key-of-root',
    red: {
      certificate: ['false', /\| .*brevduva-install-certificate smtp\.example\.com/],
      'install-chasquid': ['false', /\| .*brevduva-install-certificate smtp\.example\.com/],
    },
  },
  {
    number: 22,
    fault: 'users-of-root',
    red: {
      'server-name': unanswered,
      'service-status': ['false', /users file error.* \| Say on the server: chown -R chasquid:chasquid/],
      'add-sender': ['false', /\| .*chown chasquid \/etc\/chasquid\/domains\/example\.com\/users/],
      'receive-mail': unanswered,
      deliverability: unanswered,
    },
  },
  {
    number: 24,
    fault: 'socket-unknown',
    red: {
      'server-name': ['unknown', /\| Nobody answers there: see that the service runs/],
      'service-status': ['false', /No SMTP addresses.* \| .*systemctl restart chasquid-smtp\.socket/],
      'receive-mail': unanswered,
      deliverability: unanswered,
    },
  },
  {
    number: 25,
    fault: 'chasquid-old',
    red: {
      'install-chasquid': ['false', /not the newest \| Run this checkpoint, which installs 1\.19/],
      deliverability: ['false', /\| .*at which Outlook breaks off.* the value newest/],
    },
  },
  {
    number: 28,
    fault: 'message-without-id',
    red: { 'gmail-send-as': ['false', /no Message-ID\. \| Let the program/] },
  },
  {
    number: 29,
    fault: 'domain-named-wrong',
    red: {
      'install-chasquid': ['false', /it does not serve example\.com \| Run this checkpoint, which makes it/],
      'add-sender': ['false', /\| Run this checkpoint, which adds it/],
      dkim: ['false', /\| Run this checkpoint, which makes one/],
      'receive-mail': ['false', /\| Run this checkpoint, which writes it/],
      'backup-conf': oldCopy,
      deliverability: ['false', /Relay not allowed/],
    },
  },
  { number: 30, fault: 'spf-not-everywhere', red: { spf: ['not-yet', /up to \d+ s\) \| Only wait: /] } },
  { number: 32, fault: 'queue-nearly-full', red: { deliverability: ['false', /\| Read why they wait/] } },
];

/** A failure that this lab cannot have, and why. */
export interface NotHad {
  readonly number: number;
  readonly what: string;
  readonly why: string;
}

/** The others. */
export const notHad: readonly NotHad[] = [
  {
    number: 16,
    what: 'Outlook refuses the address (S3140)',
    why: 'there is no Outlook here; its bounce is explained by headers',
  },
  {
    number: 21,
    what: 'a linked certificate folder',
    why: 'only chasquid 1.11 passes over it, and the guide installs a newer one',
  },
  {
    number: 23,
    what: 'a first sender that is not seen',
    why: 'the newest chasquid reads its senders again by itself; a test of the old one has it',
  },
  { number: 26, what: 'forwarded mail is refused', why: 'only its receiver knows; its bounce is explained by headers' },
  { number: 27, what: 'a mail program that asks for AUTH LOGIN', why: 'nothing is wrong at the server then' },
  { number: 31, what: 'a domain without reputation', why: 'receivers keep that to themselves, and these keep none' },
  {
    number: 33,
    what: 'a CAA record that forbids the authority',
    why: 'the one here does not say its name for such records; the test of deliverability has it with another',
  },
];
