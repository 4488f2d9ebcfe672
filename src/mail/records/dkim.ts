import { canonicalName } from '../domains.ts';
import type { Finding } from '../finding.ts';
import { findingsAbout } from '../finding.ts';
import type { TagList } from '../tag-list.ts';
import { repeatedTags, tagListOf, tagOf } from '../tag-list.ts';
import { readPublishedKey } from './dkim-key.ts';
import { shortened } from './only-one.ts';

const dkim = findingsAbout('dkim');

/** Where a DKIM key is published. */
export interface DkimPlace {
  readonly selector: string;
  readonly domain: string;
}

/** TXT records at a name where a key is found by mistake. */
export interface MisplacedRecords {
  readonly name: string;
  readonly records: readonly string[];
}

/** RFC 8301 §3.2: less is refused; RFC 8301 and Gmail recommend the other. */
const fewestBits = 1024;
const enoughBits = 2048;

/** The name that a key must have in the DNS. */
export function dkimName({ selector, domain }: DkimPlace): string {
  return `${selector}._domainkey.${canonicalName(domain)}`;
}

/** Names under which a key lands when a panel adds the domain once more, or when the underscore is forgotten. */
export function mistakenDkimNames({ selector, domain }: DkimPlace): readonly string[] {
  const zone = canonicalName(domain);
  return [`${selector}._domainkey.${zone}.${zone}`, `${selector}.domainkey.${zone}`];
}

/**
 * What is right and wrong with the TXT records (each with its strings joined) of `SELECTOR._domainkey.DOMAIN`: RFC 6376
 * §3.6.1, RFC 8301, RFC 8463. `misplaced`: what was found at the names of `mistakenDkimNames`, where that was looked at.
 */
export function lintDkim(
  records: readonly string[],
  place: DkimPlace,
  misplaced: readonly MisplacedRecords[] = [],
): readonly Finding[] {
  const name = dkimName(place);
  if (/_domainkey/i.test(place.selector)) {
    const selector = place.selector.replace(/\._domainkey.*$/i, '');
    return [
      dkim.bad(`“${place.selector}” is no selector: it has _domainkey in it.`, `The selector is only ${selector}`),
    ];
  }
  const keys = records.filter((record) => /(?:^|;)\s*["'“]?\s*(?:v\s*=\s*DKIM1|p\s*=)/i.test(record));
  const [record, second] = keys;
  if (record === undefined) return [missingKey(name, place, misplaced)];
  if (second !== undefined) {
    return [dkim.bad(`There are ${keys.length} keys at ${name}, and receivers take whichever they see.`, 'Keep one.')];
  }
  if (/["'“”\\]/.test(record)) {
    return [
      dkim.bad(
        `The key at ${name} has quotes or backslashes in it: ${shortened(record)}`,
        'Enter the value without them; the panel adds what the DNS needs.',
      ),
    ];
  }
  const tags = tagListOf(record);
  const found = [...tagFaults(tags), ...keyFindings(tags, name)];
  return found;
}

function missingKey(name: string, place: DkimPlace, misplaced: readonly MisplacedRecords[]): Finding {
  const elsewhere = misplaced.find(({ records }) => records.some((record) => /p\s*=/.test(record)))?.name;
  const short = `${place.selector}._domainkey`;
  if (elsewhere !== undefined) {
    return dkim.bad(
      `The key is published as ${elsewhere}, and must be at ${name}.`,
      `Enter only ${short} as the name: the panel adds the domain by itself.`,
    );
  }
  return dkim.bad(
    `There is no DKIM key at ${name}.`,
    `Publish it as a TXT record; most panels want ${short} as the name.`,
  );
}

function tagFaults(tags: TagList): readonly Finding[] {
  const found: Finding[] = [];
  const version = tagOf(tags, 'v');
  if (version !== undefined && (version !== 'DKIM1' || tags.tags[0]?.name !== 'v')) {
    found.push(
      dkim.bad(`The key’s version is “v=${version}”, or does not come first.`, 'Let the record begin with v=DKIM1;'),
    );
  }
  const repeated = repeatedTags(tags);
  if (repeated.length > 0) {
    found.push(dkim.bad(`The key has ${repeated.join(', ')} more than once (RFC 6376 §3.2).`, 'Keep one of each.'));
  }
  if (tags.strays.length > 0) {
    found.push(
      dkim.bad(`In the key, “${shortened(tags.strays[0] ?? '')}” is no name=value.`, 'Part the tags with semicolons.'),
    );
  }
  const hashes = listOf(tagOf(tags, 'h'));
  if (hashes.length > 0 && !hashes.includes('sha256')) {
    found.push(
      dkim.bad(`The key is only for ${hashes.join(', ')}, and SHA-256 is what counts (RFC 8301).`, 'Take h= out.'),
    );
  }
  const services = listOf(tagOf(tags, 's'));
  if (services.length > 0 && !services.includes('*') && !services.includes('email')) {
    found.push(dkim.bad(`The key is only for ${services.join(', ')}, not for mail.`, 'Take s= out.'));
  }
  if (listOf(tagOf(tags, 't')).includes('y')) {
    found.push(
      dkim.warning('The key says that it is only a test (t=y), and some receivers then disregard it.', 'Take t=y out.'),
    );
  }
  return found;
}

function keyFindings(tags: TagList, name: string): readonly Finding[] {
  const algorithm = (tagOf(tags, 'k') ?? 'rsa').toLowerCase();
  if (algorithm !== 'rsa' && algorithm !== 'ed25519') {
    return [dkim.bad(`The key is for “${algorithm}”, which there is not.`, 'Write k=rsa, or k=ed25519.')];
  }
  const text = tagOf(tags, 'p');
  if (text === undefined) return [dkim.bad(`There is no p= in the key at ${name}.`, 'Add p= and the public key.')];
  const key = readPublishedKey(text, algorithm);
  const whole =
    'Publish the whole value again; where the panel takes only 255 characters, in quoted parts of at most that.';
  switch (key.kind) {
    case 'revoked':
      return [dkim.bad(`The key at ${name} was taken back: p= is empty.`, 'Publish the public key of the one in use.')];
    case 'cut':
      return [dkim.bad(`The key at ${name} is cut off: ${key.bytes} of ${key.wanted} bytes are there.`, whole)];
    case 'unreadable':
      return [dkim.bad(`The key at ${name} cannot be read: ${key.why}.`, whole)];
    case 'ed25519':
      return [
        dkim.warning(
          `The key at ${name} is of Ed25519, which few receivers can check (RFC 8463).`,
          'Sign with a 2048-bit RSA key as well.',
        ),
      ];
    case 'rsa':
      return [rsaFinding(key.bits, name)];
    default:
      return key satisfies never;
  }
}

function rsaFinding(bits: number, name: string): Finding {
  const remedy = 'Make a new key of 2048 bits under a new selector.';
  if (bits < fewestBits) return dkim.bad(`The key at ${name} has ${bits} bits, which receivers refuse.`, remedy);
  if (bits < enoughBits) return dkim.warning(`The key at ${name} has ${bits} bits; 2048 are recommended.`, remedy);
  return dkim.good(`The key at ${name} is an RSA key of ${bits} bits.`);
}

/** A list parted by colons, in lower case. */
function listOf(value: string | undefined): readonly string[] {
  return (value ?? '')
    .toLowerCase()
    .split(':')
    .map((item) => item.trim())
    .filter((item) => item !== '');
}
