import type { Client, ClientChannel } from 'ssh2';
import { orAbort } from '../abort.ts';
import { DialError, type DialFailure } from '../connection.ts';
import { said } from '../said.ts';

/** Reasons of a refused channel (RFC 4254 §5.1). */
const prohibited = 1;
const connectFailed = 2;

/**
 * Opens a TCP connection from the far end of an SSH connection (`direct-tcpip`, RFC 4254 §7.2).
 * Rejects with a DialError, or with the signal's reason.
 */
export async function dialThrough(
  client: Client,
  { host, port, lost }: { readonly host: string; readonly port: number; readonly lost: Promise<string> },
  signal: AbortSignal,
): Promise<ClientChannel> {
  const startedAt = performance.now();
  const dialled = new Promise<ClientChannel>((resolve, reject) => {
    void lost.then((why) => reject(new DialError('lost', why)));
    try {
      // The source address is for the server's log only.
      client.forwardOut('127.0.0.1', 0, host, port, (error, channel) => {
        if (error === undefined) resolve(channel);
        else reject(dialErrorOf(error, { host, port, tookMs: performance.now() - startedAt }));
      });
    } catch (error) {
      reject(new DialError('lost', error instanceof Error ? error.message : String(error)));
    }
  });
  try {
    return await orAbort(dialled, signal);
  } catch (error) {
    dialled.then(
      (late) => late.destroy(),
      () => undefined,
    );
    throw error;
  }
}

function dialErrorOf(
  error: Error,
  { host, port, tookMs }: { readonly host: string; readonly port: number; readonly tookMs: number },
): DialError {
  const reason: unknown = 'reason' in error ? error.reason : undefined;
  const words = said(error.message.replace('(SSH) Channel open failure: ', ''));
  return new DialError(dialFailureOf(reason, words, tookMs), `${said(host)} port ${port}: ${words}`);
}

/**
 * OpenSSH passes on the words of the system, except where the connection fails before any packet is sent: then it says
 * only "open failed" (measured with 9.2). Other servers may say nothing at all, and then only the time tells.
 */
function dialFailureOf(reason: unknown, words: string, tookMs: number): DialFailure {
  if (reason === prohibited) return 'not-allowed';
  if (reason !== connectFailed) return 'lost';
  if (/refused/i.test(words)) return 'refused';
  if (/timed out/i.test(words)) return 'silence';
  if (/no route|unreachable|cannot assign|not permitted|^open failed$/i.test(words)) return 'no-route';
  if (/not known|name resolution|no address|unknown host|not provided/i.test(words)) return 'no-name';
  return tookMs < 1000 ? 'refused' : 'silence';
}
