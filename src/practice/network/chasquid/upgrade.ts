import { once } from 'node:events';
import type { Socket } from 'node:net';
import { type SecureContext, TLSSocket } from 'node:tls';

/** Begins TLS as the server on an open connection; null, and the connection gone, where the handshake fails. */
export async function upgrade(socket: Socket, contextFor: (name: string) => SecureContext): Promise<TLSSocket | null> {
  const secured = new TLSSocket(socket, {
    isServer: true,
    secureContext: contextFor(''),
    SNICallback: (name: string, done: (error: Error | null, context?: SecureContext) => void) =>
      done(null, contextFor(name)),
  });
  const failed = new AbortController();
  secured.on('error', () => failed.abort());
  socket.once('close', () => failed.abort());
  try {
    await once(secured, 'secure', { signal: failed.signal });
    return secured;
  } catch {
    socket.destroy();
    return null;
  }
}

/** The name that the client asked for (RFC 6066 §3); undefined where it asked for none. */
export function askedName(secured: TLSSocket): string | undefined {
  const { servername } = secured as { readonly servername?: string | false };
  return typeof servername === 'string' && servername !== '' ? servername : undefined;
}
