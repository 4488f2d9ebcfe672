interface EncodedWord {
  readonly charset: string;
  readonly bytes: Buffer;
}

/** RFC 2047 §2; a language may follow the charset (RFC 2231 §5). */
const encodedWord = /=\?(?<charset>[^?*\s]{1,64})(?:\*[^?\s]{0,32})?\?(?<encoding>[bq])\?(?<text>[^?\s]*)\?=/giu;

/**
 * Text with its encoded words decoded (RFC 2047). What cannot be decoded stays as written. Neighbours in one charset are
 * decoded together, since many programs split in the middle of a character.
 */
export function decodeWords(text: string): string {
  const joined = text.replace(/\?=\s+(?==\?)/gu, '?=');
  let decoded = '';
  let open: EncodedWord | null = null;
  let at = 0;
  for (const match of joined.matchAll(encodedWord)) {
    const word = wordOf(match);
    const isNeighbour: boolean = open !== null && match.index === at && word?.charset === open.charset;
    if (open !== null && !isNeighbour) decoded += textOf(open);
    decoded += joined.slice(at, match.index);
    if (word === null) decoded += match[0];
    open =
      word !== null && open !== null && isNeighbour
        ? { ...word, bytes: Buffer.concat([open.bytes, word.bytes]) }
        : word;
    at = match.index + match[0].length;
  }
  if (open !== null) decoded += textOf(open);
  return decoded + joined.slice(at);
}

function wordOf({ groups }: RegExpMatchArray): EncodedWord | null {
  const charset = (groups?.charset ?? '').toLowerCase();
  const text = groups?.text ?? '';
  if (!isKnown(charset)) return null;
  return { charset, bytes: /^b$/i.test(groups?.encoding ?? '') ? Buffer.from(text, 'base64') : qBytes(text) };
}

/** The Q encoding (RFC 2047 §4.2). */
function qBytes(text: string): Buffer {
  const bytes = text
    .replaceAll('_', ' ')
    .replaceAll(/=([0-9A-F]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1');
}

function isKnown(charset: string): boolean {
  try {
    new TextDecoder(charset);
    return true;
  } catch {
    return false;
  }
}

function textOf({ charset, bytes }: EncodedWord): string {
  const decoder = new TextDecoder(charset);
  // why in two: Node 20 decodes windows-1252 at once as if it were Latin-1, and the euro sign becomes a control
  return decoder.decode(bytes, { stream: true }) + decoder.decode();
}
