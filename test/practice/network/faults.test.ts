import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { NetworkFaultName } from '../../../src/practice/network/fault-names.ts';
import { breakNetwork, FaultError } from '../../../src/practice/network/faults.ts';
import { type Internet, startInternet } from '../../../src/practice/network/internet.ts';
import type { PublishedRecord } from '../../../src/probe/context.ts';
import { runTypedProbe } from '../../../src/probe/probe.ts';
import { dnsSpec } from '../../../src/probe/spec/dns.ts';
import { mailSpec } from '../../../src/probe/spec/mail.ts';
import { aSigningKey, publishRecords } from './memory-host.ts';
import { practiceContext } from './probing.ts';

const key = aSigningKey();
const base64 = key.record.replace(/.*p=/, '');
let internet: Internet;

beforeEach(async () => {
  internet = await startInternet({ propagation: 3_600 });
  publishRecords(internet, key);
  internet.settle();
});
afterEach(() => internet.close());

const serverName = 'smtp.example.com';
const inject = (name: NetworkFaultName) => breakNetwork(name, { internet, serverName });

async function worst(kind: 'dns' | 'mail', spec: object, records: readonly PublishedRecord[] = []): Promise<string> {
  const values = { IPV4: '203.0.113.10', IPV6: '2001:db8:113::10', KEY: base64 };
  const context = practiceContext(internet, { values, records });
  const asked = kind === 'dns' ? { kind, spec: dnsSpec.parse(spec) } : { kind, spec: mailSpec.parse(spec) };
  const verdicts = (await runTypedProbe(asked, context)).map(({ verdict }) => verdict);
  return verdicts.every((verdict) => verdict === 'true')
    ? 'true'
    : (verdicts.find((verdict) => verdict !== 'true') ?? '');
}

const spf = () => worst('mail', { of: 'spf', domain: 'example.com', addresses: ['$IPV4', '$IPV6'] });
const dkim = () => worst('mail', { of: 'dkim', domain: 'example.com', selector: 'sel', key: '$KEY' });
const dmarc = () => worst('mail', { of: 'dmarc', domain: 'example.com' });
const record = (name: string, type: 'A' | 'AAAA' | 'PTR', is: string) => () =>
  worst('dns', { name, type, is, from: ['authority', 'public'] });

describe('a fault of the practice world', () => {
  it.each([
    ['ptr-missing', record('203.0.113.10', 'PTR', serverName), 'false'],
    ['ptr-of-ipv6-missing', record('2001:db8:113::10', 'PTR', serverName), 'false'],
    ['aaaa-wrong', record(serverName, 'AAAA', '2001:db8:113::10'), 'false'],
    ['behind-proxy', record(serverName, 'A', '203.0.113.10'), 'false'],
    ['dkim-cut-off', dkim, 'false'],
    ['dkim-name-doubled', dkim, 'false'],
    ['dkim-name-bare', dkim, 'false'],
    ['spf-missing', spf, 'false'],
    ['spf-without-ipv6', spf, 'false'],
    ['spf-twice', spf, 'false'],
    ['spf-too-deep', spf, 'false'],
    ['spf-not-everywhere', spf, 'not-yet'],
    ['dmarc-reports-unasked', dmarc, 'false'],
  ] as const)(
    '%s is seen by the probe that looks for it, and is gone when it is taken back',
    async (name, look, verdict) => {
      expect(await look()).toBe('true');
      const takeBack = inject(name);
      expect(await look()).toBe(verdict);
      takeBack();
      expect(await look()).toBe('true');
    },
  );

  it('lists the server, or has the blocklist refuse', async () => {
    const listed = '10.113.0.203.zen.spamhaus.org';
    for (const name of ['address-listed', 'blocklist-refuses'] as const) inject(name);
    expect(await internet.lookUp(listed, 4)).toEqual(['127.0.0.2']);
    expect(await internet.lookUp('2.0.0.127.zen.spamhaus.org', 4)).toEqual(['127.255.255.254']);
  });

  it('drops what the server sends to port 25, and nothing else', () => {
    const takeBack = inject('outbound-25-blocked');
    expect(internet.reach('198.51.100.25', 25)).toEqual({ kind: 'silence' });
    expect(internet.reach('2001:db8:100::25', 25)).toEqual({ kind: 'silence' });
    expect(internet.reach('198.51.100.25', 993).kind).toBe('open');
    expect(internet.reachFromOutside('198.51.100.25', 25).kind).toBe('open');
    takeBack();
    expect(internet.reach('198.51.100.25', 25).kind).toBe('open');
  });

  it('says in a sentence that there is nothing to break', () => {
    internet.zones.retract({ name: 'example.com', type: 'TXT' });
    expect(() => inject('spf-missing')).toThrow(FaultError);
  });
});
