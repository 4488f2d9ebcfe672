import { Resolver as NodeResolver } from 'node:dns/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RecordError } from '../../../src/practice/network/dns/record.ts';
import { reverseName } from '../../../src/practice/network/dns/reverse.ts';
import { type Internet, startInternet } from '../../../src/practice/network/internet.ts';
import { runTypedProbe } from '../../../src/probe/probe.ts';
import type { DnsSpec } from '../../../src/probe/spec/dns.ts';
import { dnsSpec } from '../../../src/probe/spec/dns.ts';
import { practiceContext } from './probing.ts';

/** What the zones are asked by, as a panel's list has it. */
const smtp = { name: 'smtp', type: 'A', value: '203.0.113.10' } as const;

let clock = 1_000_000;
let internet: Internet;

beforeEach(async () => {
  clock = 1_000_000;
  internet = await startInternet({ now: () => clock, ttl: 60, propagation: 30 });
});
afterEach(() => internet.close());

async function probe(spec: Partial<DnsSpec>): Promise<string[]> {
  const evidence = await runTypedProbe({ kind: 'dns', spec: dnsSpec.parse(spec) }, practiceContext(internet));
  return evidence.map(({ vantage, verdict }) => `${vantage.split(/[ ,]/)[0]}: ${verdict}`);
}

const wanted = { name: 'smtp.example.com', type: 'A', is: '203.0.113.10', from: ['authority', 'public'] } as const;

describe('the names of the practice world', () => {
  it('are at the zone’s own name servers before they are everywhere', async () => {
    internet.registrar.add(smtp);
    expect(await probe({ ...wanted, from: ['authority'] })).toEqual(['authority: true']);
    expect(await probe({ ...wanted, from: ['public'] })).toEqual(['public: not-yet']);
  });

  it('are remembered as missing by resolvers until that answer is too old', async () => {
    expect(await probe({ ...wanted, from: ['authority'] })).toEqual(['authority: false']);
    await probe({ ...wanted, from: ['public'] });
    internet.registrar.add(smtp);
    clock += 31_000;
    expect(await probe({ ...wanted, from: ['public'] })).toEqual(['public: not-yet']);
    clock += 60_000;
    expect(await probe({ ...wanted, from: ['public'] })).toEqual(['public: true']);
  });

  it('are seen to be wrong where a record is', async () => {
    internet.registrar.add({ ...smtp, value: '203.0.113.99' });
    clock += 31_000;
    expect(await probe({ ...wanted, from: ['authority', 'public'] })).toEqual(['authority: false', 'public: false']);
  });

  it('are silent, broken or without TCP where a fault says so', async () => {
    internet.registrar.add(smtp);
    clock += 31_000;
    for (const fault of ['servfail', 'silence'] as const) {
      internet.dnsFaults.set('example.com', fault);
      expect(await probe({ ...wanted, from: ['public'] })).toEqual(['public: unknown']);
    }
  });

  it('answer other programs too, in full over TCP where UDP is too small', async () => {
    const long = 'k'.repeat(3_000);
    internet.registrar.add({ name: 'long', type: 'TXT', value: long });
    internet.registrar.add({ name: '203.0.113.10', type: 'PTR', value: 'smtp.example.com' });
    internet.registrar.add({ name: '', type: 'MX', value: 'smtp.example.com', priority: 10 });
    internet.registrar.add({ name: '', type: 'CAA', value: '0 issue "letsencrypt.org"' });
    clock += 31_000;
    const asker = new NodeResolver({ timeout: 200, tries: 1 });
    const route = internet.reachFromOutside('198.51.100.54', 53);
    asker.setServers([`127.0.0.1:${route.kind === 'open' ? route.port : 0}`]);
    expect((await asker.resolveTxt('long.example.com')).map((strings) => strings.join(''))).toEqual([long]);
    expect(await asker.reverse('203.0.113.10')).toEqual(['smtp.example.com']);
    // Node 24 tells the type of the record as well.
    expect(await asker.resolveMx('example.com')).toMatchObject([{ exchange: 'smtp.example.com', priority: 10 }]);
    expect(await asker.resolveCaa('example.com')).toMatchObject([{ issue: 'letsencrypt.org' }]);
    await expect(asker.resolve4('nobody.example.com')).rejects.toMatchObject({ code: 'ENOTFOUND' });
    await expect(asker.resolve6('long.example.com')).rejects.toMatchObject({ code: 'ENODATA' });

    internet.dnsFaults.set('example.com', 'no-tcp');
    await expect(asker.resolveTxt('long.example.com')).rejects.toMatchObject({ code: 'ETIMEOUT' });
    expect(await asker.resolveMx('example.com')).toHaveLength(1);
  });

  it('have a reverse name for both families', () => {
    expect(reverseName('203.0.113.10')).toBe('10.113.0.203.in-addr.arpa');
    expect(reverseName('2001:db8:113::10')).toBe(
      '0.1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.3.1.1.0.8.b.d.0.1.0.0.2.ip6.arpa',
    );
  });
});

describe('the panel of the practice provider', () => {
  it('adds the domain to a full name without a last dot, and not to one with it', () => {
    expect(internet.registrar.add({ ...smtp, name: 'smtp.example.com' }).name).toBe('smtp.example.com.example.com');
    expect(internet.registrar.add({ ...smtp, name: 'smtp.example.com.' }).name).toBe('smtp.example.com');
    expect(internet.registrar.add({ ...smtp, name: '@' }).name).toBe('example.com');
  });

  it('keeps quotes that were typed as part of a text', () => {
    internet.registrar.add({ name: '', type: 'TXT', value: '"v=spf1 -all"' });
    const [answer] = internet.zones.reply({ name: 'example.com', type: 'TXT' }).answers;
    expect(answer?.type === 'TXT' ? `${answer.data}` : '').toBe('"v=spf1 -all"');
  });

  it('splits, cuts or refuses a text that is too long for one string', () => {
    const key = `v=DKIM1; p=${'A'.repeat(392)}`;
    const { registrar } = internet;
    expect(registrar.add({ name: 'one', type: 'TXT', value: key }).value).toBe(
      `"${key.slice(0, 255)}" "${key.slice(255)}"`,
    );
    registrar.longTexts = 'cut';
    expect(registrar.add({ name: 'two', type: 'TXT', value: key }).value).toBe(`"${key.slice(0, 255)}"`);
    registrar.longTexts = 'refuse';
    expect(() => registrar.add({ name: 'three', type: 'TXT', value: key })).toThrow(RecordError);
  });

  it('gives an address one reverse name, the last that was set', () => {
    internet.registrar.add({ name: '2001:db8:113::10', type: 'PTR', value: 'vmi1.contaboserver.example' });
    internet.registrar.add({ name: '2001:db8:113::10', type: 'PTR', value: 'smtp.example.com' });
    const found = internet.zones.at(reverseName('2001:db8:113::10'), 'PTR');
    expect(found.map(({ value }) => value)).toEqual(['smtp.example.com.']);
  });

  it('refuses in a sentence what can be no record, and lists what is one', () => {
    expect(() => internet.registrar.add({ ...smtp, value: '203.0.113.300' })).toThrow('cannot be the value');
    expect(() => internet.registrar.add({ ...smtp, name: 'smtp.other.test.' })).toThrow('is not in example.com');
    const record = internet.registrar.add(smtp);
    expect(internet.registrar.list()).toEqual([record]);
    internet.registrar.remove(record);
    expect(internet.registrar.list()).toEqual([]);
  });
});
