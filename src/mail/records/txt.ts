/** One string of a TXT record holds at most so many bytes (RFC 1035 §3.3). */
const longestString = 255;

/** A TXT value in the two ways that providers' panels and zone files want it. */
export interface TxtSpelling {
  /** Its strings, each of at most 255 bytes. */
  readonly strings: readonly string[];
  /** For panels that split by themselves: one long text, without quotes. */
  readonly whole: string;
  /** For zone files and the other panels: each string in quotes, `"` and `\` escaped (RFC 1035 §5.1). */
  readonly quoted: string;
}

/** Spells a TXT value; a character is never split. */
export function spellTxt(value: string): TxtSpelling {
  const strings: string[] = [];
  let text = '';
  let bytes = 0;
  for (const character of value) {
    const length = Buffer.byteLength(character);
    if (bytes + length > longestString) {
      strings.push(text);
      text = '';
      bytes = 0;
    }
    text += character;
    bytes += length;
  }
  strings.push(text);
  const quoted = strings.map((part) => `"${part.replaceAll(/["\\]/g, '\\$&')}"`).join(' ');
  return { strings, whole: value, quoted };
}
