import type { AuthenticationRecord } from '../authentication/authenticate.ts';
import type { HostSettings } from '../configuration/settings.ts';
import { RemoteError } from '../error.ts';
import { said } from '../said.ts';

/** How far a connection had come when it broke. */
export type Phase = 'connecting' | 'greeting' | 'key exchange' | 'authentication';

/** What is known about a connection that could not be made. */
export interface Circumstances {
  readonly settings: HostSettings;
  readonly phase: Phase;
  /** The first bytes that the server sent; empty where it sent none. */
  readonly heard: Uint8Array;
  readonly record: AuthenticationRecord | undefined;
}

/** `name port 22`, with what the name stands for where that differs. */
export function placeOf({ alias, hostname, port }: Pick<HostSettings, 'alias' | 'hostname' | 'port'>): string {
  const name = alias === hostname ? said(alias) : `${said(alias)} (${said(hostname)})`;
  return `${name} port ${port}`;
}

/** A connection attempt that took longer than it may. */
export function tookTooLong(circumstances: Circumstances): RemoteError {
  const { settings, phase, heard } = circumstances;
  const place = placeOf(settings);
  const seconds = settings.connectTimeoutMs / 1000;
  if (phase === 'connecting') {
    return new RemoteError('timed-out', {
      sentence: `${place} did not answer within ${seconds} s.`,
      remedy: 'Check that the server is running, that the address is right, and that no firewall drops the port.',
    });
  }
  if (phase === 'greeting') return notSsh(place, heard);
  return new RemoteError('timed-out', {
    sentence: `${place} stopped answering during ${phaseWords[phase]}, for longer than ${seconds} s.`,
    remedy: 'The server may be overloaded or still starting. Try again in a minute.',
  });
}

/** A connection that the other side closed before it was made, with no reason given. */
export function closedEarly(circumstances: Circumstances): RemoteError {
  const { settings, phase, heard } = circumstances;
  const place = placeOf(settings);
  if (phase === 'connecting' || (phase === 'greeting' && heard.length === 0)) {
    return new RemoteError('lost', {
      sentence: `${place} closed the connection before it said anything.`,
      remedy:
        'The SSH server may be starting, be full (MaxStartups), or have banned this address (fail2ban). Try again in a minute.',
    });
  }
  if (phase === 'greeting') return notSsh(place, heard);
  return new RemoteError('lost', {
    sentence: `${place} closed the connection during ${phaseWords[phase]}.`,
    remedy: 'Look at the server’s log of sshd for the reason, or try again.',
  });
}

/** What an error that a socket or ssh2 raised while a connection was made means. */
export function connectionFailed(error: Error, circumstances: Circumstances): RemoteError {
  const { settings, phase, heard } = circumstances;
  const place = placeOf(settings);
  const code = codeOf(error);
  const known = typeof code === 'string' ? socketFailure(code, settings) : undefined;
  if (known !== undefined) return new RemoteError(known.kind, known, { cause: error });

  if (/no matching/i.test(error.message)) {
    return new RemoteError(
      'no-common-algorithm',
      {
        sentence: `${place} and Brevduva have no algorithm in common: ${said(error.message.replace('Handshake failed: ', ''))}.`,
        remedy: 'Allow a classical one on the server, for instance KexAlgorithms +curve25519-sha256 in sshd_config.',
      },
      { cause: error },
    );
  }
  if (/too many authentication failures/i.test(error.message)) return authenticationFailed(circumstances, error);
  if (/identification string/i.test(error.message) || (phase === 'greeting' && heard.length > 0)) {
    return notSsh(place, heard, error);
  }
  if (/connection lost before handshake/i.test(error.message)) return closedEarly(circumstances);
  return new RemoteError(
    'lost',
    {
      sentence: `The connection to ${place} broke during ${phaseWords[phase]}: ${said(error.message)}.`,
      remedy: 'Try again; if it stays so, look at the server’s log of sshd.',
    },
    { cause: error },
  );
}

