import { DisplayLine } from './display-line.ts';
import { TextStyle } from './style.ts';

/**
 * What a server prints is untrusted: it must not drive the terminal of the person who reads it. Everything that comes
 * from outside (output, banners, error texts, host names, DNS answers) passes through here before it is shown.
 *
 * Sequences are told apart as a terminal does it: ECMA-48 (ISO 6429), with the state machine of a DEC VT500.
 */

type State = 'ground' | 'escape' | 'intermediate' | 'csi' | 'string' | 'string-escape';

const escapeCode = 0x1b;
const longestSequence = 4096;
/** At most so many bytes are decoded at once, so that no long string stays alive for a short line of it. */
const longestDecoded = 4096;

/** ESC followed by one of these starts a string that ends with ST: `]` OSC, `P` DCS, `X` SOS, `^` PM, `_` APC, `k` a title. */
const stringStarters: ReadonlySet<number> = new Set(Array.from(']PX^_k', (letter) => letter.charCodeAt(0)));
/** The same as single C1 characters: DCS, SOS, OSC, PM, APC. */
const c1StringStarters: ReadonlySet<number> = new Set([0x90, 0x98, 0x9d, 0x9e, 0x9f]);

/**
 * Characters beyond ASCII that are never shown: C1 controls, whatever turns the direction of text (bidi controls), line
 * and paragraph separators, and characters without width or ink, which make two different names look alike.
 */
const unseen =
  /[\u0080-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb\u{e0000}-\u{e00ff}]|\u034f|\u115f|\u1160|\u17b4|\u17b5/u;

/** How SafeLines shows what it is given. */
export interface SafeLinesOptions {
  /** Characters of a line that are kept; 4,096 without it. */
  readonly lineLimit?: number;
  /** Whether SGR colours and styles stay (contained in their line); true without it. */
  readonly styles?: boolean;
}

/**
 * Turns bytes, as they arrive, into lines that are safe to show. The state survives the borders between pieces, so how
 * output is cut into pieces never changes a line. Memory is bounded, also for a line without an end.
 *
 * - UTF-8 is decoded; what is none becomes U+FFFD.
 * - Control sequences and control characters are removed. SGR colours stay: opened and closed again within each line.
 * - A carriage return writes the line anew, a backspace the character before it; tabs become spaces.
 * - A line over the limit is cut: `… [+N chars]`.
 */
export class SafeLines {
  readonly #decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  readonly #style = new TextStyle();
  readonly #line: DisplayLine;
  readonly #keepsStyles: boolean;
  #state: State = 'ground';
  /** Parameters of the CSI sequence that is being read. */
  #parameters = '';
  /** Characters of the string (OSC, DCS, …) that is being read. */
  #swallowed = 0;
  #isDecoding = false;

  constructor(options: SafeLinesOptions = {}) {
    this.#line = new DisplayLine(options.lineLimit ?? 4096);
    this.#keepsStyles = options.styles ?? true;
  }

  /** Takes the next piece; gives the lines that it completes, without line ends. */
  write(bytes: Uint8Array): readonly string[] {
    const lines: string[] = [];
    const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    let at = 0;
    while (at < buffer.length) {
      at = (buffer[at] ?? 0) < 0x80 ? this.#ascii(buffer, at, lines) : this.#beyondAscii(buffer, at, lines);
    }
    return lines;
  }

  /** Says that no more comes; gives the last line, where it had no end. */
  end(): readonly string[] {
    const lines: string[] = [];
    this.#endDecoding(lines);
    if (!this.#line.isEmpty) this.#finishLine(lines);
    return lines;
  }

  /** The line that is not complete yet, as it would be shown now; empty where there is none. */
  get unfinished(): string {
    return this.#line.text();
  }

  /** Takes a run of printable ASCII at once, or else one control or one byte of a sequence. Returns where to go on. */
  #ascii(buffer: Buffer, start: number, lines: string[]): number {
    this.#endDecoding(lines);
    let end = start;
    if (this.#state === 'ground') {
      for (let byte = buffer[end] ?? 0; byte >= 0x20 && byte < 0x7f; byte = buffer[end] ?? 0) end += 1;
    }
    if (end > start) {
      this.#line.put(buffer.toString('latin1', start, end), end - start, this.#style.parameters);
      return end;
    }
    this.#step(buffer[start] ?? 0, lines);
    return start + 1;
  }

