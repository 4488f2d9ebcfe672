import type { Duplex } from 'node:stream';

/** What came of reading a message after DATA. */
export type ReadMessage =
  | { readonly kind: 'message'; readonly octets: Buffer }
  | { readonly kind: 'too-big' }
  | { readonly kind: 'line-ending' }
  | { readonly kind: 'closed' };

/** Octets of a line that is no part of a message (RFC 5321 §4.5.3.1, generously). */
const longestLine = 8_192;
/** Octets of a line of a message, and of what is kept until it is read. */
const longestOfMessage = 1_048_576;
const mostHeld = 1_048_576;
const crlf = Buffer.from('\r\n');

/** A connection, a line at a time: both sides of SMTP are spoken over it. */
export class Wire {
  readonly #stream: Duplex;
  #held = Buffer.alloc(0);
  #isOver = false;
  #wake: (() => void) | undefined;
  readonly #take = (piece: Buffer): void => {
    this.#held = Buffer.concat([this.#held, piece]);
    // who sends on and on while nobody reads must wait
    if (this.#wake === undefined && this.#held.length > mostHeld) this.#stream.pause();
    this.#stir();
  };
  readonly #end = (): void => {
    this.#isOver = true;
    this.#stir();
  };

  constructor(stream: Duplex) {
    this.#stream = stream;
    stream.on('data', this.#take);
    for (const end of ['end', 'close', 'error']) stream.on(end, this.#end);
  }

  write(text: string | Buffer): void {
    if (!this.#stream.destroyed) this.#stream.write(text);
  }

  /** The next line without its end; null where the other side is gone, or its line has none. */
  async line(): Promise<string | null> {
    const octets = await this.#octetsOfLine(longestLine);
    return octets === null ? null : octets.toString().replace(/\r?\n$/, '');
  }

  /**
   * A message up to its dot (RFC 5321 §4.5.2), its lines ended by CRLF. `isStrict`: every line must end so, or the rest
   * cannot be trusted (CVE-2023-52354). A message that is too big is read to its end, and dropped.
   */
  async message({ most, isStrict }: { readonly most: number; readonly isStrict: boolean }): Promise<ReadMessage> {
    const lines: Buffer[] = [];
    let size = 0;
    for (;;) {
      const line = await this.#octetsOfLine(longestOfMessage);
      if (line === null) return { kind: 'closed' };
      const bare = line.subarray(0, line.length - (line.at(-2) === 0x0d ? 2 : 1));
      if (isStrict && (line.at(-2) !== 0x0d || bare.includes(0x0d))) return { kind: 'line-ending' };
      if (bare.length === 1 && bare[0] === 0x2e) break;
      const content = bare[0] === 0x2e ? bare.subarray(1) : bare;
      size += content.length + crlf.length;
      if (size <= most) lines.push(content, crlf);
    }
    return size > most ? { kind: 'too-big' } : { kind: 'message', octets: Buffer.concat(lines) };
  }

  /** Gives the connection away, with nothing that was read left behind: what was is dropped (CVE-2011-0411). */
  release(): Duplex {
    this.#stream.off('data', this.#take);
    for (const end of ['end', 'close', 'error']) this.#stream.off(end, this.#end);
    return this.#stream;
  }

  close(): void {
    this.#stream.end();
  }

  async #octetsOfLine(longest: number): Promise<Buffer | null> {
    let searched = 0;
    for (;;) {
      const end = this.#held.indexOf(0x0a, searched);
      if (end !== -1) {
        const line = this.#held.subarray(0, end + 1);
        this.#held = this.#held.subarray(end + 1);
        return line;
      }
      if (this.#isOver || this.#held.length > longest) return null;
      searched = this.#held.length;
      if (this.#stream.isPaused()) this.#stream.resume();
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  #stir(): void {
    const wake = this.#wake;
    this.#wake = undefined;
    wake?.();
  }
}
