import { randomBytes } from 'node:crypto';
import { orAbort } from '../abort.ts';
import type { AttemptEnd } from '../attempt.ts';
import type { Connection, ExecEnd } from '../connection.ts';
import { RemoteError } from '../error.ts';
import { said } from '../said.ts';
import { type AttemptReport, AttemptReports, type AttemptState } from './attempt-reports.ts';
import { Orders } from './orders.ts';
import { OutputBuffer } from './output-buffer.ts';

/** Bytes of an attempt that are kept for its follower before the channel has to wait. */
const outputBound = 1024 * 1024;
/** How long after the last signal of a cancelled attempt its output may still be held up by a slow follower. */
const afterKillMs = 500;
/** How often it is looked whether something was heard, and how many looks in vain make a line lost: within 10 s. */
const lookMs = 3_000;
const looksInVain = 3;

/** What a channel is made of. */
export interface ChannelMaking {
  readonly connection: Pick<Connection, 'runScript'>;
  /** The script that runs or follows the attempt, given the nonce of its reports. */
  readonly script: (nonce: string) => string;
  /** The offset of the first byte that it prints. */
  readonly firstByte: number;
  /** What is known of the attempt's end where the channel ends before it. */
  readonly whenCut: (why: string) => AttemptEnd;
}

/** One session of the line that carries an attempt: its bytes, the reports about it, and our orders. */
export class AttemptChannel {
  /** Settles when the action runs, or is known never to run. Rejects with RemoteError where the line broke before. */
  readonly started: Promise<void>;
  readonly #buffer: OutputBuffer;
  readonly #orders = new Orders();
  readonly #abandoned = new AbortController();
  readonly #outputs = new Map<string, string>();
  readonly #over: Promise<void>;
  readonly #whenCut: ChannelMaking['whenCut'];
  #listeners: ((report: AttemptReport) => void)[] = [];
  #listening: NodeJS.Timeout | undefined;
  #vainLooks = 0;
  #hasBegun = false;
  #isFollowed = false;
  #group: number | null = null;
  #state: AttemptState | undefined;
  #end: AttemptEnd | undefined;

