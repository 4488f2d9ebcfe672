/** What stands where a secret was. */
export const concealed = '[secret]';

/** Shorter values are no secrets worth the name, and hiding every “a” of a text would hide the text. */
const shortest = 4;

/**
 * `text` without the secrets: neither as they are, nor URL-encoded (RFC 3986 §2.1), nor in base64 at any of its three
 * alignments (`AUTH PLAIN` puts a user name before the password). Secrets under four characters are left alone.
 */
export function conceal(text: string, secrets: readonly string[]): string {
  // the longest first, so that no tail of one stays behind when a shorter one is hidden within it
  return [...allSpellings(secrets)]
    .sort((one, other) => other.length - one.length)
    .reduce((hidden, spelling) => hidden.replaceAll(spelling, concealed), text);
}

/**
 * Hides secrets as `conceal` does, in bytes that come in pieces. Where a piece ends with what may be the beginning of a
 * secret, that much is held back until more has come; so what it gives never depends on how the bytes were cut.
 */
export class ConcealedStream {
  readonly #spellings: readonly Buffer[];
  #held: Buffer = Buffer.alloc(0);
  /** How much of what is held belongs to a secret whose place has been given already. */
  #covered = 0;

  constructor(secrets: readonly string[]) {
    this.#spellings = [...allSpellings(secrets)].map((spelling) => Buffer.from(spelling));
  }

  /** Takes the next piece; gives what can be shown of it by now. */
  push(bytes: Uint8Array): Uint8Array {
    if (this.#spellings.length === 0) return bytes;
    const text = Buffer.concat([this.#held, bytes]);
    return this.#give(text, text.length - longestBeginning(text, this.#spellings));
  }

  /** No more will come: gives what was held back. */
  end(): Uint8Array {
    return this.#give(this.#held, this.#held.length);
  }

  /** Gives the text up to `limit`, its secrets hidden, and holds back the rest. Every secret that begins before it is whole. */
  #give(text: Buffer, limit: number): Uint8Array {
    const given: Uint8Array[] = [];
    let at = this.#covered;
    for (const { start, end } of findAll(text, this.#spellings)) {
      if (start >= limit) break;
      // One that overlaps the last is hidden together with it.
      if (start >= at) given.push(text.subarray(at, start), mark);
      at = Math.max(at, end);
    }
    if (at < limit) given.push(text.subarray(at, limit));
    this.#held = text.subarray(limit);
    this.#covered = Math.max(0, at - limit);
    return Buffer.concat(given);
  }
}

const mark = Buffer.from(concealed);

/** Where spellings stand in a text, in the order of their beginnings. */
function findAll(
  text: Buffer,
  spellings: readonly Buffer[],
): readonly { readonly start: number; readonly end: number }[] {
  const found = spellings.flatMap((spelling) => {
    const places = [];
    for (let start = text.indexOf(spelling); start !== -1; start = text.indexOf(spelling, start + 1)) {
      places.push({ start, end: start + spelling.length });
    }
    return places;
  });
  return found.sort((one, other) => one.start - other.start || other.end - one.end);
}

/** The length of the longest end of a text that is the beginning of a spelling. */
function longestBeginning(text: Buffer, spellings: readonly Buffer[]): number {
  return Math.max(
    0,
    ...spellings.map((spelling) => {
      let length = Math.min(spelling.length - 1, text.length);
      while (length > 0 && text.compare(spelling, 0, length, text.length - length) !== 0) length -= 1;
      return length;
    }),
  );
}

function allSpellings(secrets: readonly string[]): ReadonlySet<string> {
  return new Set(secrets.filter((secret) => secret.length >= shortest).flatMap(spellingsOf));
}

function spellingsOf(secret: string): readonly string[] {
  return [...new Set([secret, ...urlSpellings(secret), ...base64Spellings(secret)])];
}

/** As encodeURIComponent, RFC 3986 and HTML forms write it; the digits of an escape in either case. */
function urlSpellings(secret: string): readonly string[] {
  const usual = encodeURIComponent(Buffer.from(secret).toString());
  const strict = usual.replaceAll(/[!'()*]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`);
  const form = new URLSearchParams([['', secret]]).toString().slice(1);
  const upper = [usual, strict, form];
  return [...upper, ...upper.map((text) => text.replaceAll(/%[\dA-F]{2}/g, (escaped) => escaped.toLowerCase()))];
}

/** The middle of the secret's base64 when 0, 1 or 2 bytes stand before it: only characters that depend on nothing else. */
function base64Spellings(secret: string): readonly string[] {
  const bytes = Buffer.from(secret);
  return [0, 1, 2].flatMap((before) => {
    const encoded = Buffer.concat([Buffer.alloc(before), bytes])
      .toString('base64')
      .replace(/=+$/, '');
    const first = Math.ceil((before * 8) / 6);
    const last = Math.floor(((before + bytes.length) * 8) / 6);
    const middle = encoded.slice(first, last);
    const urlSafe = middle.replaceAll('+', '-').replaceAll('/', '_');
    return middle.length < shortest ? [] : [middle, urlSafe];
  });
}
