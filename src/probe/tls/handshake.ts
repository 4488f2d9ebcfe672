import type { X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import type { Duplex } from 'node:stream';
import type { ConnectionOptions, TLSSocket } from 'node:tls';
import { connect, rootCertificates } from 'node:tls';
import { messageOf } from '../network.ts';
import type { OldVersion } from '../spec/tls.ts';

/** A handshake that was done. Nothing was demanded of the certificate: that is for whoever reads this. */
export interface Handshake {
  readonly kind: 'done';
  readonly socket: TLSSocket;
  /** `TLSv1.3` */
  readonly protocol: string;
  readonly cipher: string;
  readonly certificate: X509Certificate;
  /** Why no authority that we trust vouches for the certificate, as OpenSSL names it; null where one does. */
  readonly distrust: string | null;
  /** How many session tickets have come so far (RFC 8446 §4.6.1). */
  tickets(): number;
}

/** A handshake that failed: by an alert of the server, by its hanging up, in silence, or because of what it answered. */
export interface FailedHandshake {
  readonly kind: 'failed';
  readonly failure: 'alert' | 'closed' | 'silence' | 'other';
  readonly why: string;
}

/** How a handshake is made. */
export interface HandshakeOptions {
  /** The name that the server is asked for; an address is none (RFC 6066 §3). */
  readonly servername: string;
  /** Offers this version alone, with all that OpenSSL would rather not have any more. */
  readonly only?: OldVersion | undefined;
  /** PEM certificates that are trusted beside the usual ones. */
  readonly authorities: readonly string[];
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** Begins TLS on an open stream, which is destroyed where that fails. Rejects with the signal's reason. */
export async function shakeHands(stream: Duplex, options: HandshakeOptions): Promise<Handshake | FailedHandshake> {
  const { signal, timeoutMs } = options;
  signal.throwIfAborted();
  let socket: TLSSocket;
  try {
    socket = connect(connectOptions(stream, options));
  } catch (error) {
    stream.destroy();
    return { kind: 'failed', failure: 'other', why: `no handshake could be begun: ${messageOf(error)}` };
  }
  // why: what breaks the stream breaks TLS, which tells us; without a listener of its own it would end the program
  stream.on('error', () => undefined);
  let tickets = 0;
  socket.on('session', () => {
    tickets += 1;
  });
  let timeout: NodeJS.Timeout | undefined;
  let abort: (() => void) | undefined;
  const failed = await new Promise<FailedHandshake | null>((resolve, reject) => {
    abort = () => reject(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    const why = `no answer within ${timeoutMs / 1_000} s`;
    timeout = setTimeout(resolve, timeoutMs, { kind: 'failed', failure: 'silence', why });
    socket.on('error', (error) => resolve(failureOf(error)));
    socket.on('close', () => resolve({ kind: 'failed', failure: 'closed', why: 'it closed the connection' }));
    socket.on('secureConnect', () => resolve(null));
  })
    .catch((error: unknown) => {
      socket.destroy();
      stream.destroy();
      throw error;
    })
    .finally(() => {
      clearTimeout(timeout);
      if (abort !== undefined) signal.removeEventListener('abort', abort);
    });
  const certificate = failed === null ? socket.getPeerX509Certificate() : undefined;
  if (certificate === undefined) {
    socket.destroy();
    stream.destroy();
    return failed ?? { kind: 'failed', failure: 'other', why: 'it showed no certificate' };
  }
  return {
    kind: 'done',
    socket,
    protocol: socket.getProtocol() ?? 'TLS',
    cipher: socket.getCipher().name,
    certificate,
    distrust: socket.authorized ? null : String(socket.authorizationError),
    tickets: () => tickets,
  };
}

function connectOptions(stream: Duplex, { servername, only, authorities }: HandshakeOptions): ConnectionOptions {
  return {
    socket: stream,
    ...(isIP(servername) === 0 ? { servername } : {}),
    // why: a broken certificate is to be looked at, not run away from; nothing secret goes over this unless it is sound
    rejectUnauthorized: false,
    checkServerIdentity: () => undefined,
    // without `ca`, what Node was started with (NODE_EXTRA_CA_CERTS) counts too
    ...(authorities.length === 0 ? {} : { ca: [...rootCertificates, ...authorities] }),
    // OpenSSL 3 takes neither the versions nor their ciphers and signatures above its security level 0
    ...(only === undefined ? {} : { minVersion: only, maxVersion: only, ciphers: 'DEFAULT@SECLEVEL=0' }),
  };
}

function failureOf(error: Error): FailedHandshake {
  const code = 'code' in error ? String(error.code) : '';
  if (code.includes('_ALERT_')) {
    const alert = code.replace(/^.*_ALERT_/, '').toLowerCase();
    return { kind: 'failed', failure: 'alert', why: `it refused: ${alert.replaceAll('_', ' ')}` };
  }
  if (code === 'ECONNRESET' || code === 'EPIPE') {
    return { kind: 'failed', failure: 'closed', why: 'it closed the connection during the handshake' };
  }
  if (code === 'ERR_SSL_WRONG_VERSION_NUMBER' || code === 'ERR_SSL_PACKET_LENGTH_TOO_LONG') {
    return { kind: 'failed', failure: 'other', why: 'it does not speak TLS here' };
  }
  if (code === 'ERR_SSL_UNSUPPORTED_PROTOCOL') {
    return { kind: 'failed', failure: 'other', why: 'it speaks no version of TLS that was offered' };
  }
  return { kind: 'failed', failure: 'other', why: `the handshake failed: ${messageOf(error)}` };
}
