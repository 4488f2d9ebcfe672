/** What stands where a secret was. */
export const concealed = '[secret]';

/** Shorter values are no secrets worth the name, and hiding every “a” of a text would hide the text. */
const shortest = 4;

/**
 * `text` without the secrets: neither as they are, nor URL-encoded (RFC 3986 §2.1), nor in base64 at any of its three
 * alignments (`AUTH PLAIN` puts a user name before the password). Secrets under four characters are left alone.
 */
export function conceal(text: string, secrets: readonly string[]): string {
  const spellings = secrets.filter((secret) => secret.length >= shortest).flatMap(spellingsOf);
  // the longest first, so that no tail of one stays behind when a shorter one is hidden within it
  return spellings
    .sort((one, other) => other.length - one.length)
    .reduce((hidden, spelling) => hidden.replaceAll(spelling, concealed), text);
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
