import { randomBytes } from 'node:crypto';
import { orAbort } from '../abort.ts';
import type { AttemptEnd, AttemptRequest, AttemptRunner, AttemptStatus } from '../attempt.ts';
import type { Connection, ExecEnd } from '../connection.ts';
import { RemoteError } from '../error.ts';
import { said } from '../said.ts';
import { type AttemptReport, AttemptReports } from './attempt-reports.ts';
import { attemptScript } from './attempt-script.ts';
import { Orders } from './orders.ts';
import { OutputBuffer } from './output-buffer.ts';

/** Bytes of an attempt that are kept for its follower before the target has to wait. */
const outputBound = 1024 * 1024;
/** How long after the last signal of a cancelled attempt its output may still be held up by a slow follower. */
const afterKillMs = 500;

/**
 * Attempts that live and die with one connection: each holds one session of it from its start to its end, so where the
 * connection is lost the attempt is unknown. Whoever moves them onto the target keeps this interface.
 */
export class InConnectionAttempts implements AttemptRunner {
  readonly #connection: Pick<Connection, 'runScript'>;
  readonly #attempts = new Map<string, RunningAttempt>();

  constructor(connection: Pick<Connection, 'runScript'>) {
    this.#connection = connection;
  }

  async start(request: AttemptRequest, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (this.#attempts.has(request.id)) throw new Error(`Attempt ${request.id} was started before.`);
    const attempt = new RunningAttempt(this.#connection, request);
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
      case 'exited':
        return { kind: 'exited', status: end.status, cancelled: end.cancelled };
      case 'void':
        return { kind: 'none' };
      case 'unknown':
        return end;
    }
  }

  async interrupt(id: string, signal: AbortSignal): Promise<void> {
    await this.#attempts.get(id)?.interrupt(signal);
  }

  async cancel(id: string, graceMs: number, signal: AbortSignal): Promise<{ readonly gone: boolean }> {
    const attempt = this.#attempts.get(id);
    return { gone: attempt === undefined || (await attempt.cancel(graceMs, signal)) };
  }
}

/** One attempt: its channel, its bytes, what its watch reported. */
class RunningAttempt {
  /** Settles when the action runs, or is known never to run. Rejects with RemoteError where the line broke before. */
  readonly started: Promise<void>;
  readonly #buffer = new OutputBuffer(outputBound);
  readonly #orders = new Orders();
  readonly #abandoned = new AbortController();
  readonly #outputs = new Map<string, string>();
  readonly #over: Promise<void>;
  #listeners: ((report: AttemptReport) => void)[] = [];
  #group: number | undefined;
  #isCancelled = false;
  #isFollowed = false;
  #end: AttemptEnd | undefined;

