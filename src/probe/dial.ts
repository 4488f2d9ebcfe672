import { once } from 'node:events';
import { connect, isIP } from 'node:net';
import type { Duplex } from 'node:stream';
import type { DialFailure } from '../remote/connection.ts';
import { DialError } from '../remote/connection.ts';
import type { ProbeContext } from './context.ts';
import { dnsName } from './dns/name.ts';
import { DnsSilence } from './dns/query.ts';
import { addressesOf } from './dns/zone.ts';
import { failureOf, messageOf } from './network.ts';
import type { SocketAddress } from './route.ts';
import { routed } from './route.ts';

/** Where to connect to, and from where. */
export interface Destination {
  readonly from: 'here' | 'target';
  readonly host: string;
  readonly port: number;
  /** Only addresses of this family; without it, whichever comes first. */
  readonly family?: 4 | 6 | undefined;
  readonly timeoutMs: number;
}

/** A connection, or why there is none. */
export type Dialled =
  | { readonly kind: 'open'; readonly stream: Duplex; readonly address: string }
  | { readonly kind: 'failed'; readonly failure: DialFailure; readonly why: string };

/**
 * What to do about a connection that could not be made. The guide's own remedy speaks of what a refusal, silence or a
 * missing route there would mean; where we could not even try, it would blame the wrong thing.
 */
export function dialRemedy(
  failure: DialFailure,
  { from, own }: { readonly from: 'here' | 'target'; readonly own: string | undefined },
): string | undefined {
  switch (failure) {
    case 'refused':
    case 'silence':
    case 'no-route':
      return own;
    case 'not-allowed':
      return from === 'target' ? forwardingRemedy : own;
    case 'no-name':
      return from === 'target' ? nameRemedy : own;
    case 'lost':
      return lostRemedy;
    default:
      return failure satisfies never;
  }
}

/** What to tell a person whose server forbids what probes from the target need. */
export const forwardingRemedy =
  'The server’s sshd forbids forwarding, through which Brevduva connects from there. Set “AllowTcpForwarding yes” in /etc/ssh/sshd_config, run “systemctl reload ssh” (or “sshd”), and verify again.';
const nameRemedy = 'This says nothing about the port yet: see that names can be looked up (DNS), then verify again.';
const lostRemedy =
  'This says nothing about the port yet: see that this network and the server are online, then verify again.';

/** A name with several addresses is as good as those that people would try: more are not. */
const mostAddresses = 3;

/**
 * Opens a TCP connection, at the first address that takes it. Where a family is asked for, the name is looked up here
 * and its address dialled, so that IPv4 and IPv6 are told apart also from the target. Rejects with the signal's reason.
 */
export async function dial(destination: Destination, context: ProbeContext): Promise<Dialled> {
  const found = await hostsToDial(destination, context);
  if (!Array.isArray(found)) return found;
  let last: Dialled = { kind: 'failed', failure: 'no-name', why: `${destination.host} has no address` };
  for (const address of found) {
    last = await dialAddress({ ...destination, host: address }, context);
    if (last.kind === 'open') return last;
  }
  return last;
}

/** The literal addresses to try, or the name itself where the target is to look it up. */
async function hostsToDial(
  { from, host, family }: Destination,
  context: ProbeContext,
): Promise<string[] | Extract<Dialled, { kind: 'failed' }>> {
  const literal = isIP(host);
  if (literal !== 0) {
    if (family === undefined || family === literal) return [host];
    return { kind: 'failed', failure: 'no-route', why: `${host} is no IPv${family} address` };
  }
  const name = dnsName(host);
  // RFC 6761 §6.3
  if (name === 'localhost') return [family === 6 ? '::1' : '127.0.0.1'];
  if (from === 'target' && family === undefined) return [name];
  try {
    const { addresses, isNameMissing } = await addressesOf(name, family === undefined ? [4, 6] : [family], {
      ...context,
      resolvers: [...context.settings.systemResolvers, ...context.settings.resolvers],
    });
    if (addresses.length > 0) return addresses.slice(0, mostAddresses);
    if (isNameMissing) return { kind: 'failed', failure: 'no-name', why: `there is no name ${name}` };
    return { kind: 'failed', failure: 'no-route', why: `${name} has no ${familyText(family)} address` };
  } catch (error) {
    if (!(error instanceof DnsSilence)) throw error;
    return { kind: 'failed', failure: 'lost', why: `${name} could not be looked up: ${error.message}` };
  }
}

async function dialAddress(destination: Destination, context: ProbeContext): Promise<Dialled> {
  const { from, host, port, timeoutMs } = destination;
  const timeout = AbortSignal.timeout(timeoutMs);
  const signal = AbortSignal.any([context.signal, timeout]);
  try {
    if (from === 'here') {
      const place = await routed({ address: host, port }, context.settings, signal);
      return { kind: 'open', stream: await dialHere(place, signal), address: host };
    }
    if (context.connection === null) return { kind: 'failed', failure: 'lost', why: 'there is no line to the target' };
    return { kind: 'open', stream: await context.connection.dial(host, port, signal), address: host };
  } catch (error) {
    context.signal.throwIfAborted();
    if (error instanceof DialError) return { kind: 'failed', failure: error.failure, why: error.message };
    if (timeout.aborted) return { kind: 'failed', failure: 'silence', why: `no answer within ${timeoutMs / 1_000} s` };
    return { kind: 'failed', failure: failureOf(error), why: messageOf(error) };
  }
}

async function dialHere({ address, port }: SocketAddress, signal: AbortSignal): Promise<Duplex> {
  const socket = connect({ host: address, port, noDelay: true });
  try {
    await once(socket, 'connect', { signal });
    return socket;
  } catch (error) {
    socket.destroy();
    throw error;
  }
}

function familyText(family: 4 | 6 | undefined): string {
  return family === undefined ? 'IPv4 or IPv6' : `IPv${family}`;
}
