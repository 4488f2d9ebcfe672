import type { Finding } from '../finding.ts';
import { findingsAbout } from '../finding.ts';

/** Whose certificate is wanted, and for what. */
export interface CaaQuestion {
  /** How the authority calls itself in such records: `letsencrypt.org`. */
  readonly authority: string;
  /** The name that is to stand in the certificate; it may begin with `*.`. */
  readonly name: string;
}

interface Property {
  readonly isCritical: boolean;
  /** `issue`, `issuewild`, `iodef`; in lower case, for case does not count (RFC 8659 §4.1). */
  readonly tag: string;
  readonly value: string;
}

const caa = findingsAbout('caa');
/** Tags that every authority knows (RFC 8659 §4). */
const knownTags = ['issue', 'issuewild', 'iodef'];

/**
 * Whether the CAA records at `owner`, which are those that count for the name, let the authority issue for it: RFC 8659 §4.
 * None at all forbid nothing. What a parameter restricts further (RFC 8657: an account, a method) is not judged.
 */
export function lintCaa(
  records: readonly string[],
  owner: string,
  { authority, name }: CaaQuestion,
): readonly Finding[] {
  if (records.length === 0) return [caa.good('There is no CAA record, which is allowed.')];
  const properties = records.flatMap((record) => propertyOf(record) ?? []);
  const foreign = properties.find(({ isCritical, tag }) => isCritical && !knownTags.includes(tag));
  if (foreign !== undefined) {
    return [
      caa.bad(
        `A CAA record of ${owner} has the tag ${foreign.tag} and is critical: an authority that does not know it issues nothing.`,
        `Give that record at ${owner} the flags 0, or take it away.`,
      ),
    ];
  }
  const issuers = (wanted: string) =>
    properties.filter(({ tag }) => tag === wanted).map(({ value }) => issuerOf(value));
  const isWildcard = name.startsWith('*.');
  const tag = isWildcard && issuers('issuewild').length > 0 ? 'issuewild' : 'issue';
  const allowed = issuers(tag);
  if (allowed.length === 0 || allowed.includes(authority.toLowerCase())) {
    return [caa.good(`The CAA records of ${owner} let ${authority} issue for ${name}.`)];
  }
  return [
    caa.bad(
      `The CAA records of ${owner} forbid ${authority} to issue for ${name}: ${records.join(', ')}.`,
      `Publish one more CAA record at ${owner}: 0 ${tag} "${authority}". Without it no certificate is given out or renewed.`,
    ),
  ];
}

/** A record as `0 issue "letsencrypt.org"`; undefined for what has another form. */
function propertyOf(record: string): Property | undefined {
  const [, flags, tag, value] = /^(\d+) (\S+) "(.*)"$/s.exec(record) ?? [];
  if (flags === undefined || tag === undefined || value === undefined) return undefined;
  return { isCritical: (Number(flags) & 128) !== 0, tag: tag.toLowerCase(), value };
}

/** The issuer in `letsencrypt.org; accounturi=…`; empty where nobody may issue (RFC 8659 §4.2). */
function issuerOf(value: string): string {
  const [issuer = ''] = value.split(';');
  return issuer.trim().toLowerCase().replace(/\.$/, '');
}
