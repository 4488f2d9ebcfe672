import { isIP } from 'node:net';
import { bareName, longestString, quotedStrings, RecordError, type RecordType, type ZoneRecord } from './record.ts';
import { reverseName } from './reverse.ts';
import { reverseZone4, reverseZone6 } from './seeds.ts';
import type { Zones } from './zones.ts';

/** What is typed into the fields of a provider's panel. */
export interface Entry {
  /** Relative to the domain, unless it has a last dot; empty or `@` for the domain itself. For PTR an IP address. */
  readonly name: string;
  readonly type: RecordType;
  readonly value: string;
  /** Only for MX and SRV, where it is not typed before the value. */
  readonly priority?: number;
  /** Seconds. */
  readonly ttl?: number;
}

/** How a panel takes a text that is longer than one string of a TXT record may be. */
export type LongTexts = 'split' | 'cut' | 'refuse';

/**
 * A provider's panel for one domain and the addresses of a server. It does what is typed, as such panels do, so that
 * the usual mistakes can be made: a full name without a last dot gets the domain once more; quotes become part of a
 * text; a long text may be cut.
 */
export class Registrar {
  readonly domain: string;
  longTexts: LongTexts = 'split';
  readonly #zones: Zones;

  constructor(zones: Zones, domain: string) {
    this.#zones = zones;
    this.domain = bareName(domain);
  }

  /** Publishes an entry, and returns the record that came of it. Throws RecordError where it makes no sense. */
  add(entry: Entry): ZoneRecord {
    const record = {
      name: entry.type === 'PTR' && isIP(entry.name) !== 0 ? reverseName(entry.name) : this.#nameOf(entry.name),
      type: entry.type,
      value: this.#valueOf(entry),
      ...(entry.ttl === undefined ? {} : { ttl: entry.ttl }),
    };
    // an address has one reverse name in such a panel
    if (entry.type === 'PTR') this.#zones.retract({ name: record.name, type: 'PTR' });
    this.#zones.publish(record);
    return record;
  }

  /** Takes a record away that stands in the list. */
  remove(record: ZoneRecord): void {
    this.#zones.retract(record);
  }

  /** What stands in the domain and in the reverse zones, but for what the provider put there. */
  list(): readonly ZoneRecord[] {
    const apexes = [this.domain, reverseZone4, reverseZone6];
    const isOwn = ({ name, type }: ZoneRecord) => !(apexes.includes(name) && (type === 'SOA' || type === 'NS'));
    return apexes.flatMap((apex) => this.#zones.in(apex)).filter(isOwn);
  }

  #nameOf(typed: string): string {
    const name = typed.trim();
    if (name === '' || name === '@') return this.domain;
    if (!name.endsWith('.')) return bareName(`${name}.${this.domain}`);
    const full = bareName(name);
    if (full === this.domain || full.endsWith(`.${this.domain}`)) return full;
    throw new RecordError({
      sentence: `${full} is not in ${this.domain}.`,
      remedy: `Give a name in ${this.domain}, such as smtp.`,
    });
  }

  #valueOf({ type, value, priority }: Entry): string {
    const typed = value.trim();
    switch (type) {
      case 'TXT':
        return quotedStrings(this.#shortened(typed));
      case 'CNAME':
      case 'NS':
      case 'PTR':
        return withDot(typed);
      case 'MX':
      case 'SRV':
        return withDot(priority === undefined ? typed : `${priority} ${typed}`);
      default:
        return typed;
    }
  }

  #shortened(text: string): string {
    if (text.length <= longestString || this.longTexts === 'split') return text;
    if (this.longTexts === 'cut') return text.slice(0, longestString);
    throw new RecordError({
      sentence: `The value has ${text.length} characters; this panel takes ${longestString} at most.`,
      remedy: 'Ask the provider for a panel that takes longer texts, or use a shorter key.',
    });
  }
}

function withDot(name: string): string {
  return name.endsWith('.') ? name : `${name}.`;
}
