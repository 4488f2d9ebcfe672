import { domainOf } from '../domains.ts';
import type { Finding } from '../finding.ts';
import { findingsAbout } from '../finding.ts';
import type { TagList } from '../tag-list.ts';
import { tagOf } from '../tag-list.ts';
import { shortened } from './only-one.ts';

const dmarc = findingsAbout('dmarc');

/** What is wrong with where reports go. */
export function reportFindings(tags: TagList, domain: string): readonly Finding[] {
  const rua = tagOf(tags, 'rua');
  const ruf = tagOf(tags, 'ruf');
  return [
    ...(rua === undefined
      ? [
          dmarc.warning(
            'The DMARC record asks for no reports, so nobody would tell what fails.',
            `Add rua=mailto: and an address that exists, such as rua=mailto:dmarc@${domain}`,
          ),
        ]
      : []),
    ...(ruf === undefined && tagOf(tags, 'fo') !== undefined
      ? [dmarc.warning('The DMARC record has fo=, which counts for nothing without ruf=.', 'Take fo= out.')]
      : []),
    ...uriFaults('rua', rua),
    ...uriFaults('ruf', ruf),
  ];
}

function uriFaults(tag: string, value: string | undefined): readonly Finding[] {
  if (value === undefined) return [];
  const uris = reportUris(value);
  if (uris.length === 0)
    return [dmarc.bad(`In the DMARC record, ${tag}= is empty.`, `Write ${tag}=mailto: and an address.`)];
  return uris.flatMap((uri) => {
    if (/![0-9]+[kmgt]?$/i.test(uri)) {
      return [
        dmarc.warning(
          `In the DMARC record, “${shortened(uri)}” has a size limit, which RFC 9989 took away.`,
          'Take out the exclamation mark and what follows it.',
        ),
      ];
    }
    if (mailDomain(uri) !== null) return [];
    const isBare = /^[^\s:@]+@[^\s@]+$/.test(uri);
    return [
      dmarc.bad(
        `In the DMARC record, ${tag}=${shortened(uri)} is no address that reports can be sent to.`,
        isBare ? `Write ${tag}=mailto:${uri}` : `Write ${tag}=mailto: and one address; several are parted by commas.`,
      ),
    ];
  });
}

/** The addresses in `rua=` or `ruf=`, as written: URIs parted by commas. */
export function reportUris(value: string | undefined): readonly string[] {
  return (value ?? '')
    .split(',')
    .map((uri) => uri.trim())
    .filter((uri) => uri !== '');
}

/** The domain of a `mailto:` URI; null for what is none. */
export function mailDomain(uri: string): string | null {
  const address = /^mailto:(?<address>[^\s@?!]+@[A-Za-z0-9._-]+)(?:[?!].*)?$/i.exec(uri)?.groups?.address;
  return address === undefined ? null : domainOf(address);
}
