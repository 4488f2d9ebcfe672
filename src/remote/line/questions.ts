import type { AnswerConnectQuestion, ConnectQuestion } from '../connection.ts';

/**
 * Asks the person, on behalf of one connection that is being made: the clock of that connection stands still
 * meanwhile, and the question is taken back (by the signal) when the connection is over.
 */
export class Questions {
  readonly #answer: AnswerConnectQuestion;
  readonly #signal: AbortSignal;
  readonly #clock: ConnectClock;

  constructor(answer: AnswerConnectQuestion, signal: AbortSignal, clock: ConnectClock) {
    this.#answer = answer;
    this.#signal = signal;
    this.#clock = clock;
  }

  /** The answer, or null where there is none. Rejects with the signal's reason when the connection is over. */
  async ask(question: ConnectQuestion): Promise<string | null> {
    this.#signal.throwIfAborted();
    this.#clock.pause();
    try {
      return await this.#answer(question, this.#signal);
    } finally {
      this.#clock.resume();
    }
  }
}

/** Counts down how long a server may take; stands still while it is a person who takes long. */
export class ConnectClock {
  readonly #onExpiry: () => void;
  #left: number;
  #timer: NodeJS.Timeout | undefined;
  #startedAt = 0;
  #pauses = 0;
  #isStopped = false;

  /** Starts at once. `onExpiry` is called at most once, never after `stop`. */
  constructor(limitMs: number, onExpiry: () => void) {
    this.#left = limitMs;
    this.#onExpiry = onExpiry;
    this.#run();
  }

  pause(): void {
    this.#pauses += 1;
    if (this.#pauses > 1 || this.#timer === undefined) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#left -= performance.now() - this.#startedAt;
  }

  resume(): void {
    this.#pauses -= 1;
    if (this.#pauses === 0) this.#run();
  }

  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #run(): void {
    if (this.#isStopped) return;
    this.#startedAt = performance.now();
    this.#timer = setTimeout(
      () => {
        this.#timer = undefined;
        this.#onExpiry();
      },
      Math.max(0, this.#left),
    );
  }
}
