import { BrevduvaError } from '../../error.ts';
import { addressesOf, places } from './addresses.ts';
import type { ZoneRecord } from './dns/record.ts';
import { quotedStrings } from './dns/record.ts';
import { reverseName } from './dns/reverse.ts';
import type { NetworkFaultName } from './fault-names.ts';
import type { Internet } from './internet.ts';

/** What a fault needs of the world. */
export interface FaultPlace {
  readonly internet: Pick<Internet, 'network' | 'zones' | 'registrar' | 'resolvers' | 'settle'>;
  /** The server's full name. */
  readonly serverName: string;
}

/** There is nothing that could be broken so. */
export class FaultError extends BrevduvaError {}

const smtpPort = 25;

/** Breaks it; the result puts it back as it was. Throws FaultError, and has changed nothing then. */
export function breakNetwork(name: NetworkFaultName, place: FaultPlace): () => void {
  const { internet, serverName } = place;
  const { domain } = internet.registrar;
  const { ipv4, ipv6 } = places.server;
  const text = (value: string): ZoneRecord => ({ name: domain, type: 'TXT', value });
  switch (name) {
    case 'outbound-25-blocked': {
      const own: readonly string[] = addressesOf(places.server);
      return internet.network.block(({ from, port }) =>
        own.includes(from) && port === smtpPort ? 'silence' : undefined,
      );
    }
    case 'ptr-missing':
      return replace(
        place,
        [...recordsAt(place, reverseName(ipv4), 'PTR'), ...recordsAt(place, reverseName(ipv6), 'PTR')],
        [],
      );
    case 'ptr-of-ipv6-missing':
      return replace(place, recordsAt(place, reverseName(ipv6), 'PTR'), []);
    case 'aaaa-wrong':
      return replace(place, recordsAt(place, serverName, 'AAAA'), [
        { name: serverName, type: 'AAAA', value: places.gmail.ipv6 },
      ]);
    case 'behind-proxy':
      return replace(place, recordsAt(place, serverName, 'A'), [
        { name: serverName, type: 'A', value: places.acme.ipv4 },
      ]);
    case 'dkim-cut-off': {
      const key = keyOf(place);
      const whole = Array.from(key.value.matchAll(/"([^"]*)"/g), ([, piece = '']) => piece).join('');
      return replace(place, [key], [{ ...key, value: quotedStrings(whole.slice(0, 255)) }]);
    }
    case 'dkim-name-doubled': {
      const key = keyOf(place);
      return replace(place, [key], [{ ...key, name: `${key.name}.${domain}` }]);
    }
    case 'dkim-name-bare': {
      const key = keyOf(place);
      return replace(place, [key], [{ ...key, name: key.name.replace('_domainkey', 'domainkey') }]);
    }
    case 'spf-missing':
      return replace(place, spfOf(place), []);
    case 'spf-without-ipv6':
      return replace(place, spfOf(place), [text(`"v=spf1 ip4:${ipv4} ~all"`)]);
    case 'spf-twice':
      return replace(place, spfOf(place), [
        text(`"v=spf1 a:${serverName} ~all"`),
        text(`"v=spf1 ip4:${ipv4} ip6:${ipv6} -all"`),
      ]);
    case 'spf-too-deep': {
      const names = Array.from({ length: 11 }, (_, at) => `s${at}.${domain}`);
      const includes = names.map((each) => `include:${each}`).join(' ');
      return replace(place, spfOf(place), [
        text(quotedStrings(`v=spf1 a:${serverName} ${includes} ~all`)),
        ...names.map((each): ZoneRecord => ({ name: each, type: 'TXT', value: '"v=spf1 ip4:192.0.2.1 -all"' })),
      ]);
    }
    case 'spf-not-everywhere':
      return hide(place, spfOf(place));
    case 'dmarc-reports-unasked': {
      const at = `_dmarc.${domain}`;
      const value = '"v=DMARC1; p=none; rua=mailto:reports@example.net"';
      return replace(place, recordsAt(place, at, 'TXT'), [{ name: at, type: 'TXT', value }]);
    }
    case 'address-listed': {
      const listed = `${ipv4.split('.').reverse().join('.')}.zen.spamhaus.org`;
      return replace(place, [], [{ name: listed, type: 'A', value: '127.0.0.2' }]);
    }
    case 'blocklist-refuses': {
      const tried = '2.0.0.127.zen.spamhaus.org';
      return replace(place, recordsAt(place, tried, 'A'), [{ name: tried, type: 'A', value: '127.255.255.254' }]);
    }
    default:
      return name satisfies never;
  }
}

/** Puts records in the place of others, everywhere at once. */
function replace({ internet }: FaultPlace, those: readonly ZoneRecord[], others: readonly ZoneRecord[]): () => void {
  const swap = (gone: readonly ZoneRecord[], come: readonly ZoneRecord[]): void => {
    for (const record of gone) internet.zones.retract(record);
    for (const record of come) internet.zones.publish(record);
    internet.settle();
  };
  swap(those, others);
  return () => swap(others, those);
}

/** Publishes records anew, after every resolver has seen that there are none. */
function hide(place: FaultPlace, records: readonly ZoneRecord[]): () => void {
  const { internet } = place;
  replace(place, records, []);
  for (const { name, type } of records) for (const resolver of internet.resolvers) resolver.reply({ name, type });
  for (const record of records) internet.zones.publish(record);
  return () => internet.settle();
}

/** Throws FaultError where there are none. */
function recordsAt({ internet }: FaultPlace, name: string, type: ZoneRecord['type']): readonly ZoneRecord[] {
  const found = internet.zones.at(name, type);
  if (found.length > 0) return found;
  throw new FaultError({
    sentence: `There is no ${type} record at ${name} that could be damaged.`,
    remedy: 'Publish it first.',
  });
}

function spfOf(place: FaultPlace): readonly ZoneRecord[] {
  const { domain } = place.internet.registrar;
  const found = recordsAt(place, domain, 'TXT').filter(({ value }) => value.startsWith('"v=spf1'));
  if (found.length > 0) return found;
  throw new FaultError({
    sentence: `There is no SPF record at ${domain} that could be damaged.`,
    remedy: 'Publish it first.',
  });
}

function keyOf({ internet }: FaultPlace): ZoneRecord {
  const found = internet.registrar.list().find(({ name, type }) => type === 'TXT' && name.includes('._domainkey.'));
  if (found !== undefined) return found;
  throw new FaultError({ sentence: 'There is no DKIM key that could be damaged.', remedy: 'Publish it first.' });
}
