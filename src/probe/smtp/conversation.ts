import type { Duplex } from 'node:stream';
import type { Reply } from './reply.ts';
import { takeReply } from './reply.ts';

/** Why a conversation could not go on. */
export class SmtpBreak extends Error {
  readonly kind: 'silence' | 'closed' | 'no-smtp';

  constructor(kind: SmtpBreak['kind'], message: string) {
    super(message);
    this.name = 'SmtpBreak';
    this.kind = kind;
  }
}

/** Milliseconds that a server may take to say goodbye: nothing depends on it. */
const goodbyeMs = 1_000;
/** Bytes that may wait for us; more are not read. A whole reply never has so many. */
const mostWaiting = 131_072;

/** How a conversation is led. */
export interface ConversationOptions {
  /** For each reply as a whole, so that one that never ends is no way to keep us. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** What both sides said, a line each: it goes on in the conversation under TLS. */
  readonly transcript: string[];
}

/**
 * One side of an SMTP conversation: says a line, hears a reply. Errors are SmtpBreak, or the signal's reason. A library
 * would not do: nodemailer's connection sends mail, so it hands the greeting and what EHLO was told to its log alone, and
 * says nothing that is not proper SMTP, as a bare line feed is not.
 */
export class Conversation {
  readonly #stream: Duplex;
  readonly #options: ConversationOptions;
  #heard: Buffer = Buffer.alloc(0);
  /** Why no more will come. */
  #end: string | undefined;
  #wake: (() => void) | undefined;

  constructor(stream: Duplex, options: ConversationOptions) {
    this.#stream = stream;
    this.#options = options;
    stream.on('data', this.#onData);
    stream.on('end', this.#onEnd);
    stream.on('close', this.#onEnd);
    // stays after `release`: an error of a stream that nobody listens to would end the program
    stream.on('error', this.#onError);
  }

  /** What both sides said so far. */
  get transcript(): string {
    return this.#options.transcript.join('\n');
  }

  /** Waits for the next reply. */
  async hear(timeoutMs = this.#options.timeoutMs): Promise<Reply> {
    const until = performance.now() + timeoutMs;
    for (;;) {
      const taken = takeReply(this.#heard);
      if (taken.kind === 'reply') {
        this.#heard = taken.rest;
        this.#stream.resume();
        this.#options.transcript.push(...taken.reply.lines.map((line) => `S: ${line}`));
        return taken.reply;
      }
      if (taken.kind === 'no-smtp') {
        this.#options.transcript.push(`S: ${taken.why}`);
        throw new SmtpBreak('no-smtp', `it said what is no SMTP: ${taken.why}`);
      }
      if (this.#end !== undefined) throw new SmtpBreak('closed', this.#broken(this.#end));
      if (!(await this.#moreWithin(until - performance.now()))) {
        throw new SmtpBreak('silence', this.#broken(`no answer within ${timeoutMs / 1_000} s`));
      }
    }
  }

  /** Says a line and waits for the reply. `shown`: what the transcript has in its place. */
  async say(line: string, shown = line): Promise<Reply> {
    this.send(`${line}\r\n`, shown);
    return this.hear();
  }

  /** Sends a text as it is. */
  send(text: string, shown: string): void {
    this.#options.transcript.push(`C: ${shown}`);
    if (this.#end === undefined) this.#stream.write(text);
  }

  /** Whether the server has said something that nobody asked for. */
  get hasMore(): boolean {
    return this.#heard.length > 0;
  }

  /** Gives the stream up to somebody who speaks TLS on it. */
  release(): Duplex {
    this.#stream.off('data', this.#onData);
    this.#stream.off('end', this.#onEnd);
    this.#stream.off('close', this.#onEnd);
    return this.#stream;
  }

  /** Says goodbye, and ends the connection whatever is answered. A mail that was begun is over by that (RFC 5321 §4.1.1.10). */
  async close(): Promise<void> {
    try {
      this.send('QUIT\r\n', 'QUIT');
      await this.hear(Math.min(goodbyeMs, this.#options.timeoutMs));
    } catch (error) {
      if (!(error instanceof SmtpBreak)) throw error;
    } finally {
      this.abandon();
    }
  }

  /** Ends the connection without a word. */
  abandon(): void {
    this.#stream.destroy();
  }

  readonly #onData = (piece: Buffer): void => {
    this.#heard = Buffer.concat([this.#heard, piece]);
    if (this.#heard.length > mostWaiting) this.#stream.pause();
    this.#wake?.();
  };

  readonly #onEnd = (): void => {
    this.#end ??= 'it closed the connection';
    this.#wake?.();
  };

  readonly #onError = (error: Error): void => {
    this.#end ??= `the connection broke: ${error.message}`;
    this.#wake?.();
  };

  /** Waits until something came or ended; false where nothing did in time. */
  async #moreWithin(ms: number): Promise<boolean> {
    const { signal } = this.#options;
    let timeout: NodeJS.Timeout | undefined;
    let abort: (() => void) | undefined;
    try {
      return await new Promise<boolean>((resolve, reject) => {
        abort = () => reject(signal.reason);
        signal.addEventListener('abort', abort, { once: true });
        if (signal.aborted) abort();
        timeout = setTimeout(resolve, Math.max(0, ms), false);
        this.#wake = () => resolve(true);
      });
    } finally {
      this.#wake = undefined;
      clearTimeout(timeout);
      if (abort !== undefined) signal.removeEventListener('abort', abort);
    }
  }

  #broken(why: string): string {
    const part = this.#heard.toString('utf8', 0, 80);
    return part === '' ? why : `${why}, after the beginning of a reply: ${part}`;
  }
}
