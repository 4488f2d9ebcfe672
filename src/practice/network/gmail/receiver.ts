import { randomBytes } from 'node:crypto';
import type { Readable } from 'node:stream';
import { SMTPServer, type SMTPServerDataStream, type SMTPServerSession } from 'smtp-server';
import { places } from '../addresses.ts';
import type { Issued } from '../certificates.ts';
import type { Resolver } from '../dns/resolver.ts';
import type { Listening, Network } from '../network.ts';
import { authserv, confirmedName, judge } from './judge.ts';
import type { Mailbox } from './mailbox.ts';

/** With what mail is received. */
export interface ReceiverOptions {
  readonly network: Network;
  readonly resolver: Resolver;
  readonly mailbox: Mailbox;
  readonly certificate: Issued;
  readonly now: () => Date;
}

/** Octets; what Gmail says in EHLO. */
const mostOfMessage = 157_286_400;
const smtpPort = 25;

/** Receives mail on port 25 of Gmail's address, judges it, and puts it into the mailbox, until it is closed. */
export async function receiveMail(options: ReceiverOptions): Promise<Listening> {
  const { network, mailbox, certificate } = options;
  const smtp = new SMTPServer({
    name: authserv,
    banner: `${randomBytes(8).toString('hex')}.${randomBytes(2).readUInt16BE()} - gsmtp`,
    disabledCommands: ['AUTH'],
    disableReverseLookup: true,
    size: mostOfMessage,
    key: certificate.key,
    cert: certificate.fullchain,
    onRcptTo: ({ address }, _session, done) => {
      if (address.toLowerCase() === mailbox.address) return done();
      done(
        refusal(
          "5.1.1 The email account that you tried to reach does not exist. Please try double-checking the recipient's email address for typos or unnecessary spaces. For more information, go to https://support.google.com/mail/?p=NoSuchUser - gsmtp",
        ),
      );
    },
    onData: (stream, session, done) => {
      take(stream, session, options).then(
        (text) => done(null, text),
        (error: Error) => done(error),
      );
    },
  });
  // why: a client that breaks off, or does not like our certificate, is no error of ours
  smtp.on('error', () => undefined);
  return network.listen(smtp.server, { at: places.gmail, port: smtpPort });
}

/** Resolves to the text of the reply. Rejects with what smtp-server replies with. */
async function take(
  stream: SMTPServerDataStream,
  session: SMTPServerSession,
  options: ReceiverOptions,
): Promise<string> {
  const { resolver, mailbox, network, now } = options;
  const octets = await allOf(stream);
  if (stream.sizeExceeded) throw refusal("5.3.4 Your message exceeded Google's message size limits. - gsmtp", 552);
  const { mailFrom } = session.envelope;
  const sender = mailFrom === false ? '' : mailFrom.address;
  const address = network.sourceOf(session);
  const judged = await judge(octets, { address, helo: session.hostNameAppearsAs, sender }, resolver);
  if (judged.kind === 'refused') throw refusal(judged.text);
  const id = randomBytes(12).toString('hex');
  const received = receivedField(session, {
    id,
    address,
    name: confirmedName(address, resolver) ?? 'unknown',
    mailbox,
    now,
  });
  const trace = `Delivered-To: ${mailbox.address}\r\n${received}Return-Path: <${sender}>\r\n${judged.headers}`;
  mailbox.deliver({ folder: judged.folder, octets: Buffer.concat([Buffer.from(trace), octets]), arrived: now() });
  return `2.0.0 OK  ${Math.floor(now().getTime() / 1_000)} ${id} - gsmtp`;
}

/** As Gmail writes it: `(version=TLS1_3 cipher=TLS_AES_256_GCM_SHA384 bits=256/256)`. */
function receivedField(
  session: SMTPServerSession,
  said: {
    readonly id: string;
    readonly address: string;
    readonly name: string;
    readonly mailbox: Mailbox;
    readonly now: () => Date;
  },
): string {
  const cipher = session.tlsOptions as
    | { readonly standardName?: string; readonly name?: string; readonly version?: string }
    | undefined;
  const bits = cipher?.name?.includes('128') ? 128 : 256;
  const version = cipher?.version?.replace('TLSv', 'TLS').replace('.', '_');
  const lines = [
    `from ${session.hostNameAppearsAs} (${said.name}. [${said.address}])`,
    `by ${authserv} with ${session.secure ? 'ESMTPS' : 'ESMTP'} id ${said.id}`,
    `for <${said.mailbox.address}>`,
    ...(session.secure
      ? [`(version=${version} cipher=${cipher?.standardName ?? cipher?.name} bits=${bits}/${bits})`]
      : []),
  ];
  return `Received: ${lines.join('\r\n        ')};\r\n        ${said.now().toUTCString().replace('GMT', '+0000')}\r\n`;
}

async function allOf(stream: Readable): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let size = 0;
  for await (const piece of stream) {
    size += piece.length;
    // what is too big is read to its end, and not kept
    if (size <= mostOfMessage) pieces.push(piece);
  }
  return Buffer.concat(pieces);
}

function refusal(text: string, responseCode = 550): Error {
  return Object.assign(new Error(text), { responseCode });
}
