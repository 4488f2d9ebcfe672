import type { Duplex } from 'node:stream';
import type { Judgement } from '../conclude.ts';
import type { ProbeContext } from '../context.ts';
import type { Destination } from '../dial.ts';
import { dial } from '../dial.ts';
import type { SmtpSecurity } from '../spec/smtp.ts';
import type { Handshake } from '../tls/handshake.ts';
import { shakeHands } from '../tls/handshake.ts';
import type { ReachSpec } from '../unreached.ts';
import { hungUp, unansweredRemedy, unreached } from '../unreached.ts';
import { Conversation, SmtpBreak } from './conversation.ts';
import type { Ehlo, Reply } from './reply.ts';
import { ehloOf, isPositive, isPutOff, replyText } from './reply.ts';

/** With whom a conversation is opened, and how. */
export interface SmtpPlan {
  readonly destination: Destination;
  readonly reach: ReachSpec;
  readonly security: SmtpSecurity;
  /** The name that we say. */
  readonly helo: string;
  /** The name that the server is asked for under TLS. */
  readonly servername: string;
}

/** What was heard while a conversation was opened; what it did not come to is not there. */
export interface Heard {
  /** What both sides said, a line each. */
  readonly transcript: string[];
  greeting?: Reply;
  /** Said to EHLO in the clear. */
  clear?: Ehlo;
  /** Said to EHLO under TLS. */
  secured?: Ehlo;
}

/** The part of an opening in which it failed. */
export type OpeningStage = 'connection' | 'TLS' | 'greeting' | 'EHLO' | 'STARTTLS';

/** A conversation after EHLO, or how far it came. */
export type Opening =
  | {
      readonly kind: 'open';
      readonly heard: Heard;
      readonly conversation: Conversation;
      /** Null where it is in the clear. */
      readonly handshake: Handshake | null;
    }
  | { readonly kind: 'failed'; readonly heard: Heard; readonly at: OpeningStage; readonly judgement: Judgement };

/** Connects, hears the greeting, says EHLO, and changes to TLS where that is wanted. Rejects with the signal's reason. */
export async function openSmtp(plan: SmtpPlan, context: ProbeContext): Promise<Opening> {
  const way = new Way(plan, context);
  try {
    return { kind: 'open', heard: way.heard, ...(await way.enter()) };
  } catch (error) {
    way.leave();
    if (!(error instanceof Stuck)) throw error;
    return { kind: 'failed', heard: way.heard, at: error.at, judgement: error.judgement };
  }
}

/** Connects and speaks in the clear until TLS can begin on the stream. Rejects with the signal's reason. */
export async function openForTls(
  plan: SmtpPlan,
  context: ProbeContext,
): Promise<
  { readonly kind: 'open'; readonly stream: Duplex } | { readonly kind: 'failed'; readonly judgement: Judgement }
> {
  const way = new Way(plan, context);
  try {
    return { kind: 'open', stream: await way.enterUntilTls() };
  } catch (error) {
    way.leave();
    if (!(error instanceof Stuck)) throw error;
    return { kind: 'failed', judgement: error.judgement };
  }
}

/** Thrown and caught in this file: the way ends here. */
class Stuck extends Error {
  readonly at: OpeningStage;
  readonly judgement: Judgement;

  constructor(at: OpeningStage, judgement: Judgement) {
    super(judgement.observed);
    this.at = at;
    this.judgement = judgement;
  }
}

/** One way into a conversation, step by step. Its steps throw Stuck, or the signal's reason. */
class Way {
  readonly heard: Heard = { transcript: [] };
  readonly #plan: SmtpPlan;
  readonly #context: ProbeContext;
  #stream: Duplex | undefined;

  constructor(plan: SmtpPlan, context: ProbeContext) {
    this.#plan = plan;
    this.#context = context;
  }