  constructor(connection: Pick<Connection, 'runScript'>, request: AttemptRequest) {
    const nonce = randomBytes(12).toString('hex');
    const reports = new AttemptReports(nonce);
    const begun = this.#next((report) => report.kind === 'started' || report.kind === 'void');
    this.#over = connection
      .runScript(attemptScript(request, nonce), {
        signal: this.#abandoned.signal,
        limit: 0,
        input: this.#orders,
        onStdout: (bytes) => this.#buffer.write(bytes),
        onStderr: (bytes) => {
          for (const report of reports.push(bytes)) this.#take(report);
        },
      })
      .then(
        ({ end }) => this.#finish(whyUnknown(end)),
        (error: unknown) => this.#finish(said(error instanceof Error ? error.message : String(error))),
      );
    this.started = Promise.race([begun, this.#over]).then(() => this.#refuseIfBroken());
    // Whoever starts an attempt awaits this; one who was aborted no longer does.
    this.started.catch(() => undefined);
  }

  /** How it ended, undefined while it runs. */
  get end(): AttemptEnd | undefined {
    return this.#end;
  }

  /** Lets go of the channel, without asking what becomes of the action. */
  abandon(): void {
    this.#abandoned.abort(new Error('the start was given up'));
  }

  async follow(
    fromByte: number,
    onBytes: (bytes: Uint8Array) => void | Promise<void>,
    signal: AbortSignal,
  ): Promise<AttemptEnd> {
    if (this.#isFollowed) throw new Error('An attempt has one follower at a time.');
    if (fromByte < this.#buffer.start) {
      return { kind: 'unknown', why: `its output before byte ${this.#buffer.start} was given away and is not kept` };
    }
    this.#isFollowed = true;
    try {
      for (let at = fromByte; ; ) {
        signal.throwIfAborted();
        const bytes = this.#buffer.from(at);
        if (bytes !== undefined) {
          await onBytes(bytes);
          at += bytes.length;
          this.#buffer.release(at);
        } else if (this.#buffer.isEnded) {
          return this.#end ?? { kind: 'unknown', why: 'nothing was reported' };
        } else {
          await this.#buffer.more(signal);
        }
      }
    } finally {
      this.#isFollowed = false;
    }
  }

  async interrupt(signal: AbortSignal): Promise<void> {
    await this.#begun(signal);
    if (this.#end !== undefined || this.#group === undefined) return;
    const sent = this.#next((report) => report.kind === 'interrupted');
    this.#orders.give(`interrupt ${this.#group}`);
    await orAbort(Promise.race([sent, this.#over]), signal);
  }

  /** Resolves with whether nothing of the process group is left. */
  async cancel(graceMs: number, signal: AbortSignal): Promise<boolean> {
    await this.#begun(signal);
    if (this.#end !== undefined) return this.#end.kind !== 'unknown';
    if (this.#group === undefined) return false;
    this.#isCancelled = true;
    const told = this.#next((report) => report.kind === 'cancelled');
    this.#orders.give(`cancel ${this.#group} ${Math.ceil(graceMs / 100)}`);
    // A follower that stands still holds up the channel, and with it the report. Once all is killed nothing more is
    // printed, so what is left to come is small.
    const lift = setTimeout(() => this.#buffer.liftBound(), graceMs + afterKillMs);
    try {
      const report = await orAbort(Promise.race([told, this.#over]), signal);
      if (report?.kind === 'cancelled') return report.isGone;
      // It ended by itself before the order came to be carried out.
      return this.end?.kind === 'exited';
    } finally {
      clearTimeout(lift);
    }
  }

  /** Who gives an order while it is being started means it for what then runs. How the start failed is told by `#end`. */
  async #begun(signal: AbortSignal): Promise<void> {
    await orAbort(
      this.started.catch(() => undefined),
      signal,
    );
  }

  #refuseIfBroken(): void {
    if (this.#end?.kind !== 'unknown') return;
    throw new RemoteError('lost', {
      sentence: `The action could not be started: ${this.#end.why}.`,
      remedy: 'Nothing says that it ran, and nothing that it did not; look with its check before you start it again.',
    });
  }

  #take(report: AttemptReport): void {
    switch (report.kind) {
      case 'started':
        this.#group = report.group;
        break;
      case 'output':
        this.#outputs.set(report.name, report.value);
        break;
      case 'exited':
        this.#end ??= {
          kind: 'exited',
          status: report.status,
          cancelled: this.#isCancelled,
          outputs: Object.fromEntries(this.#outputs),
        };
        break;
      case 'void':
        this.#end ??= { kind: 'void', why: said(report.why) };
        break;
      case 'interrupted':
      case 'cancelled':
        break;
    }
    for (const listen of this.#listeners) listen(report);
  }

  #next(isIt: (report: AttemptReport) => boolean): Promise<AttemptReport> {
    return new Promise((resolve) => {
      const listen = (report: AttemptReport): void => {
        if (!isIt(report)) return;
        this.#listeners = this.#listeners.filter((each) => each !== listen);
        resolve(report);
      };
      this.#listeners.push(listen);
    });
  }

  #finish(why: string): void {
    this.#end ??= { kind: 'unknown', why };
    this.#orders.end();
    this.#buffer.end();
  }
}

function whyUnknown(end: ExecEnd): string {
  switch (end.kind) {
    case 'lost':
      return end.why;
    case 'signalled':
      return `its watch on the target was stopped by ${said(end.signal)}`;
    case 'exited':
      return 'its watch on the target ended without a report';
  }
}
