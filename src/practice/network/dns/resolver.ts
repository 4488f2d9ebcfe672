import type { Answer } from 'dns-packet';
import { bareName } from './record.ts';
import type { Asked, Reply, Zones } from './zones.ts';

interface Remembered {
  readonly reply: Reply;
  /** Milliseconds. */
  readonly at: number;
}

/** A resolver fails to answer so (RFC 1035 §4.1.1), or says nothing. */
export type DnsFault = 'servfail' | 'silence' | 'no-tcp';

/** How far a resolver follows aliases from zone to zone. */
const mostAliases = 8;

/**
 * A resolver with a memory of its own: what it was told it tells again until its time is over, also that there is
 * nothing (RFC 2308 §5). What is new in a zone reaches it some time after the zone's own name servers have it.
 */
export class Resolver {
  readonly #zones: Zones;
  readonly #now: () => number;
  readonly #delayMs: number;
  readonly #memory = new Map<string, Remembered>();

  constructor(zones: Zones, { now, delayMs }: { readonly now: () => number; readonly delayMs: number }) {
    this.#zones = zones;
    this.#now = now;
    this.#delayMs = delayMs;
  }

  /** What it says to a question. */
  reply(asked: Asked): Reply {
    const answers: Answer[] = [];
    let name = asked.name;
    for (let hop = 0; hop < mostAliases; hop += 1) {
      const reply = this.#known({ name, type: asked.type });
      answers.push(...reply.answers);
      const last = answers.at(-1);
      const isAlias = last?.type === 'CNAME' && asked.type !== 'CNAME';
      if (!isAlias) return { ...reply, answers };
      name = last.data;
    }
    return { rcode: 'SERVFAIL', answers: [], authorities: [] };
  }

  /** The values of records, an empty list where there is none. */
  lookUp(name: string, type: 'A' | 'AAAA'): readonly string[] {
    return this.reply({ name, type }).answers.flatMap((answer) => (answer.type === type ? [answer.data] : []));
  }

  /** Empties its memory. */
  forget(): void {
    this.#memory.clear();
  }

  #known(asked: Asked): Reply {
    const key = `${asked.type} ${bareName(asked.name)}`;
    const now = this.#now();
    const remembered = this.#memory.get(key);
    const age = remembered === undefined ? 0 : Math.floor((now - remembered.at) / 1_000);
    if (remembered !== undefined && age < lifeOf(remembered.reply)) return aged(remembered.reply, age);
    const told = this.#zones.reply(asked, now - this.#delayMs);
    // why: nobody in the world serves that zone, which a resolver cannot tell from an error
    if (told.rcode === 'REFUSED') return { ...told, rcode: 'SERVFAIL' };
    this.#memory.set(key, { reply: told, at: now });
    return told;
  }
}

/** Seconds that a reply may be remembered. */
function lifeOf({ answers, authorities }: Reply): number {
  return Math.min(...[...answers, ...authorities].map((record) => ('ttl' in record ? (record.ttl ?? 0) : 0)));
}

function aged(reply: Reply, seconds: number): Reply {
  const older = (record: Answer): Answer =>
    'ttl' in record ? { ...record, ttl: (record.ttl ?? 0) - seconds } : record;
  return { ...reply, answers: reply.answers.map(older), authorities: reply.authorities.map(older) };
}
