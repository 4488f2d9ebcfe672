import { createHmac, randomBytes } from 'node:crypto';
import { keyTypeOf } from './host-key.ts';

/** One line of a known_hosts file that names a key (sshd(8), SSH_KNOWN_HOSTS FILE FORMAT). */
export interface KnownHostLine {
  readonly marker: 'none' | 'revoked' | 'cert-authority';
  /** As written: patterns parted by commas, or one `|1|salt|hash`. */
  readonly hosts: string;
  readonly type: string;
  /** The public key in SSH's wire format. */
  readonly blob: Buffer;
}

/** What a known_hosts file says, and how many of its lines could not be read. */
export interface KnownHosts {
  readonly lines: readonly KnownHostLine[];
  readonly malformed: number;
}

/** What the known_hosts files together say about a key that a server showed. */
export type KeyStanding =
  | { readonly kind: 'trusted' }
  | { readonly kind: 'unknown' }
  /** The host is known by another key; `known` is the one to show beside the new. */
  | { readonly kind: 'changed'; readonly known: Buffer }
  | { readonly kind: 'revoked' };

/** Reads a known_hosts file. A line that cannot be read is counted and proves nothing; it never makes a key trusted. */
export function parseKnownHosts(text: string): KnownHosts {
  const lines: KnownHostLine[] = [];
  let malformed = 0;
  for (const raw of text.split(/\r?\n/)) {
    const line = raw.trim();
    if (line === '' || line.startsWith('#')) continue;
    const parsed = parseLine(line);
    if (parsed === undefined) malformed += 1;
    else lines.push(parsed);
  }
  return { lines, malformed };
}

function parseLine(line: string): KnownHostLine | undefined {
  const fields = line.split(/[ \t]+/);
  const marker = markerOf(fields[0] ?? '');
  if (marker === undefined) return undefined;
  const [hosts, type, base64] = marker === 'none' ? fields : fields.slice(1);
  if (hosts === undefined || type === undefined || base64 === undefined) return undefined;
  if (hosts.startsWith('|') && !/^\|1\|[A-Za-z0-9+/]+=*\|[A-Za-z0-9+/]+=*$/.test(hosts)) return undefined;
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(base64)) return undefined;
  const blob = Buffer.from(base64, 'base64');
  // A key whose own name differs from the line's is not the key that the line means.
  return keyTypeOf(blob) === type ? { marker, hosts, type, blob } : undefined;
}

function markerOf(field: string): KnownHostLine['marker'] | undefined {
  if (!field.startsWith('@')) return 'none';
  if (field === '@revoked') return 'revoked';
  return field === '@cert-authority' ? 'cert-authority' : undefined;
}

/** The name under which OpenSSH files a host: `name`, or `[name]:port` where the port is not 22. Lower case. */
export function knownHostsName(host: string, port: number): string {
  const name = host.toLowerCase();
  return port === 22 ? name : `[${name}]:${port}`;
}

/** Whether a line's host field means `name` (ssh_config(5), PATTERNS: `*`, `?`, and `!` which rules the line out). */
export function hostsFieldMatches(hosts: string, name: string): boolean {
  if (hosts.startsWith('|')) return hashMatches(hosts, name);
  let isMatch = false;
  for (const pattern of hosts.split(',')) {
    const isNegated = pattern.startsWith('!');
    if (!patternMatches(isNegated ? pattern.slice(1) : pattern, name)) continue;
    if (isNegated) return false;
    isMatch = true;
  }
  return isMatch;
}

function patternMatches(pattern: string, name: string): boolean {
  const source = pattern
    .toLowerCase()
    .replaceAll(/[.+^${}()|[\]\\/]/g, '\\$&')
    .replaceAll(/\*+/g, '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`, 's').test(name);
}

function hashMatches(hosts: string, name: string): boolean {
  const [, , salt = '', hash = ''] = hosts.split('|');
  return hmac(Buffer.from(salt, 'base64'), name).equals(Buffer.from(hash, 'base64'));
}

function hmac(salt: Buffer, name: string): Buffer {
  return createHmac('sha1', salt).update(name).digest();
}

/** The host field that OpenSSH writes under HashKnownHosts: `|1|salt|HMAC-SHA1(salt, name)`. */
export function hashedHostsField(name: string): string {
  const salt = randomBytes(20);
  return `|1|${salt.toString('base64')}|${hmac(salt, name).toString('base64')}`;
}

/**
 * How a key that a server showed stands. Any line with that very key makes it trusted, unless one revokes it.
 * Unlike OpenSSH, a host that is known by a key of another type only counts as changed, not as new: the known types
 * were asked for first, so a server that shows another has lost its key, or is another server.
 */
export function standingOf(lines: readonly KnownHostLine[], host: string, port: number, blob: Buffer): KeyStanding {
  const name = knownHostsName(host, port);
  const matching = lines.filter((line) => hostsFieldMatches(line.hosts, name));
  const plainNamed = port === 22 ? [] : lines.filter((line) => hostsFieldMatches(line.hosts, knownHostsName(host, 22)));
  const isRevoked = [...matching, ...plainNamed].some((line) => line.marker === 'revoked' && line.blob.equals(blob));
  if (isRevoked) return { kind: 'revoked' };

  const pinned = matching.filter((line) => line.marker === 'none');
  if (pinned.some((line) => line.blob.equals(blob))) return { kind: 'trusted' };
  const type = keyTypeOf(blob);
  const known = pinned.find((line) => line.type === type) ?? pinned[0];
  if (known !== undefined) return { kind: 'changed', known: known.blob };

  // As OpenSSH: a host on another port is also known by the very key that its name has without a port.
  const isKnownWithoutPort = plainNamed.some((line) => line.marker === 'none' && line.blob.equals(blob));
  return isKnownWithoutPort ? { kind: 'trusted' } : { kind: 'unknown' };
}

/** The types of key that a host is known by, in the order of the files. */
export function knownTypes(lines: readonly KnownHostLine[], host: string, port: number): readonly string[] {
  const names = [knownHostsName(host, port), knownHostsName(host, 22)];
  for (const name of names) {
    const types = lines
      .filter((line) => line.marker === 'none' && hostsFieldMatches(line.hosts, name))
      .map(({ type }) => type);
    if (types.length > 0) return [...new Set(types)];
  }
  return [];
}

/**
 * A known_hosts text that no longer pins `name` by an entry of its own. Only `name` is forgotten: other names of the
 * same line stay, as do comments, revocations, certificate authorities, unreadable lines, and patterns, which may
 * mean other hosts too.
 */
export function withoutHost(text: string, name: string): string {
  const kept = text.split('\n').flatMap((raw) => {
    const parsed = parseLine(raw.trim());
    if (raw.trim().startsWith('#') || parsed === undefined || parsed.marker !== 'none') return [raw];
    if (parsed.hosts.startsWith('|')) return hashMatches(parsed.hosts, name) ? [] : [raw];
    const others = parsed.hosts.split(',').filter((pattern) => pattern.toLowerCase() !== name);
    if (others.length === 0) return [];
    return [raw.replace(parsed.hosts, () => others.join(','))];
  });
  return kept.join('\n');
}