/** Nothing that was tried let us in. */
export function authenticationFailed({ settings, record }: Circumstances, cause?: Error): RemoteError {
  const { tried = [], leftOut = [], offered = [] } = record ?? {};
  const clauses = [
    tried.length === 0 ? 'nothing could be tried' : `tried: ${tried.join(', ')}`,
    ...(leftOut.length === 0 ? [] : [`left out: ${leftOut.join('; ')}`]),
    offered.length === 0 ? 'the server did not say what it takes' : `the server takes: ${offered.map(said).join(', ')}`,
  ];
  return new RemoteError(
    'authentication',
    {
      sentence: `${said(settings.user)} was not let in at ${placeOf(settings)}; ${clauses.join('; ')}.`,
      remedy: authenticationRemedy(tried, offered),
    },
    { cause },
  );
}

function authenticationRemedy(tried: readonly string[], offered: readonly string[]): string {
  if (tried.length > 4)
    return 'Name the one right key with -i and set IdentitiesOnly yes; servers cut off after a few wrong ones.';
  if (!offered.includes('password') && !offered.includes('keyboard-interactive')) {
    return 'Check the user name, and that the server has your public key; name the key with -i.';
  }
  return 'Check the user name and the password, or name a key with -i.';
}

const phaseWords: Readonly<Record<Phase, string>> = {
  connecting: 'the TCP connection',
  greeting: 'the greeting',
  'key exchange': 'the key exchange',
  authentication: 'authentication',
};

function notSsh(place: string, heard: Uint8Array, cause?: Error): RemoteError {
  const words = said(heard);
  return new RemoteError(
    'lost',
    {
      sentence:
        heard.length === 0
          ? `${place} accepts connections but says nothing, as an SSH server would.`
          : `${place} does not speak SSH; it said ${JSON.stringify(words)}.`,
      remedy: 'Check the port; give another with -p or as host:port.',
    },
    { cause },
  );
}

function socketFailure(
  code: string,
  settings: HostSettings,
): { readonly kind: RemoteError['kind']; readonly sentence: string; readonly remedy: string } | undefined {
  const place = placeOf(settings);
  switch (code) {
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
    case 'EAI_NONAME':
    case 'EAI_NODATA':
      return {
        kind: 'name-not-found',
        sentence: `There is no address for the name ${said(settings.hostname)}.`,
        remedy: 'Check the spelling, and whether the name is published yet; or give the server’s IP address.',
      };
    case 'ECONNREFUSED':
      return {
        kind: 'refused',
        sentence: `${place} refused the connection: nothing listens there.`,
        remedy: 'Check the port, and that the SSH server is running.',
      };
    case 'ETIMEDOUT':
      return {
        kind: 'timed-out',
        sentence: `${place} did not answer.`,
        remedy: 'Check that the server is running, that the address is right, and that no firewall drops the port.',
      };
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
    case 'EHOSTDOWN':
    case 'ENETDOWN':
    case 'EADDRNOTAVAIL':
    case 'EINVAL':
    case 'EACCES':
      return {
        kind: 'unreachable',
        sentence: `There is no way from here to ${place}.`,
        remedy: 'Check this machine’s network, and whether it has IPv4 or IPv6 as that address needs.',
      };
    case 'ECONNRESET':
    case 'EPIPE':
      return {
        kind: 'lost',
        sentence: `${place} broke off the connection.`,
        remedy:
          'The SSH server may be starting, be full (MaxStartups), or have banned this address (fail2ban). Try again in a minute.',
      };
    default:
      return undefined;
  }
}

/** The socket's code; where several addresses were tried, the code of the last. */
function codeOf(error: Error): unknown {
  if ('code' in error && error.code !== undefined) return error.code;
  if (error instanceof AggregateError) {
    const last: unknown = error.errors.at(-1);
    return last instanceof Error ? codeOf(last) : undefined;
  }
  return undefined;
}
