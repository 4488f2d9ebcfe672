import { orAbort } from '../abort.ts';

/** Sessions that are asked for at once before the server has shown how many it allows; safe under its default of 10. */
const firstLimit = 4;

/**
 * Lets through only as many sessions as the server allows (MaxSessions in sshd_config(5), which nobody tells us): the
 * others wait in line. A refusal teaches a lower limit, down to one at a time. sshd frees a session a moment after we
 * see it closed, so at the limit a refusal can also mean "not yet": whoever is refused tries again later.
 */
export class SessionGate {
  #limit = firstLimit;
  #open = 0;
  readonly #waiting: (() => void)[] = [];

  /** How many sessions may be open at once, as far as is known. */
  get limit(): number {
    return this.#limit;
  }

  /** Waits for a turn. Gives the function that ends it. Rejects with the signal's reason. */
  async enter(signal: AbortSignal): Promise<() => void> {
    signal.throwIfAborted();
    if (this.#open >= this.#limit) await this.#turn(signal);
    this.#open += 1;
    let hasLeft = false;
    return () => {
      if (hasLeft) return;
      hasLeft = true;
      this.#open -= 1;
      this.#callNext();
    };
  }

  /** Called while a turn is held, for a session that the server refused to open. */
  learnFromRefusal(): void {
    this.#limit = Math.max(1, Math.min(this.#limit, this.#open - 1));
  }

  async #turn(signal: AbortSignal): Promise<void> {
    while (this.#open >= this.#limit) {
      let call = (): void => undefined;
      const called = new Promise<void>((resolve) => {
        call = resolve;
      });
      this.#waiting.push(call);
      try {
        await orAbort(called, signal);
      } catch (reason) {
        const place = this.#waiting.indexOf(call);
        // Whoever gives up just when called passes the call on.
        if (place === -1) this.#callNext();
        else this.#waiting.splice(place, 1);
        throw reason;
      }
    }
  }

  #callNext(): void {
    if (this.#open < this.#limit) this.#waiting.shift()?.();
  }
}
