/**
 * What a script prints, out of what a login prints. Start-up files of the login shell may print before it (a
 * `.bashrc` with an `echo`), and what it left running may print after it, so the frame around the script prints a mark
 * with a fresh nonce before and after. The marks are the only place where this is known.
 */

/** The first byte of every mark: ASCII's record separator, which text hardly ever holds. */
const separator = '\u001e';

/** The mark before a script's output, as it is printed; one line about the shell and a newline follow. */
export function beginMark(nonce: string): string {
  return `${separator}begin ${nonce} `;
}

/** The mark after it; the exit status and a newline follow. */
export function endMark(nonce: string): string {
  return `${separator}end ${nonce} `;
}

/** How far a marked stream has come. */
type State = 'before' | 'shell' | 'within' | 'status' | 'after';

const mostNoise = 4096;
const longestStatus = 8;
const longestShell = 1024;

/** Takes a stream apart by its marks. */
export class MarkedStream {
  readonly #begin: Buffer;
  readonly #end: Buffer;
  #state: State = 'before';
  #held: Buffer = Buffer.alloc(0);
  #noise: Buffer = Buffer.alloc(0);
  #status: number | undefined;
  #shell = '';
  #tellBegun: () => void = () => undefined;
  /** Settles when the script has begun; never, where it does not. */
  readonly begun = new Promise<void>((resolve) => {
    this.#tellBegun = resolve;
  });

  constructor(nonce: string) {
    this.#begin = Buffer.from(beginMark(nonce));
    this.#end = Buffer.from(endMark(nonce));
  }

  /** True once the script had begun: whatever the login did, `sh` is running our text. */
  get hasBegun(): boolean {
    return this.#state !== 'before';
  }

  /** What the mark says of the shell that runs the script. */
  get shell(): string {
    return this.#shell;
  }

  /** The script's exit status, once the mark after it was seen. */
  get status(): number | undefined {
    return this.#status;
  }

  /** What came before the script: the last 4 KiB of it. */
  get noise(): Uint8Array {
    return this.#noise;
  }

  /** Takes the next piece of the stream; gives the part of it that the script printed, without copying if it can. */
  push(piece: Buffer): Buffer {
    let bytes = this.#held.length === 0 ? piece : Buffer.concat([this.#held, piece]);
    this.#held = bytes.subarray(bytes.length);
    if (this.#state === 'before') {
      const at = bytes.indexOf(this.#begin);
      if (at === -1) return this.#hold(bytes, this.#begin, (noise) => this.#keepNoise(noise));
      this.#keepNoise(bytes.subarray(0, at));
      bytes = bytes.subarray(at + this.#begin.length);
      this.#state = 'shell';
      this.#tellBegun();
    }
    if (this.#state === 'shell') {
      const newline = bytes.indexOf('\n');
      if (newline === -1 && bytes.length < longestShell) {
        this.#held = bytes;
        return bytes.subarray(bytes.length);
      }
      this.#shell = bytes.toString('latin1', 0, Math.max(0, newline));
      bytes = bytes.subarray(newline + 1);
      this.#state = 'within';
    }
    if (this.#state === 'within') {
      const at = bytes.indexOf(this.#end);
      if (at === -1) return this.#hold(bytes, this.#end, () => undefined);
      this.#state = 'status';
      this.#readStatus(bytes.subarray(at + this.#end.length));
      return bytes.subarray(0, at);
    }
    if (this.#state === 'status') this.#readStatus(bytes);
    return bytes.subarray(bytes.length);
  }

  /** The stream has ended: gives what was held back because it could have been the start of a mark. */
  finish(): Buffer {
    const held = this.#held;
    this.#held = held.subarray(held.length);
    if (this.#state === 'before') this.#keepNoise(held);
    return this.#state === 'within' ? held : held.subarray(held.length);
  }

  /** Gives what is surely before a mark, and holds back a tail that may be the start of one. */
  #hold(bytes: Buffer, mark: Buffer, also: (given: Buffer) => void): Buffer {
    const at = startOfPartialMark(bytes, mark);
    this.#held = bytes.subarray(at);
    const given = bytes.subarray(0, at);
    also(given);
    return this.#state === 'within' ? given : given.subarray(given.length);
  }

  #keepNoise(bytes: Buffer): void {
    if (bytes.length > 0) this.#noise = Buffer.concat([this.#noise, bytes]).subarray(-mostNoise);
  }

  #readStatus(bytes: Buffer): void {
    const newline = bytes.indexOf('\n');
    if (newline === -1 && bytes.length < longestStatus) {
      this.#held = bytes;
      return;
    }
    const digits = bytes.toString('latin1', 0, newline === -1 ? longestStatus : newline);
    if (/^\d{1,3}$/.test(digits)) this.#status = Number(digits);
    this.#state = 'after';
  }
}

/** Where in the last bytes a mark may have begun that goes on in the next piece; the length where nowhere. */
function startOfPartialMark(bytes: Buffer, mark: Buffer): number {
  for (let at = Math.max(0, bytes.length - mark.length + 1); at < bytes.length; at += 1) {
    if (bytes[at] === mark[0] && mark.subarray(0, bytes.length - at).equals(bytes.subarray(at))) return at;
  }
  return bytes.length;
}
