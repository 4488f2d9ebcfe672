import { setTimeout as delay } from 'node:timers/promises';
import type { Client, ClientChannel } from 'ssh2';
import { orAbort } from '../abort.ts';
import { said } from '../said.ts';
import type { SessionGate } from './session-gate.ts';

/** A session channel, or why there is none. */
export type OpenedSession =
  | { readonly kind: 'open'; readonly channel: ClientChannel }
  | { readonly kind: 'none'; readonly why: string };

/** How a session is asked for: `client.exec` or `client.shell` with its arguments. */
export type AskForSession = (
  client: Client,
  tell: (error: Error | undefined, channel: ClientChannel) => void,
) => unknown;

/** Reasons of a refused channel (RFC 4254 §5.1) that mean "no more sessions now": connect failed, resource shortage. */
const fullReasons: readonly unknown[] = [2, 4];
/** Some 4 s: long after sshd has freed whatever we have closed. */
const mostTries = 20;
const longestWaitMs = 500;

/**
 * Opens a session channel when it is its turn, and tries again where the server is full; a call is never lost to
 * MaxSessions. Its turn ends when the channel is closed. Rejects with the signal's reason.
 */
export async function openSession(
  { client, gate, lost }: { readonly client: Client; readonly gate: SessionGate; readonly lost: Promise<string> },
  ask: AskForSession,
  signal: AbortSignal,
): Promise<OpenedSession> {
  for (let tries = 1; ; tries += 1) {
    const leave = await gate.enter(signal);
    const asked = askOnce(client, ask, lost);
    let answer: Answer;
    try {
      answer = await orAbort(asked, signal);
    } catch (reason) {
      void asked.then((late) => (late.kind === 'open' ? discard(late.channel, leave) : leave()));
      throw reason;
    }
    if (answer.kind === 'open') {
      answer.channel.once('close', leave);
      void lost.then(leave);
      return answer;
    }
    if (answer.kind === 'full') gate.learnFromRefusal();
    leave();
    if (answer.kind === 'none') return answer;
    if (tries === mostTries) return { kind: 'none', why: `the server opens no more sessions: ${answer.why}` };
    await orAbort(delay(Math.min(longestWaitMs, 20 * tries) * (0.5 + Math.random())), signal);
  }
}

/** Closes a channel that nobody wants any more. It counts until the server has closed it, too. */
function discard(channel: ClientChannel, leave: () => void): void {
  channel.once('close', leave);
  channel.resume();
  channel.stderr.resume();
  channel.close();
}

type Answer = OpenedSession | { readonly kind: 'full'; readonly why: string };

/** ssh2 calls back for a lost connection in most cases; the race with `lost` covers the rest. */
function askOnce(client: Client, ask: AskForSession, lost: Promise<string>): Promise<Answer> {
  return new Promise((resolve) => {
    void lost.then((why) => resolve({ kind: 'none', why }));
    try {
      ask(client, (error, channel) => {
        if (error === undefined) resolve({ kind: 'open', channel });
        // Where the line is lost, ssh2 calls back before anybody could hear of `lost`, which has the better words.
        else queueMicrotask(() => resolve(refusalOf(error)));
      });
    } catch (error) {
      resolve({ kind: 'none', why: said(error instanceof Error ? error.message : String(error)) });
    }
  });
}

function refusalOf(error: Error): Answer {
  const reason: unknown = 'reason' in error ? error.reason : undefined;
  return { kind: fullReasons.includes(reason) ? 'full' : 'none', why: said(error.message) };
}
