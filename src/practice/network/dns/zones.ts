import type { Answer } from 'dns-packet';
import { answerOf, bareName, type RecordType, type ZoneRecord } from './record.ts';

/** A zone, as it is when the world begins. */
export interface ZoneSeed {
  /** Without a last dot; empty for the root. */
  readonly apex: string;
  readonly records: readonly ZoneRecord[];
}

/** What a name server says to a question. */
export interface Reply {
  readonly rcode: 'NOERROR' | 'NXDOMAIN' | 'REFUSED' | 'SERVFAIL';
  readonly answers: readonly Answer[];
  /** The SOA of the zone, with an answer that there is nothing (RFC 2308 §3). */
  readonly authorities: readonly Answer[];
}

/** What is asked. */
export interface Asked {
  readonly name: string;
  readonly type: string;
}

/** A record that is, or was, published. Times are milliseconds. */
interface Published {
  readonly record: ZoneRecord;
  readonly from: number;
  until: number;
}

/** What a resolver follows before it gives up. */
const mostAliases = 8;

/**
 * All zones of the practice world, and what stood in them when: who looks with a delay sees what was published then.
 */
export class Zones {
  /** Seconds for which a record, or that there is none, may be remembered. */
  readonly ttl: number;
  readonly #apexes: readonly string[];
  #published: Published[];
  readonly #now: () => number;

  constructor(seeds: readonly ZoneSeed[], { now, ttl }: { readonly now: () => number; readonly ttl: number }) {
    this.ttl = ttl;
    this.#now = now;
    this.#apexes = seeds.map(({ apex }) => apex);
    this.#published = seeds.flatMap(({ records }) =>
      records.map((record) => ({ record, from: Number.NEGATIVE_INFINITY, until: Number.POSITIVE_INFINITY })),
    );
  }

  /** Adds a record; one that is there already stays once. Throws RecordError where its value makes no sense. */
  publish(record: ZoneRecord): void {
    answerOf(record, this.ttl);
    if (this.at(record.name, record.type).some(({ value }) => value === record.value)) return;
    const from = this.#now();
    this.#published.push({ record: { ...record, name: bareName(record.name) }, from, until: Number.POSITIVE_INFINITY });
  }

  /** Takes a record away, or all of that name and type. */
  retract({ name, type, value }: { readonly name: string; readonly type: RecordType; readonly value?: string }): void {
    for (const published of this.#standing(this.#now())) {
      const { record } = published;
      if (record.name === bareName(name) && record.type === type && (value === undefined || record.value === value)) {
        published.until = this.#now();
      }
    }
  }

  /** What is published now counts as published ever since, and what is not as never: also to who looks with a delay. */
  settle(): void {
    const ever = { from: Number.NEGATIVE_INFINITY, until: Number.POSITIVE_INFINITY };
    this.#published = this.#standing(this.#now()).map(({ record }) => ({ record, ...ever }));
  }

  /** What is published now at a name. */
  at(name: string, type: RecordType): readonly ZoneRecord[] {
    return this.#recordsAt(bareName(name), this.#now()).filter((record) => record.type === type);
  }

  /** What is published now in a zone. */
  in(apex: string): readonly ZoneRecord[] {
    return this.#standing(this.#now()).flatMap(({ record }) => (this.apexOf(record.name) === apex ? [record] : []));
  }

  /** The zone that a name is in; undefined where the world has none for it. */
  apexOf(name: string): string | undefined {
    const above = this.#apexes.filter((apex) => isAtOrBelow(bareName(name), apex));
    return above.sort((one, other) => other.length - one.length)[0];
  }

  /** What the name servers of a zone say, by what stood in it at that time (milliseconds); now without it. */
  reply({ name, type }: Asked, at = this.#now()): Reply {
    const apex = this.apexOf(name);
    if (apex === undefined) return { rcode: 'REFUSED', answers: [], authorities: [] };
    const answers: Answer[] = [];
    let owner = bareName(name);
    for (let hop = 0; hop < mostAliases; hop += 1) {
      const here = this.#recordsAt(owner, at);
      const found = here.filter((record) => record.type === type || type === 'ANY');
      const alias = found.length > 0 ? undefined : here.find((record) => record.type === 'CNAME');
      for (const record of alias === undefined ? found : [alias])
        answers.push(answerOf(record, record.ttl ?? this.ttl));
      if (alias === undefined) break;
      owner = bareName(alias.value);
      if (this.apexOf(owner) !== apex) break;
    }
    if (answers.length > 0) return { rcode: 'NOERROR', answers, authorities: [] };
    const soa = this.#recordsAt(apex, at).filter((record) => record.type === 'SOA');
    const authorities = soa.map((record) => answerOf(record, this.ttl));
    return { rcode: this.#exists(owner, at) ? 'NOERROR' : 'NXDOMAIN', answers, authorities };
  }

  /** Also a name that only has names below it exists (RFC 8020 §2). */
  #exists(name: string, at: number): boolean {
    return this.#standing(at).some(({ record }) => isAtOrBelow(record.name, name)) || this.#apexes.includes(name);
  }

  #recordsAt(name: string, at: number): readonly ZoneRecord[] {
    return this.#standing(at).flatMap(({ record }) => (record.name === name ? [record] : []));
  }

  #standing(at: number): readonly Published[] {
    return this.#published.filter(({ from, until }) => from <= at && at < until);
  }
}

function isAtOrBelow(name: string, apex: string): boolean {
  return apex === '' || name === apex || name.endsWith(`.${apex}`);
}
