import { SafeLines } from '../text/safe.ts';

const newline = 0x0a;
/** A screen shows the end of a flood; more than this between two looks is only counted. */
const pendingLimit = 256 * 1024;

/**
 * The last lines of an attempt's output, made safe to show, in bounded memory. Bytes are taken as they come and turned
 * into lines only when somebody looks: a flood costs a count of its newlines, not a decoding of what nobody will see.
 */
export class OutputRing {
  readonly #capacity: number;
  #lines: string[] = [];
  #pending: Uint8Array[] = [];
  #pendingBytes = 0;
  #safe = new SafeLines();
  /** Finished lines before the pending bytes, dropped ones too. */
  #before = 0;

  /** `capacity`: lines kept. */
  constructor(capacity = 5_000) {
    this.#capacity = capacity;
  }

  push(bytes: Uint8Array): void {
    this.#pending.push(bytes);
    this.#pendingBytes += bytes.length;
    while (this.#pendingBytes > pendingLimit && this.#pending.length > 1) this.#dropOldestPending();
  }

  /** The last line has no newline of its own but ends here. */
  end(): void {
    this.#settle();
    this.#keep(this.#safe.end());
  }

  /** Lines so far, counted from the start, dropped ones too. */
  get total(): number {
    this.#settle();
    return this.#before;
  }

  /** Lines that are no longer held. */
  get dropped(): number {
    this.#settle();
    return this.#before - this.#lines.length;
  }

  /** Lines `from` (counted from the start) on, at most `count`. What was dropped is left out. */
  slice(from: number, count: number): readonly string[] {
    const first = this.dropped;
    return this.#lines.slice(Math.max(0, from - first), Math.max(0, from + count - first));
  }

  #dropOldestPending(): void {
    const oldest = this.#pending.shift();
    if (oldest === undefined) return;
    this.#pendingBytes -= oldest.length;
    // What comes next has no beginning any more: the decoder starts anew, and all lines before are gone from the ring.
    this.#safe = new SafeLines();
    this.#lines = [];
    this.#before += countNewlines(oldest);
  }

  #settle(): void {
    const pending = this.#pending;
    this.#pending = [];
    this.#pendingBytes = 0;
    for (const bytes of pending) this.#keep(this.#safe.write(bytes));
  }

  #keep(lines: readonly string[]): void {
    this.#before += lines.length;
    for (const line of lines) this.#lines.push(line);
    if (this.#lines.length > this.#capacity * 2) this.#lines = this.#lines.slice(-this.#capacity);
  }
}

function countNewlines(bytes: Uint8Array): number {
  let count = 0;
  for (let at = bytes.indexOf(newline); at !== -1; at = bytes.indexOf(newline, at + 1)) count += 1;
  return count;
}