  async enter(): Promise<{ readonly conversation: Conversation; readonly handshake: Handshake | null }> {
    if (this.#plan.security === 'implicit') {
      const handshake = await this.#secure(await this.#connect(), 'TLS');
      const conversation = this.#converse(handshake.socket);
      await this.#greeted(conversation);
      this.heard.secured = await this.#introduce(conversation);
      return { conversation, handshake };
    }
    if (this.#plan.security === 'starttls') {
      const handshake = await this.#secure(await this.enterUntilTls(), 'STARTTLS');
      const conversation = this.#converse(handshake.socket);
      // RFC 3207 §4.2: what was said before counts no more
      this.heard.secured = await this.#introduce(conversation);
      return { conversation, handshake };
    }
    return { conversation: await this.#enterInClear(), handshake: null };
  }

  async enterUntilTls(): Promise<Duplex> {
    const conversation = await this.#enterInClear();
    const reply = await this.#step('STARTTLS', () => conversation.say('STARTTLS'));
    if (reply.code !== 220) throw this.#unwilling('STARTTLS', reply);
    // what was said in the clear must not be taken for something said under TLS (CVE-2011-0411)
    if (conversation.hasMore) {
      const observed = 'it went on in the clear after it had agreed to begin TLS';
      throw new Stuck('STARTTLS', { verdict: 'false', observed, remedy: this.#plan.reach.remedy });
    }
    return conversation.release();
  }

  /** Ends the connection, however far it came. */
  leave(): void {
    this.#stream?.destroy();
  }

  async #enterInClear(): Promise<Conversation> {
    const conversation = this.#converse(await this.#connect());
    await this.#greeted(conversation);
    this.heard.clear = await this.#introduce(conversation);
    return conversation;
  }

  async #connect(): Promise<Duplex> {
    const dialled = await dial(this.#plan.destination, this.#context);
    if (dialled.kind === 'failed') {
      throw new Stuck('connection', unreached(dialled, { ...this.#plan.reach, remedy: unansweredRemedy }));
    }
    this.#stream = dialled.stream;
    return dialled.stream;
  }

  async #secure(stream: Duplex, at: OpeningStage): Promise<Handshake> {
    const { destination, servername, reach } = this.#plan;
    const shaken = await shakeHands(stream, {
      servername,
      authorities: this.#context.settings.authorities,
      timeoutMs: destination.timeoutMs,
      signal: this.#context.signal,
    });
    if (shaken.kind === 'done') return shaken;
    if (shaken.failure === 'closed') throw new Stuck(at, await hungUp(shaken.why, reach, this.#context));
    const verdict = shaken.failure === 'silence' ? reach.silence : 'false';
    throw new Stuck(at, { verdict, observed: shaken.why, remedy: reach.remedy });
  }

  #converse(stream: Duplex): Conversation {
    const { timeoutMs } = this.#plan.destination;
    return new Conversation(stream, {
      timeoutMs,
      signal: this.#context.signal,
      transcript: this.heard.transcript,
    });
  }

  async #greeted(conversation: Conversation): Promise<void> {
    const reply = await this.#step('greeting', () => conversation.hear());
    this.heard.greeting = reply;
    if (reply.code !== 220) throw this.#unwilling('greeting', reply);
  }

  async #introduce(conversation: Conversation): Promise<Ehlo> {
    const reply = await this.#step('EHLO', () => conversation.say(`EHLO ${this.#plan.helo}`));
    if (!isPositive(reply)) throw this.#unwilling('EHLO', reply);
    return ehloOf(reply);
  }

  async #step(at: OpeningStage, take: () => Promise<Reply>): Promise<Reply> {
    try {
      return await take();
    } catch (error) {
      if (!(error instanceof SmtpBreak)) throw error;
      const { reach } = this.#plan;
      if (error.kind === 'closed') throw new Stuck(at, await hungUp(error.message, reach, this.#context));
      const verdict = error.kind === 'silence' ? reach.silence : 'false';
      // systemd takes connections for a service that never fetches them
      const isUnanswered = error.kind === 'silence' && at === 'greeting';
      throw new Stuck(at, { verdict, observed: error.message, remedy: isUnanswered ? unansweredRemedy : reach.remedy });
    }
  }

  #unwilling(at: OpeningStage, reply: Reply): Stuck {
    const verdict = isPutOff(reply) ? 'not-yet' : 'false';
    return new Stuck(at, { verdict, observed: replyText(reply), remedy: this.#plan.reach.remedy });
  }
}