  /** Decodes a run of bytes at once, with the printable ASCII in it: text of most languages is a mixture of both. */
  #beyondAscii(buffer: Buffer, start: number, lines: string[]): number {
    const isText = this.#state === 'ground';
    const limit = Math.min(buffer.length, start + longestDecoded);
    let end = start + 1;
    for (; end < limit; end += 1) {
      const byte = buffer[end] ?? 0;
      if (byte < 0x80 && !(isText && byte >= 0x20 && byte < 0x7f)) break;
    }
    this.#isDecoding = true;
    this.#characters(this.#decoder.decode(buffer.subarray(start, end), { stream: true }), lines);
    return end;
  }

  /** An ASCII byte ends whatever UTF-8 sequence was open; a cut one becomes U+FFFD now. */
  #endDecoding(lines: string[]): void {
    if (!this.#isDecoding) return;
    this.#isDecoding = false;
    this.#characters(this.#decoder.decode(), lines);
  }

  #characters(text: string, lines: string[]): void {
    if (text === '') return;
    if (this.#state === 'ground' && !unseen.test(text)) {
      this.#line.put(text, countPoints(text), this.#style.parameters);
      return;
    }
    for (const character of text) this.#step(character.codePointAt(0) ?? 0, lines);
  }

  #step(code: number, lines: string[]): void {
    const next = this.#next(code, lines);
    if (next === this.#state) return;
    this.#state = next;
    this.#parameters = '';
    this.#swallowed = 0;
  }

  /** Reads one character; says in which state that leaves us. */
  #next(code: number, lines: string[]): State {
    switch (this.#state) {
      case 'ground':
        return this.#ground(code, lines);
      case 'escape':
        return this.#escape(code, lines);
      case 'intermediate':
        if (isIntermediate(code)) return 'intermediate';
        return isFinal(code) ? 'ground' : this.#ground(code, lines);
      case 'csi':
        return this.#csi(code, lines);
      case 'string':
        return this.#string(code, lines);
      case 'string-escape':
        // ESC ends a string: with a backslash it is ST, else the start of another sequence
        return code === 0x5c ? 'ground' : this.#escape(code, lines);
      default:
        return this.#state satisfies never;
    }
  }

  #ground(code: number, lines: string[]): State {
    if (code === escapeCode) return 'escape';
    if (code === 0x9b) return 'csi';
    if (c1StringStarters.has(code)) return 'string';
    if (code === 0x0a) this.#finishLine(lines);
    else if (code === 0x0d) this.#line.carriageReturn();
    else if (code === 0x08) this.#line.backspace();
    else if (code === 0x09) this.#line.tab(this.#style.parameters);
    else if (code >= 0x20 && code !== 0x7f) this.#character(String.fromCodePoint(code));
    return 'ground';
  }

  #character(character: string): void {
    if (!unseen.test(character)) this.#line.put(character, 1, this.#style.parameters);
  }

  #escape(code: number, lines: string[]): State {
    if (code === 0x5b) return 'csi';
    if (stringStarters.has(code)) return 'string';
    if (isIntermediate(code)) return 'intermediate';
    // a sequence that comes to nothing is dropped, and what broke it is read as text
    return isFinal(code) ? 'ground' : this.#ground(code, lines);
  }

  #csi(code: number, lines: string[]): State {
    if (code >= 0x20 && code < 0x40) {
      if (this.#parameters.length < longestSequence) this.#parameters += String.fromCharCode(code);
      return 'csi';
    }
    if (code === 0x6d && this.#keepsStyles) this.#style.apply(this.#parameters);
    return isFinal(code) ? 'ground' : this.#ground(code, lines);
  }

  #string(code: number, lines: string[]): State {
    this.#swallowed += 1;
    if (code === escapeCode) return 'string-escape';
    if (code === 0x07 || code === 0x9c || code === 0x18 || code === 0x1a) return 'ground';
    // a string that never ends must not swallow the lines after it
    return code === 0x0a || this.#swallowed > longestSequence ? this.#ground(code, lines) : 'string';
  }

  #finishLine(lines: string[]): void {
    lines.push(this.#line.text());
    this.#line.clear();
  }
}

/**
 * A whole text, safe to show: no control characters but line feeds, no colours. The last line feed is dropped, and
 * lines over 4,096 characters are cut. Safe text comes back as it is.
 */
export function safeText(text: string): string {
  if (text.length <= 4096 && /^[\x20-\x7e]*$/.test(text)) return text;
  const lines = new SafeLines({ styles: false });
  return [...lines.write(Buffer.from(text)), ...lines.end()].join('\n');
}

/** A text as one safe line of at most `limit` characters (code points): line feeds and runs of spaces become one space. */
export function safeLine(text: string, limit: number): string {
  const line = safeText(text).replace(/\s+/g, ' ').trim();
  const points = Array.from(line);
  return points.length <= limit ? line : `${points.slice(0, limit - 1).join('')}…`;
}

function isIntermediate(code: number): boolean {
  return code >= 0x20 && code < 0x30;
}

function isFinal(code: number): boolean {
  return code >= 0x30 && code < 0x7f;
}

function countPoints(text: string): number {
  let points = 0;
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    if (unit < 0xdc00 || unit > 0xdfff) points += 1;
  }
  return points;
}
