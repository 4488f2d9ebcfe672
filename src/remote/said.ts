const longest = 160;

/**
 * What a server said, fit for a sentence of ours: one line, no control characters (they could drive the terminal),
 * no bidirectional overrides, at most 160 characters. Empty where nothing readable is left.
 */
export function said(words: string | Uint8Array): string {
  const text = typeof words === 'string' ? words : new TextDecoder().decode(words);
  const line = text.replaceAll(/\p{C}/gu, ' ').replaceAll(/\s+/g, ' ').trim();
  return line.length <= longest ? line : `${line.slice(0, longest)}…`;
}
