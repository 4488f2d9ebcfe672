import { once } from 'node:events';
import type { Duplex } from 'node:stream';
import { connect as startTls } from 'node:tls';
import type { Resolver } from '../dns/resolver.ts';
import { type Network, NetworkError } from '../network.ts';
import { ask, DeliveryError, expectReply, sendMessage } from '../smtp/talk.ts';
import { Wire } from '../smtp/wire.ts';
import { partsOf } from './aliases.ts';
import type { MailHost } from './mail-host.ts';

/** A letter as it is sent on. */
export interface Letter {
  /** Empty for a bounce. */
  readonly from: string;
  readonly to: string;
  readonly octets: Buffer;
}

/** With what letters are carried. */
export interface Courier {
  readonly network: Network;
  readonly resolver: Resolver;
  readonly host: Pick<MailHost, 'source'>;
  /** The name that is said in EHLO. */
  readonly hostname: string;
  /** Words its failures as chasquid 1.19 does. */
  readonly countsConnections: boolean;
}

const smtpPort = 25;

/** Brings a letter to the servers of its recipient's domain, or to those that are named. Rejects with DeliveryError. */
export async function carry(letter: Letter, courier: Courier, via?: readonly string[]): Promise<void> {
  const servers = via ?? mailServersOf(partsOf(letter.to).domain, courier.resolver);
  let last = '';
  for (const server of servers) {
    try {
      return await bring(letter, server, courier);
    } catch (error) {
      if (!(error instanceof DeliveryError) || error.isPermanent) throw error;
      last = error.message;
    }
  }
  const text = courier.countsConnections
    ? `all mail servers failed temporarily, last error: ${last}`
    : `all MXs returned transient failures (last: ${last})`;
  throw new DeliveryError(text, { isPermanent: false });
}

/** RFC 5321 §5.1. Throws DeliveryError where there is no such domain. */
function mailServersOf(domain: string, resolver: Resolver): readonly string[] {
  const { rcode, answers } = resolver.reply({ name: domain, type: 'MX' });
  const exchanges = answers.flatMap((answer) => (answer.type === 'MX' ? [answer.data] : []));
  if (rcode === 'SERVFAIL' || rcode === 'REFUSED') {
    const why = `Could not find mail server: lookup ${domain}: server misbehaving`;
    throw new DeliveryError(why, { isPermanent: false });
  }
  if (exchanges.length === 0) return [domain];
  const rank = (preference: number | undefined) => preference ?? 0;
  return exchanges.sort((one, other) => rank(one.preference) - rank(other.preference)).map(({ exchange }) => exchange);
}

async function bring(letter: Letter, server: string, courier: Courier): Promise<void> {
  const stream = await dial(server, courier);
  try {
    const { wire, secured } = await introduce(stream, server, courier);
    try {
      await hand(letter, wire);
    } finally {
      secured.destroy();
    }
  } finally {
    stream.destroy();
  }
}

/** IPv6 before IPv4, as Go dials (RFC 8305), from the families that the machine has. */
async function dial(server: string, courier: Courier): Promise<Duplex> {
  let why = `lookup ${server}: no such host`;
  for (const family of [6, 4] as const) {
    for (const to of courier.resolver.lookUp(server, family === 6 ? 'AAAA' : 'A')) {
      const from = courier.host.source(family);
      const place = `${family === 6 ? `[${to}]` : to}:${smtpPort}`;
      try {
        if (from === undefined) throw new NetworkError('no-route');
        return await courier.network.connect({ from, to, port: smtpPort });
      } catch (error) {
        if (!(error instanceof Error)) throw error;
        const isSilent = error instanceof NetworkError && error.kind === 'silence';
        why = `${place}: ${isSilent ? '' : 'connect: '}${error.message}`;
      }
    }
  }
  const text = courier.countsConnections
    ? `${server}: connection failed: dial tcp ${why}`
    : `Could not dial: dial tcp ${why}`;
  throw new DeliveryError(text, { isPermanent: false });
}

/** Greets, and changes to TLS where that is offered; the certificate need not be trusted, as at most senders. */
async function introduce(
  stream: Duplex,
  server: string,
  { hostname }: Courier,
): Promise<{ readonly wire: Wire; readonly secured: Duplex }> {
  const wire = new Wire(stream);
  await expectReply(wire, 'Error creating client:');
  const offers = await ask(wire, `EHLO ${hostname}`, 'Error saying hello:');
  if (!offers.some((line) => /^STARTTLS$/i.test(line))) return { wire, secured: stream };
  await ask(wire, 'STARTTLS', 'TLS error:');
  const secured = startTls({ socket: wire.release(), servername: server, rejectUnauthorized: false });
  secured.on('error', () => undefined);
  try {
    await once(secured, 'secureConnect');
  } catch (error) {
    throw new DeliveryError(`TLS error: ${error instanceof Error ? error.message : error}`, { isPermanent: false });
  }
  const safe = new Wire(secured);
  await ask(safe, `EHLO ${hostname}`, 'Error saying hello:');
  return { wire: safe, secured };
}

async function hand({ from, to, octets }: Letter, wire: Wire): Promise<void> {
  await ask(wire, `MAIL FROM:<${from}>`, 'MAIL+RCPT');
  await ask(wire, `RCPT TO:<${to}>`, 'MAIL+RCPT');
  await ask(wire, 'DATA', 'DATA');
  sendMessage(wire, octets);
  await expectReply(wire, 'DATA closing');
  wire.write('QUIT\r\n');
}
