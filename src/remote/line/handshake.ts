import type { Duplex } from 'node:stream';
import type { Algorithms, Client } from 'ssh2';
import type { Authentication } from '../authentication/authenticate.ts';
import type { HostSettings } from '../configuration/settings.ts';
import type { HostKey } from '../connection.ts';
import { RemoteError } from '../error.ts';
import type { HostVerifier } from '../host-keys/host-verifier.ts';
import { said } from '../said.ts';
import {
  authenticationFailed,
  type Circumstances,
  closedEarly,
  connectionFailed,
  type Phase,
  placeOf,
} from './connect-failure.ts';
import type { Ssh2 } from './ssh2.ts';

/** What a handshake needs. */
export interface HandshakeNeeds {
  readonly settings: HostSettings;
  readonly stream: Duplex;
  readonly algorithms: Algorithms;
  readonly verifier: HostVerifier;
  readonly authentication: Authentication;
  readonly ssh2: Ssh2;
  readonly signal: AbortSignal;
  readonly circumstances: () => Circumstances;
  /** Told how far it has come, and the first bytes that the server sent. */
  readonly onProgress: (phase: Phase, heard: Uint8Array) => void;
}

/** What came of it. */
export interface Handshake {
  readonly client: Client;
  readonly hostKey: HostKey;
  readonly banner: string;
  readonly lost: Promise<string>;
}

const longestHeard = 255;
const longestBanner = 16_384;

/**
 * Speaks SSH on an open stream until the person is let in. ssh2 may emit several errors for one failure, or only
 * `close`, so the first of either decides and the listeners stay for ever.
 */
export function handshake(needs: HandshakeNeeds): Promise<Handshake> {
  const { settings, stream, verifier, signal, circumstances } = needs;
  const client = new needs.ssh2.Client();
  let lastError: Error | undefined;
  let banner = '';
  let remembered: Promise<void> = Promise.resolve();
  const lost = new Promise<string>((resolve) => {
    client.on('close', () => resolve(lossOf(lastError)));
  });

  return new Promise<Handshake>((resolve, reject) => {
    const fail = (error: unknown): void => {
      reject(error);
      stream.destroy();
    };
    const onAbort = (): void => fail(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });

    client.on('error', (error) => {
      if (isAboutOneKey(error)) return;
      lastError = error;
      fail(connectionFailed(error, circumstances()));
    });
    client.on('close', () => fail(closedEarly(circumstances())));
    client.on('banner', (text) => {
      banner = `${banner}${text}`.slice(0, longestBanner);
    });
    client.on('change password', () => fail(mustChangePassword(settings)));
    client.on('handshake', () => {
      // Emitted again at every re-keying; `remember` writes once.
      needs.onProgress('authentication', circumstances().heard);
      remembered = verifier.remember();
      remembered.catch(fail);
    });
    client.on('ready', () => {
      signal.removeEventListener('abort', onAbort);
      remembered.then(() => {
        const { hostKey } = verifier;
        if (hostKey === undefined) fail(new Error('A connection is ready whose host key was never verified.'));
        else resolve({ client, hostKey, banner, lost });
      }, fail);
    });
    client.connect({
      sock: stream,
      username: settings.user,
      algorithms: needs.algorithms,
      // Our own clock runs; ssh2's would run while a person compares fingerprints, too.
      readyTimeout: 0,
      keepaliveInterval: settings.keepaliveMs,
      keepaliveCountMax: settings.keepaliveCount,
      hostVerifier: (key: Buffer, verify: (isValid: boolean) => void) => {
        verifier.verify(key).then(
          () => verify(true),
          (error: unknown) => {
            fail(error);
            verify(false);
          },
        );
      },
      authHandler: (offered, isPartial, next) => {
        needs.authentication.next({ offered: offered ?? [], isPartial: isPartial === true }).then((method) => {
          if (signal.aborted) return;
          if (method === undefined) fail(authenticationFailed(circumstances()));
          else next(method);
        }, fail);
      },
    });
    stream.on('data', hearing(needs, stream));
  });
}

/** Listens to the first bytes beside ssh2, which tells nothing of a server that does not speak SSH. */
function hearing(needs: HandshakeNeeds, stream: Duplex): (bytes: Buffer) => void {
  let heard = Buffer.alloc(0);
  const listen = (bytes: Buffer): void => {
    heard = Buffer.concat([heard, bytes]).subarray(0, longestHeard);
    // Lines may come before the identification (RFC 4253 §4.2).
    const isSsh = /^SSH-(2\.0|1\.99)-/m.test(heard.toString('latin1'));
    needs.onProgress(isSsh ? 'key exchange' : 'greeting', heard);
    if (isSsh || heard.length === longestHeard) stream.off('data', listen);
  };
  return listen;
}

/** A key that could not sign is no failure of the connection: the next one is tried. */
function isAboutOneKey(error: Error): boolean {
  const level: unknown = 'level' in error ? error.level : undefined;
  return level === 'agent';
}

function mustChangePassword(settings: HostSettings): RemoteError {
  return new RemoteError('authentication', {
    sentence: `${placeOf(settings)} demands a new password for ${said(settings.user)}.`,
    remedy: 'Log in once with ssh, or in the provider’s console, and change it there.',
  });
}

function lossOf(error: Error | undefined): string {
  if (error === undefined) return 'the server closed the connection';
  if (/keepalive/i.test(error.message)) return 'the server has stopped answering';
  return `the connection broke: ${said(error.message)}`;
}
