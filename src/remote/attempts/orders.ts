/** Orders for the watch over an attempt, as the lines that it reads from its standard input. */
export class Orders implements AsyncIterable<Uint8Array> {
  readonly #waiting: Uint8Array[] = [];
  #isEnded = false;
  #wake: (() => void) | undefined;

  /** Gives an order. */
  give(line: string): void {
    this.#waiting.push(new TextEncoder().encode(`${line}\n`));
    this.#wake?.();
  }

  /** No more orders will come. */
  end(): void {
    this.#isEnded = true;
    this.#wake?.();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void, void> {
    for (;;) {
      const order = this.#waiting.shift();
      if (order !== undefined) {
        yield order;
      } else if (this.#isEnded) {
        return;
      } else {
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      }
    }
  }
}
