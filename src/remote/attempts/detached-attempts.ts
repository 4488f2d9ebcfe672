import { randomBytes } from 'node:crypto';
import { orAbort } from '../abort.ts';
import type { AttemptEnd, AttemptRequest, AttemptRunner, AttemptStatus } from '../attempt.ts';
import type { Connection } from '../connection.ts';
import { RemoteError } from '../error.ts';
import { AttemptChannel, whyOf } from './attempt-channel.ts';
import { type AttemptReport, AttemptReports } from './attempt-reports.ts';
import { requestScript, startScript } from './request.ts';

/**
 * Attempts that run detached on the target, in a directory there (on-target/state.sh), and outlive the connection, this
 * process and its machine. Anybody who reaches the target as the same user can follow one by its id, from any byte.
 */
export class DetachedAttempts implements AttemptRunner {
  readonly endsWithLine = null;
  readonly #connection: Pick<Connection, 'runScript'>;
  /** Channels that are open, the latest of each attempt: orders go over them, for a server may allow no other. */
  readonly #channels = new Map<string, AttemptChannel>();

  constructor(connection: Pick<Connection, 'runScript'>) {
    this.#connection = connection;
  }

  async start(request: AttemptRequest, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const channel = this.#open(request.id, 0, (nonce) => startScript(request, nonce));
    try {
      await orAbort(channel.started, signal);
      if (channel.state === 'taken') throw startedBefore(request.id);
    } catch (error) {
      this.#letGo(request.id, channel);
      throw error;
    }
  }

  async follow(
    id: string,
    fromByte: number,
    onBytes: (bytes: Uint8Array) => void | Promise<void>,
    signal: AbortSignal,
  ): Promise<AttemptEnd> {
    signal.throwIfAborted();
    const open = this.#channels.get(id);
    const isUsable = open !== undefined && !open.isFollowed && fromByte >= open.start;
    const channel = isUsable
      ? open
      : this.#open(id, fromByte, (nonce) => requestScript('follow', [nonce, id, String(fromByte)]));
    try {
      return await channel.follow(fromByte, onBytes, signal);
    } finally {
      this.#letGo(id, channel);
    }
  }

  async status(id: string, signal: AbortSignal): Promise<AttemptStatus> {
    const report = await this.#ask('status', [id], signal);
    switch (report?.kind) {
      case 'exited':
        return { kind: 'exited', status: report.status, cancelled: report.isCancelled };
      case 'void':
        return { kind: 'void', why: report.why };
      case 'stands':
        return statusOf(report);
      default:
        return { kind: 'unknown', why: 'the server did not tell how it stands' };
    }
  }

  async interrupt(id: string, signal: AbortSignal): Promise<void> {
    const channel = await this.#openChannel(id, signal);
    if (channel === undefined) await this.#ask('interrupt', [id], signal);
    else await channel.interrupt('interrupt', signal);
  }

  async cancel(id: string, graceMs: number, signal: AbortSignal): Promise<{ readonly gone: boolean }> {
    const tenths = String(Math.ceil(graceMs / 100));
    const channel = await this.#openChannel(id, signal);
    const gone = await channel?.cancel(`cancel ${tenths}`, graceMs, signal);
    if (gone !== undefined) return { gone };
    // The channel ends with the attempt, perhaps before it was told whether all of its processes are gone.
    const report = await this.#ask('cancel', [id, tenths], signal);
    return { gone: report?.kind === 'cancelled' && report.isGone };
  }

  /** The channel over which orders can be given. */
  async #openChannel(id: string, signal: AbortSignal): Promise<AttemptChannel | undefined> {
    const channel = this.#channels.get(id);
    await channel?.begun(signal);
    return channel?.end === undefined ? channel : undefined;
  }

  #open(id: string, firstByte: number, script: (nonce: string) => string): AttemptChannel {
    const whenCut = (why: string): AttemptEnd => ({ kind: 'cut', why });
    const before = this.#channels.get(id);
    if (before?.isFollowed === false) before.abandon();
    const channel = new AttemptChannel({ connection: this.#connection, script, firstByte, whenCut });
    this.#channels.set(id, channel);
    return channel;
  }

  #letGo(id: string, channel: AttemptChannel): void {
    if (this.#channels.get(id) === channel) this.#channels.delete(id);
    channel.abandon();
  }

  /** Asks for something that ends at once, and gives the report that answers it. Rejects where the line breaks. */
  async #ask(
    verb: 'status' | 'interrupt' | 'cancel',
    [id = '', ...words]: readonly string[],
    signal: AbortSignal,
  ): Promise<AttemptReport | undefined> {
    const nonce = randomBytes(12).toString('hex');
    const reports = new AttemptReports(nonce);
    let last: AttemptReport | undefined;
    const { end } = await this.#connection.runScript(requestScript(verb, [nonce, id, ...words]), {
      signal,
      limit: 0,
      onStderr: (bytes) => {
        last = reports.push(bytes).at(-1) ?? last;
      },
    });
    if (end.kind !== 'lost') return last;
    throw new RemoteError('lost', {
      sentence: `The server did not answer about the action: ${end.why}.`,
      remedy: 'It runs on there; ask again once the server can be reached.',
    });
  }
}

function statusOf({ state }: Extract<AttemptReport, { kind: 'stands' }>): AttemptStatus {
  switch (state) {
    case 'none':
    case 'unheard':
      return { kind: 'none' };
    case 'claimed':
      return { kind: 'starting' };
    case 'running':
      return { kind: 'running' };
    default:
      return { kind: 'unknown', why: whyOf[state] };
  }
}

function startedBefore(id: string): RemoteError {
  return new RemoteError('configuration', {
    sentence: `The action was started before, under the same id (${id}), so it was not started again.`,
    remedy: 'Open the session again: it goes on following what was started.',
  });
}
