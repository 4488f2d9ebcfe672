import type { Client } from 'ssh2';
import { Authentication } from '../authentication/authenticate.ts';
import { findIdentities } from '../authentication/identities.ts';
import type { Passphrases } from '../authentication/passphrases.ts';
import type { HostSettings } from '../configuration/settings.ts';
import type { AnswerConnectQuestion, HostKey } from '../connection.ts';
import { RemoteError } from '../error.ts';
import { algorithmsFor } from '../host-keys/algorithms.ts';
import { HostVerifier } from '../host-keys/host-verifier.ts';
import { type Circumstances, closedEarly, connectionFailed, tookTooLong } from './connect-failure.ts';
import { handshake } from './handshake.ts';
import { ConnectClock, Questions } from './questions.ts';
import { openRoute } from './route.ts';
import type { Ssh2 } from './ssh2.ts';

/** What opening a hop needs. */
export interface HopNeeds {
  readonly settings: HostSettings;
  /** The open jump host before it, where there is one. The hop owns it from now on. */
  readonly through: Hop | undefined;
  readonly answer: AnswerConnectQuestion;
  readonly signal: AbortSignal;
  readonly expectsReinstall: boolean;
  readonly passphrases: Passphrases;
  readonly ssh2: Ssh2;
}

/** One verified and authenticated SSH connection: to the target, or to a jump host on the way. */
export interface Hop {
  readonly settings: HostSettings;
  readonly client: Client;
  readonly hostKey: HostKey;
  /** The text of sshd's Banner; raw. */
  readonly banner: string;
  /** Settles once, when the connection is gone, with the reason in words. */
  readonly lost: Promise<string>;
  /** Says goodbye, and the hops before it; resolves when all sockets are closed. */
  close(): Promise<void>;
}

/**
 * Opens the way to one server, verifies its key and authenticates. Rejects with a RemoteError, or with the signal's
 * reason; the hop before it is closed then.
 */
export async function openHop(needs: HopNeeds): Promise<Hop> {
  const { settings, through, signal, ssh2 } = needs;
  const over = new AbortController();
  const stopLinking = linkAbort(signal, over);
  let phase: Circumstances['phase'] = 'connecting';
  let heard: Uint8Array = new Uint8Array();
  let authentication: Authentication | undefined;
  const circumstances = (): Circumstances => ({ settings, phase, heard, record: authentication?.record });
  const clock = new ConnectClock(settings.connectTimeoutMs, () => over.abort(tookTooLong(circumstances())));
  const answer: AnswerConnectQuestion = settings.asksNobody ? () => Promise.resolve(null) : needs.answer;
  const questions = new Questions(answer, over.signal, clock);
  try {
    const verifier = await HostVerifier.open({ settings, questions, expectsReinstall: needs.expectsReinstall });
    const algorithms = algorithmsFor(settings.algorithms, verifier.knownKeyTypes);
    const unlock = (file: Parameters<Passphrases['unlock']>[0]) => needs.passphrases.unlock(file, questions);
    const identities = await findIdentities(settings, ssh2, unlock);
    authentication = new Authentication({ settings, identities, unlock, questions, ssh2 });
    const { stream, complaint } = await openRoute(settings, through, over.signal);
    phase = 'greeting';
    const shaken = await handshake({
      settings,
      stream,
      algorithms,
      verifier,
      authentication,
      ssh2,
      signal: over.signal,
      circumstances,
      onProgress: (now, bytes) => {
        phase = now;
        heard = bytes;
      },
    }).catch((error: unknown) => {
      throw withComplaint(error, complaint());
    });
    const lost = shaken.lost;
    return {
      settings,
      client: shaken.client,
      hostKey: shaken.hostKey,
      banner: shaken.banner,
      lost,
      close: async () => {
        shaken.client.end();
        await orLater(lost);
        stream.destroy();
        await through?.close();
      },
    };
  } catch (error) {
    await through?.close();
    signal.throwIfAborted();
    throw error instanceof RemoteError ? error : unexpected(error, circumstances());
  } finally {
    clock.stop();
    stopLinking();
    over.abort(closedEarly(circumstances()));
  }
}

function linkAbort(signal: AbortSignal, over: AbortController): () => void {
  const onAbort = (): void => over.abort(signal.reason);
  if (signal.aborted) onAbort();
  signal.addEventListener('abort', onAbort, { once: true });
  return () => signal.removeEventListener('abort', onAbort);
}

/** Errors of sockets come with a code or from ssh2; anything else is a bug of ours and stays what it is. */
function unexpected(error: unknown, circumstances: Circumstances): unknown {
  if (!(error instanceof Error)) return error;
  const isFromOutside = 'code' in error || 'level' in error || error instanceof AggregateError;
  return isFromOutside ? connectionFailed(error, circumstances) : error;
}

/** What a ProxyCommand said explains a broken connection better than we can. */
function withComplaint(error: unknown, complaint: string): unknown {
  if (!(error instanceof RemoteError) || error.kind !== 'lost' || complaint === '') return error;
  const sentence = `${error.sentence} The ProxyCommand said: ${JSON.stringify(complaint)}.`;
  return new RemoteError(error.kind, { sentence, remedy: 'Try the ProxyCommand by hand.' }, { cause: error });
}

const goodbyeMs = 2000;

/** Waits for the line to close; a server that does not answer the goodbye is left. */
async function orLater(lost: Promise<string>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const enough = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, goodbyeMs);
  });
  await Promise.race([lost, enough]);
  clearTimeout(timer);
}
