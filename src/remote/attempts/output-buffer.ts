import { orAbort } from '../abort.ts';

/**
 * The bytes of an attempt between the one who reads the channel and the one who follows, by offset. It holds what has
 * not been released yet and keeps the writer waiting once that is more than its bound, so that memory stays bounded
 * and nothing is lost.
 */
export class OutputBuffer {
  readonly #bound: number;
  readonly #pieces: { readonly start: number; readonly bytes: Uint8Array }[] = [];
  #start: number;
  #end: number;
  #isEnded = false;
  #isBounded = true;
  #wakeWriter: (() => void) | undefined;
  #wakeReader: (() => void) | undefined;

  /** `bound`: bytes that are held before the writer waits. `firstByte`: the offset of the first one that will come. */
  constructor(bound: number, firstByte = 0) {
    this.#bound = bound;
    this.#start = firstByte;
    this.#end = firstByte;
  }

  /** The offset of the first byte that is still held. */
  get start(): number {
    return this.#start;
  }

  /** True when no more bytes will come. */
  get isEnded(): boolean {
    return this.#isEnded;
  }

  /** Takes a piece. Where there is no more room, gives a promise that settles when there is. */
  write(bytes: Uint8Array): void | Promise<void> {
    this.#pieces.push({ start: this.#end, bytes });
    this.#end += bytes.length;
    this.#wakeReader?.();
    if (!this.isFull) return;
    return new Promise((resolve) => {
      this.#wakeWriter = resolve;
    });
  }

  /** No more bytes will come. */
  end(): void {
    this.#isEnded = true;
    this.#wakeReader?.();
  }

  /** From now on takes whatever comes. For a writer that is known to come to its end soon. */
  liftBound(): void {
    this.#isBounded = false;
    this.#wakeWriter?.();
  }

  /** A piece from that offset on, or undefined where there is none yet. */
  from(offset: number): Uint8Array | undefined {
    const piece = this.#pieces.find(({ start, bytes }) => start + bytes.length > offset);
    return piece === undefined || offset < piece.start ? undefined : piece.bytes.subarray(offset - piece.start);
  }

  /** Lets go of all bytes before that offset. */
  release(offset: number): void {
    for (;;) {
      const first = this.#pieces[0];
      if (first === undefined || first.start + first.bytes.length > offset) break;
      this.#pieces.shift();
    }
    this.#start = Math.max(this.#start, Math.min(offset, this.#end));
    if (!this.isFull) this.#wakeWriter?.();
  }

  /** Waits until something has come or ended. Rejects with the signal's reason. */
  async more(signal: AbortSignal): Promise<void> {
    await orAbort(
      new Promise<void>((resolve) => {
        this.#wakeReader = resolve;
      }),
      signal,
    );
  }

  /** True while the writer is kept waiting. */
  get isFull(): boolean {
    return this.#isBounded && this.#end - this.#start > this.#bound;
  }
}
