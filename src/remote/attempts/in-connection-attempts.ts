import { orAbort } from '../abort.ts';
import type { AttemptEnd, AttemptRequest, AttemptRunner, AttemptStatus } from '../attempt.ts';
import type { Connection } from '../connection.ts';
import { AttemptChannel } from './attempt-channel.ts';
import { attemptScript } from './attempt-script.ts';

/**
 * Attempts that live and die with one connection: each holds one session of it from its start to its end, so where the
 * connection is lost the attempt is unknown. For targets that cannot hold a detached one (see attempts-on.ts).
 */
export class InConnectionAttempts implements AttemptRunner {
  readonly endsWithLine: string;
  readonly #connection: Pick<Connection, 'runScript'>;
  readonly #attempts = new Map<string, AttemptChannel>();

  /** `endsWithLine`: why the target cannot hold detached attempts, one sentence. */
  constructor(connection: Pick<Connection, 'runScript'>, endsWithLine: string) {
    this.#connection = connection;
    this.endsWithLine = endsWithLine;
  }

  async start(request: AttemptRequest, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (this.#attempts.has(request.id)) throw new Error(`Attempt ${request.id} was started before.`);
    const attempt = new AttemptChannel({
      connection: this.#connection,
      script: (nonce) => attemptScript(request, nonce),
      firstByte: 0,
      whenCut: (why) => ({ kind: 'unknown', why }),
    });
    this.#attempts.set(request.id, attempt);
    try {
      await orAbort(attempt.started, signal);
    } catch (error) {
      attempt.abandon();
      throw error;
    }
  }

  async follow(
    id: string,
    fromByte: number,
    onBytes: (bytes: Uint8Array) => void | Promise<void>,
    signal: AbortSignal,
  ): Promise<AttemptEnd> {
    const attempt = this.#attempts.get(id);
    if (attempt === undefined) return { kind: 'unknown', why: 'this connection did not start it' };
    if (fromByte < attempt.start) {
      return { kind: 'unknown', why: `its output before byte ${attempt.start} was given away and is not kept` };
    }
    return attempt.follow(fromByte, onBytes, signal);
  }

  async status(id: string, signal: AbortSignal): Promise<AttemptStatus> {
    signal.throwIfAborted();
    const attempt = this.#attempts.get(id);
    if (attempt === undefined) return { kind: 'none' };
    const end = attempt.end;
    switch (end?.kind) {
      case undefined:
        return { kind: 'running' };
      case 'unheard':
        return { kind: 'none' };
      case 'exited':
        return { kind: 'exited', status: end.status, cancelled: end.cancelled };
      case 'void':
        return end;
      case 'cut':
      case 'unknown':
        return { kind: 'unknown', why: end.why };
    }
  }

  async interrupt(id: string, signal: AbortSignal): Promise<void> {
    const attempt = this.#attempts.get(id);
    await attempt?.begun(signal);
    if (attempt === undefined || attempt.end !== undefined || attempt.group === null) return;
    await attempt.interrupt(`interrupt ${attempt.group}`, signal);
  }

  async cancel(id: string, graceMs: number, signal: AbortSignal): Promise<{ readonly gone: boolean }> {
    const attempt = this.#attempts.get(id);
    await attempt?.begun(signal);
    if (attempt === undefined) return { gone: true };
    const ended = attempt.end;
    if (ended !== undefined) return { gone: ended.kind !== 'unknown' };
    if (attempt.group === null) return { gone: false };
    const gone = await attempt.cancel(`cancel ${attempt.group} ${Math.ceil(graceMs / 100)}`, graceMs, signal);
    // It may have ended by itself before the order came to be carried out.
    return { gone: gone ?? hasExited(attempt) };
  }
}

function hasExited({ end }: AttemptChannel): boolean {
  return end?.kind === 'exited';
}
