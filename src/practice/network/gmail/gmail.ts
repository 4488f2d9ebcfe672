import { randomBytes } from 'node:crypto';
import type { CertificateAuthority } from '../certificates.ts';
import type { Resolver } from '../dns/resolver.ts';
import { gmailHost } from '../dns/seeds.ts';
import type { Listening, Network } from '../network.ts';
import { showMailbox } from './imap.ts';
import { authserv } from './judge.ts';
import { Mailbox } from './mailbox.ts';
import { receiveMail } from './receiver.ts';
import { type SendAs, type SentAs, sendAs } from './sender.ts';

/** The practice world's Gmail: it receives, shows what it received, and sends for others. */
export interface Gmail {
  readonly mailbox: Mailbox;
  /** Sends a message through somebody's own server (“Send mail as”). */
  sendAs(letter: SendAs): Promise<SentAs>;
  close(): Promise<void>;
}

/** What Gmail needs of the world. */
export interface GmailOptions {
  readonly network: Network;
  /** Its own resolver. */
  readonly resolver: Resolver;
  readonly authority: CertificateAuthority;
  readonly now: () => Date;
}

/** Letters of an app password. */
const passwordLength = 16;

/** Starts Gmail with one account, whose app password is made up. */
export async function startGmail({ network, resolver, authority, now }: GmailOptions): Promise<Gmail> {
  const letters = [...randomBytes(passwordLength)].map((octet) => String.fromCharCode(97 + (octet % 26)));
  const mailbox = new Mailbox({ address: 'alice@gmail.com', password: letters.join('') });
  const certificate = authority.issue([authserv, gmailHost, 'imap.gmail.com']);
  const listening: Listening[] = [];
  listening.push(await receiveMail({ network, resolver, mailbox, certificate, now }));
  listening.push(await showMailbox(network, { mailbox, certificate }));
  return {
    mailbox,
    sendAs: (letter) => sendAs(letter, { network, resolver, authorities: [authority.rootPem] }),
    close: async () => {
      await Promise.all(listening.map((each) => each.close()));
    },
  };
}
