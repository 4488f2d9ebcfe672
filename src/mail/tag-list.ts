/** A tag list (RFC 6376 §3.2): `v=DKIM1; k=rsa; p=…`. DMARC, TLS-RPT and MTA-STS records have the same form. */
export interface TagList {
  /** In the order they stand; names as written, values without the spaces around them. A name that comes twice is there twice. */
  readonly tags: readonly Tag[];
  /** Pieces between semicolons that are no `name=value`. */
  readonly strays: readonly string[];
}

/** One tag. */
export interface Tag {
  readonly name: string;
  readonly value: string;
}

/** Parts a tag list. Never throws. */
export function tagListOf(text: string): TagList {
  const tags: Tag[] = [];
  const strays: string[] = [];
  for (const piece of text.split(';')) {
    const equals = piece.indexOf('=');
    const name = piece.slice(0, equals).trim();
    if (piece.trim() === '') continue;
    if (equals === -1 || !/^[A-Za-z][A-Za-z0-9_]*$/.test(name)) strays.push(piece.trim());
    else tags.push({ name, value: piece.slice(equals + 1).trim() });
  }
  return { tags, strays };
}

/** The value of the first tag of that name; undefined where there is none. */
export function tagOf({ tags }: TagList, name: string): string | undefined {
  return tags.find((tag) => tag.name === name)?.value;
}

/** Names that stand there more than once. */
export function repeatedTags({ tags }: TagList): readonly string[] {
  const names = tags.map(({ name }) => name);
  return [...new Set(names.filter((name, index) => names.indexOf(name) !== index))];
}
