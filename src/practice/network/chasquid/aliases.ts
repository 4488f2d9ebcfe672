/** Where an alias leads: to an address, into a program, or to an address by way of certain servers. */
export type Destination =
  | { readonly kind: 'email'; readonly address: string }
  | { readonly kind: 'pipe'; readonly command: string }
  | { readonly kind: 'forward'; readonly address: string; readonly via: readonly string[] };

/** A domain's aliases, by the part before the @; `*` stands for every other one. */
export type Aliases = ReadonlyMap<string, readonly Destination[]>;

/** A line that is no alias, in chasquid's words. */
export class AliasError extends Error {}

/** How deep aliases of aliases are followed. */
const deepest = 10;

/** Reads a file `domains/DOMAIN/aliases`. A line without a colon is passed over, or where `isStrict` throws AliasError. */
export function readAliases(text: string, domain: string, { isStrict }: { readonly isStrict: boolean }): Aliases {
  const aliases = new Map<string, readonly Destination[]>();
  for (const [index, written] of text.split('\n').entries()) {
    const line = written.trim();
    if (line === '' || line.startsWith('#')) continue;
    const colon = line.indexOf(':');
    if (colon === -1) {
      if (isStrict) throw new AliasError(`line ${index + 1}: missing ':' in line`);
      continue;
    }
    const name = plainName(line.slice(0, colon).trim());
    // the last line of a name counts
    aliases.set(name, destinationsIn(line.slice(colon + 1).trim(), domain));
  }
  return aliases;
}

/** The name by which a user is known: what follows a + does not count, nor do dots, nor case. */
export function plainName(user: string): string {
  const lower = user.toLowerCase();
  return lower.replace(/(?!^)\+.*$/, '').replaceAll('.', '');
}

/** How an address is resolved: by the users and aliases of local domains. */
export interface Directory {
  /** undefined: the domain is not local. */
  aliasesOf(domain: string): Aliases | undefined;
  hasUser(address: string): boolean;
}

/** All that an address leads to at last. Throws AliasError where that has no end. */
export function resolveAliases(address: string, directory: Directory, depth = 0): readonly Destination[] {
  if (depth > deepest) throw new AliasError('recursion limit exceeded');
  const { user, domain } = partsOf(address);
  const aliases = directory.aliasesOf(domain);
  const own: Destination = { kind: 'email', address };
  if (aliases === undefined) return [own];
  const exact = aliases.get(plainName(user));
  // why: the catch-all does not take mail from a user that there is
  const found = exact ?? (directory.hasUser(address) ? undefined : aliases.get('*'));
  if (found === undefined) return [{ kind: 'email', address: `${plainName(user)}@${domain}` }];
  return found.flatMap((destination) => {
    if (destination.kind !== 'email') return [destination];
    const isItself = destination.address.toLowerCase() === address.toLowerCase();
    return isItself ? [destination] : resolveAliases(destination.address, directory, depth + 1);
  });
}

/** The parts of an address on both sides of the last @, the domain in lower case. */
export function partsOf(address: string): { readonly user: string; readonly domain: string } {
  const at = address.lastIndexOf('@');
  if (at === -1) return { user: address, domain: '' };
  return { user: address.slice(0, at), domain: address.slice(at + 1).toLowerCase() };
}

function destinationsIn(text: string, domain: string): readonly Destination[] {
  if (text.startsWith('|')) return [{ kind: 'pipe', command: text.slice(1).trim() }];
  return text.split(',').flatMap((piece): readonly Destination[] => {
    const [written = '', via] = piece.trim().split(/\s+via\s+/);
    if (written === '') return [];
    const address = written.includes('@') ? written : `${plainName(written)}@${domain}`;
    return [via === undefined ? { kind: 'email', address } : { kind: 'forward', address, via: via.split('/') }];
  });
}
