import { once } from 'node:events';
import type { Duplex } from 'node:stream';
import { connect as startTls } from 'node:tls';
import { places } from '../addresses.ts';
import type { Resolver } from '../dns/resolver.ts';
import { type Network, NetworkError } from '../network.ts';
import { ask, DeliveryError, expectReply, sendMessage } from '../smtp/talk.ts';
import { Wire } from '../smtp/wire.ts';

/** What is typed into Gmail's form “Add another email address you own”, and a message by way of it. */
export interface SendAs {
  readonly server: string;
  /** 465: TLS at once; 587: by STARTTLS. */
  readonly port: 465 | 587;
  readonly user: string;
  readonly password: string;
  readonly from: string;
  readonly to: string;
  /** Header and text, its lines ended by CRLF. */
  readonly message: string;
}

/** What Gmail then says. */
export type SentAs = { readonly kind: 'sent' } | { readonly kind: 'failed'; readonly why: string };

/** With what Gmail sends. */
export interface SenderOptions {
  readonly network: Network;
  readonly resolver: Resolver;
  /** The authorities that Google trusts, PEM. */
  readonly authorities: readonly string[];
}

/** Sends a message through somebody's own server, as Gmail does it: from Google's address, with a certificate that is right. */
export async function sendAs(letter: SendAs, options: SenderOptions): Promise<SentAs> {
  let stream: Duplex | undefined;
  try {
    stream = await reach(letter, options);
    const wire = await enter(stream, letter, options);
    const token = Buffer.from(`\0${letter.user}\0${letter.password}`).toString('base64');
    await ask(wire, `AUTH PLAIN ${token}`, 'Authentication failed:');
    await ask(wire, `MAIL FROM:<${letter.from}>`, 'MAIL');
    await ask(wire, `RCPT TO:<${letter.to}>`, 'RCPT');
    await ask(wire, 'DATA', 'DATA');
    sendMessage(wire, Buffer.from(letter.message));
    await expectReply(wire, 'DATA');
    await ask(wire, 'QUIT', 'QUIT');
    return { kind: 'sent' };
  } catch (error) {
    if (error instanceof DeliveryError) return { kind: 'failed', why: error.message };
    if (error instanceof NetworkError) return { kind: 'failed', why: `Couldn’t reach server: ${error.message}` };
    throw error;
  } finally {
    stream?.destroy();
  }
}

async function reach({ server, port }: SendAs, { network, resolver }: SenderOptions): Promise<Duplex> {
  const [to] = resolver.lookUp(server, 'A');
  if (to === undefined) throw new DeliveryError('Couldn’t reach server: there is no such name', { isPermanent: true });
  return network.connect({ from: places.gmail.ipv4, to, port });
}

async function enter(stream: Duplex, { port, server }: SendAs, { authorities }: SenderOptions): Promise<Wire> {
  if (port === 587) {
    const clear = new Wire(stream);
    await expectReply(clear, 'Couldn’t reach server:');
    await ask(clear, 'EHLO mail-sor-f41.google.com', 'EHLO');
    await ask(clear, 'STARTTLS', 'STARTTLS');
    clear.release();
  }
  const secured = startTls({ socket: stream, servername: server, ca: [...authorities] });
  try {
    await once(secured, 'secureConnect');
  } catch (error) {
    const why = error instanceof Error ? error.message : `${error}`;
    throw new DeliveryError(`TLS Negotiation failed, the certificate doesn’t match the host: ${why}`, {
      isPermanent: true,
    });
  }
  secured.on('error', () => undefined);
  const wire = new Wire(secured);
  if (port === 465) await expectReply(wire, 'Couldn’t reach server:');
  await ask(wire, 'EHLO mail-sor-f41.google.com', 'EHLO');
  return wire;
}
