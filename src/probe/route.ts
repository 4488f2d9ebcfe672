import { DialError } from '../remote/connection.ts';
import type { ProbeSettings } from './settings.ts';

/** Where on this machine an address and port of a world apart are served, or how they are out of reach. */
export type Route =
  | { readonly kind: 'open'; readonly port: number }
  | { readonly kind: 'refused' }
  | { readonly kind: 'silence' }
  | { readonly kind: 'no-route' };

/** Tells the route of this moment. */
export type Router = (address: string, port: number) => Promise<Route>;

/** An address and port to which a socket can be opened. */
export interface SocketAddress {
  readonly address: string;
  readonly port: number;
}

const loopback = '127.0.0.1';

/**
 * Where a socket must be opened so that it reaches an address: there, outside of practice. Rejects with DialError where
 * there is no way, and with the signal's reason where nothing ever answers.
 */
export async function routed(
  destination: SocketAddress,
  { route }: Pick<ProbeSettings, 'route'>,
  signal: AbortSignal,
): Promise<SocketAddress> {
  if (route === undefined) return destination;
  const found = await route(destination.address, destination.port);
  switch (found.kind) {
    case 'open':
      return { address: loopback, port: found.port };
    case 'refused':
      throw new DialError('refused', `connect ECONNREFUSED ${destination.address}:${destination.port}`);
    case 'no-route':
      throw new DialError('no-route', `connect ENETUNREACH ${destination.address}:${destination.port}`);
    case 'silence':
      return neverAnswered(signal);
    default:
      return found satisfies never;
  }
}

function neverAnswered(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const give = () => reject(signal.reason);
    if (signal.aborted) give();
    else signal.addEventListener('abort', give, { once: true });
  });
}
