/**
 * Characters that can make a text look other than what it is: control characters but tab and newline, line and
 * paragraph separators, and the bidirectional controls (CVE-2021-42574, "Trojan Source"). A guide is shown before it is
 * trusted, so what is shown must be what runs.
 */
const deceptive = /(?![\t\n])\p{Cc}|[\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/u;

/** The first deceptive character of a text, as `U+001B`, with where it stands; undefined where there is none. */
export function deceptiveCharacter(text: string): { readonly name: string; readonly offset: number } | undefined {
  const found = deceptive.exec(text);
  if (found === null) return undefined;
  return { name: codePointName(found[0]), offset: found.index };
}

/** A text for a sentence: deceptive characters and newlines as `U+001B`, cut after 60 characters. */
export function shown(text: string): string {
  const visible = [...text.slice(0, 200)].map((character) =>
    deceptive.test(character) || character === '\n' || character === '\t' ? `<${codePointName(character)}>` : character,
  );
  return visible.length > 60 ? `${visible.slice(0, 60).join('')}…` : visible.join('');
}

function codePointName(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
}
