/** What a shell gets on its standard input while it runs: the bytes of a channel, as they come. */
export class LiveInput {
  #text = '';
  #isEnded = false;
  #wake: (() => void)[] = [];

  push(bytes: Uint8Array): void {
    this.#text += Buffer.from(bytes).toString('latin1');
    this.#tell();
  }

  end(): void {
    this.#isEnded = true;
    this.#tell();
  }

  /** The next line, without its end; undefined when there is no more. Rejects with the signal's reason. */
  async line(signal: AbortSignal): Promise<string | undefined> {
    return this.#take(signal, (text) => {
      const end = text.indexOf('\n');
      return end === -1 ? undefined : { taken: text.slice(0, end), length: end + 1 };
    });
  }

  /** Everything up to the end. */
  async all(signal: AbortSignal): Promise<string> {
    return (await this.#take(signal, () => undefined)) ?? '';
  }

  /** The beginning, once `isWhole` says that it is; everything, where the end comes first. */
  async until(isWhole: (text: string) => boolean, signal: AbortSignal): Promise<string> {
    const taken = await this.#take(signal, (text) =>
      text.endsWith('\n') && isWhole(text) ? { taken: text, length: text.length } : undefined,
    );
    return taken ?? '';
  }

  async #take(
    signal: AbortSignal,
    find: (text: string) => { readonly taken: string; readonly length: number } | undefined,
  ): Promise<string | undefined> {
    for (;;) {
      signal.throwIfAborted();
      const found = find(this.#text);
      if (found !== undefined) {
        this.#text = this.#text.slice(found.length);
        return found.taken;
      }
      if (this.#isEnded) {
        const rest = this.#text;
        this.#text = '';
        return rest === '' ? undefined : rest;
      }
      await this.#more(signal);
    }
  }

  #more(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const stop = (): void => reject(signal.reason);
      signal.addEventListener('abort', stop, { once: true });
      this.#wake.push(() => {
        signal.removeEventListener('abort', stop);
        resolve();
      });
    });
  }

  #tell(): void {
    const waiting = this.#wake;
    this.#wake = [];
    for (const wake of waiting) wake();
  }
}