  constructor({ connection, script, firstByte, whenCut }: ChannelMaking) {
    const nonce = randomBytes(12).toString('hex');
    const reports = new AttemptReports(nonce);
    this.#buffer = new OutputBuffer(outputBound, firstByte);
    this.#whenCut = whenCut;
    const begun = this.#next(({ kind }) => kind === 'started' || kind === 'void' || kind === 'stands');
    this.#over = connection
      .runScript(script(nonce), {
        signal: this.#abandoned.signal,
        limit: 0,
        input: this.#orders,
        onStdout: (bytes) => {
          this.#vainLooks = 0;
          return this.#buffer.write(bytes);
        },
        onStderr: (bytes) => {
          this.#vainLooks = 0;
          for (const report of reports.push(bytes)) this.#take(report);
        },
      })
      .then(
        ({ end }) => this.#finish(endOf(end, whenCut)),
        (error: unknown) => this.#finish(whenCut(said(error instanceof Error ? error.message : String(error)))),
      );
    this.started = Promise.race([begun, this.#over]).then(() => this.#refuseIfBroken());
    // Whoever starts an attempt awaits this; one who was aborted no longer does.
    this.started.catch(() => undefined);
  }

  /** How it ended, undefined while it runs. */
  get end(): AttemptEnd | undefined {
    return this.#end;
  }

  /** The process group, where orders have to name it; null until it is known. */
  get group(): number | null {
    return this.#group;
  }

  /** How the target says that the attempt stands, where it said only that. */
  get state(): AttemptState | undefined {
    return this.#state;
  }

  /** Whether somebody reads it, who is the only one that can. */
  get isFollowed(): boolean {
    return this.#isFollowed;
  }

  /** The first byte that it can still give. */
  get start(): number {
    return this.#buffer.start;
  }

  /** Lets go of the line, without asking what becomes of the action. */
  abandon(): void {
    this.#abandoned.abort(new Error('it was given up'));
  }

  /** As `AttemptRunner.follow`; bytes before `start` are not to be had. */
  async follow(
    fromByte: number,
    onBytes: (bytes: Uint8Array) => void | Promise<void>,
    signal: AbortSignal,
  ): Promise<AttemptEnd> {
    if (this.#isFollowed) throw new Error('An attempt has one follower at a time.');
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

  /** Gives the order to interrupt, and waits until it was carried out or all is over. */
  async interrupt(order: string, signal: AbortSignal): Promise<void> {
    const sent = this.#next((report) => report.kind === 'interrupted');
    this.#orders.give(order);
    await orAbort(Promise.race([sent, this.#over]), signal);
  }

  /** Gives the order to cancel. Resolves with whether all is gone; undefined where all was over before it was told. */
  async cancel(order: string, graceMs: number, signal: AbortSignal): Promise<boolean | undefined> {
    const told = this.#next((report) => report.kind === 'cancelled');
    this.#orders.give(order);
    // A follower that stands still holds up the channel, and with it the report. Once all is killed nothing more is
    // printed, so what is left to come is small.
    const lift = setTimeout(() => this.#buffer.liftBound(), graceMs + afterKillMs);
    try {
      const report = await orAbort(Promise.race([told, this.#over]), signal);
      return report?.kind === 'cancelled' ? report.isGone : undefined;
    } finally {
      clearTimeout(lift);
    }
  }

  /** Who gives an order while it is being started means it for what then runs. How the start failed is told by `end`. */
  async begun(signal: AbortSignal): Promise<void> {
    await orAbort(
      this.started.catch(() => undefined),
      signal,
    );
  }

  #refuseIfBroken(): void {
    const end = this.#end;
    if (this.#hasBegun || end === undefined || (end.kind !== 'unknown' && end.kind !== 'cut')) return;
    throw new RemoteError('lost', {
      sentence: `The action could not be started: ${end.why}.`,
      remedy: 'Nothing says that it ran, and nothing that it did not; look with its check before you start it again.',
    });
  }

  #take(report: AttemptReport): void {
    switch (report.kind) {
      case 'started':
        this.#hasBegun = true;
        this.#group = report.group;
        break;
      case 'beat':
        this.#listening ??= setInterval(() => this.#look(), lookMs);
        break;
      case 'output':
        this.#outputs.set(report.name, report.value);
        break;
      case 'exited':
        this.#end ??= {
          kind: 'exited',
          status: report.status,
          cancelled: report.isCancelled,
          outputs: Object.fromEntries(this.#outputs),
        };
        break;
      case 'void':
        this.#hasBegun = true;
        this.#end ??= { kind: 'void', why: said(report.why) };
        break;
      case 'short':
        this.#end ??= {
          kind: 'unknown',
          why: `its output on the server is shorter (${report.bytes} bytes) than what had come from there`,
        };
        break;
      case 'stands':
        this.#hasBegun = true;
        this.#state = report.state;
        this.#end ??= report.state === 'unheard' ? { kind: 'unheard' } : { kind: 'unknown', why: whyOf[report.state] };
        break;
      case 'interrupted':
      case 'cancelled':
        break;
    }
    for (const listen of this.#listeners) listen(report);
  }

  /**
   * One look at whether the other side still beats. A machine that slept makes one look, not many, so what came
   * meanwhile is read before anything is called lost. Whoever stands still himself hears nothing, and that counts not.
   */
  #look(): void {
    this.#vainLooks = this.#buffer.isFull ? 0 : this.#vainLooks + 1;
    if (this.#vainLooks < looksInVain) return;
    this.#finish(this.#whenCut('the server has stopped answering'));
    this.abandon();
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

  #finish(end: AttemptEnd): void {
    clearInterval(this.#listening);
    this.#end ??= end;
    this.#orders.end();
    this.#buffer.end();
  }
}

function endOf(end: ExecEnd, whenCut: ChannelMaking['whenCut']): AttemptEnd {
  switch (end.kind) {
    case 'lost':
      return whenCut(end.why);
    case 'signalled':
      return whenCut(`what followed it on the server was stopped by ${said(end.signal)}`);
    case 'exited':
      return { kind: 'unknown', why: 'what followed it on the server ended without a report' };
  }
}

/** What the states of on-target/state.sh mean for who wants to know the end. */
export const whyOf: Readonly<Record<Exclude<AttemptState, 'unheard'>, string>> = {
  none: 'the server knows nothing of it',
  taken: 'it was started before',
  claimed: 'it was being prepared on the server, and has not begun',
  running: 'it is still running on the server',
  orphaned: 'its watch on the server was killed while it ran on, so its exit status will not be known',
  lost: 'it is gone from the server and has left no exit status: it was killed together with its watch',
  rebooted: 'the server was started again in the middle of it',
  damaged: 'somebody changed what the server had recorded about it',
};
