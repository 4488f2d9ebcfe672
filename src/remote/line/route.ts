import { connect as connectTcp } from 'node:net';
import type { Duplex } from 'node:stream';
import { execa } from 'execa';
import type { HostSettings } from '../configuration/settings.ts';
import { DialError, type DialFailure } from '../connection.ts';
import { RemoteError, type RemoteFailure } from '../error.ts';
import { said } from '../said.ts';
import { dialThrough } from './dial.ts';
import type { Hop } from './hop.ts';

/** An open way to a server, before any SSH is spoken on it. */
export interface OpenRoute {
  readonly stream: Duplex;
  /** What the program that makes the way said on its stderr; empty for other ways. */
  readonly complaint: () => string;
}

/**
 * Opens the way to a server that its settings name. `through` is the open connection to the jump host of a `jump`
 * route. Rejects with the signal's reason, a RemoteError, or the socket's own error.
 */
export async function openRoute(
  settings: HostSettings,
  through: Hop | undefined,
  signal: AbortSignal,
): Promise<OpenRoute> {
  switch (settings.route.kind) {
    case 'direct':
      return { stream: await openSocket(settings, settings.route, signal), complaint: () => '' };
    case 'jump':
      if (through === undefined) throw new Error('A jump needs an open connection to the jump host.');
      return { stream: await openThrough(through, settings, signal), complaint: () => '' };
    case 'command':
      return openCommand(settings.route.command);
  }
}

/** TCP, without Nagle's algorithm: with it every command waits for the acknowledgement of the one before. */
async function openSocket(
  { hostname, port }: HostSettings,
  { family, localAddress }: { readonly family: 0 | 4 | 6; readonly localAddress: string | undefined },
  signal: AbortSignal,
): Promise<Duplex> {
  signal.throwIfAborted();
  const socket = connectTcp({
    host: hostname,
    port,
    family,
    noDelay: true,
    autoSelectFamily: true,
    // Node's 250 ms gives up on an address that is merely far away.
    autoSelectFamilyAttemptTimeout: 2000,
    ...(localAddress === undefined ? {} : { localAddress }),
  });
  return new Promise((resolve, reject) => {
    const onAbort = (): void => {
      socket.destroy();
      reject(signal.reason);
    };
    signal.addEventListener('abort', onAbort, { once: true });
    socket.once('connect', () => {
      signal.removeEventListener('abort', onAbort);
      resolve(socket);
    });
    socket.on('error', reject);
  });
}

async function openThrough(through: Hop, { hostname, port }: HostSettings, signal: AbortSignal): Promise<Duplex> {
  try {
    return await dialThrough(through.client, { host: hostname, port, lost: through.lost }, signal);
  } catch (error) {
    if (!(error instanceof DialError)) throw error;
    throw new RemoteError(
      remoteFailures[error.failure],
      {
        sentence: `The jump host ${said(through.settings.alias)} could not connect to ${error.message}.`,
        remedy:
          error.failure === 'not-allowed'
            ? 'Its sshd forbids forwarding (AllowTcpForwarding, PermitOpen); allow it there, or take another way.'
            : 'Check that the server can be reached from the jump host.',
      },
      { cause: error },
    );
  }
}

const remoteFailures: Readonly<Record<DialFailure, RemoteFailure>> = {
  refused: 'refused',
  silence: 'timed-out',
  'no-route': 'unreachable',
  'no-name': 'name-not-found',
  'not-allowed': 'configuration',
  lost: 'lost',
};

const longestComplaint = 4096;

/** ProxyCommand: a program of the person's configuration whose stdin and stdout are the way. */
function openCommand(command: string): OpenRoute {
  const child = execa('sh', ['-c', `exec ${command}`], { buffer: false, reject: false, encoding: 'buffer' });
  let complaint = '';
  child.stderr.on('data', (bytes: Buffer) => {
    complaint = `${complaint}${bytes.toString('utf8')}`.slice(-longestComplaint);
  });
  const stream = child.duplex();
  stream.once('close', () => child.kill());
  return { stream, complaint: () => said(complaint) };
}
