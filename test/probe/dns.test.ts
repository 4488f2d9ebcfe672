import type { Answer } from 'dns-packet';
import { afterEach, describe, expect, it } from 'vitest';
import type { PublishedRecord } from '../../src/probe/probe.ts';
import { DialError } from '../../src/remote/connection.ts';
import { hasIpv6Loopback } from '../ipv6-loopback.ts';
import { localTarget } from '../local-target.ts';
import type { DnsWorld, WorldParts } from './dns-world.ts';
import { aDnsWorld } from './dns-world.ts';
import { address, aZone, txt } from './dns-zone-of.ts';

let world: DnsWorld | undefined;
afterEach(async () => {
  await world?.stop();
  world = undefined;
});

async function given(parts: WorldParts): Promise<DnsWorld> {
  world = await aDnsWorld(parts);
  return world;
}

const right = { records: [address('mx.example.com', '192.0.2.1')] };
const wrong = { records: [address('mx.example.com', '192.0.2.9', 240)] };
const wanted: PublishedRecord = { name: 'mx.example.com', type: 'A', value: '192.0.2.1', ttl: 300 };

describe('the zone’s own name servers', () => {
  it('prove a record that they have, asked without recursion', async () => {
    const { probe, ns1 } = await given({ ns1: right });
    expect(await probe({ records: true, from: 'authority' }, { records: [wanted] })).toEqual([
      {
        probe: 'dns A mx.example.com',
        verdict: 'true',
        expected: '192.0.2.1',
        observed: '192.0.2.1',
        raw: 'ns1.example.com: 192.0.2.1 (TTL 300)',
        vantage: 'authority ns1.example.com',
        at: '2026-11-24T12:00:00.000Z',
      },
    ]);
    expect(ns1.asked).toMatchObject([{ name: 'mx.example.com', isRecursive: false }]);
  });

  it('say what is missing, and the remedy is the exact record', async () => {
    const { probe } = await given({});
    const [evidence] = await probe(
      { records: true, from: 'authority', remedy: 'Ask for help.' },
      {
        records: [{ name: 'example.com', type: 'MX', value: 'mx.example.com', ttl: 600, priority: 10 }],
      },
    );
    expect(evidence).toMatchObject({
      verdict: 'false',
      observed: 'ns1.example.com: there is no MX record',
      remedy: 'Publish: name example.com, type MX, value “10 mx.example.com”, TTL 600. Ask for help.',
    });
  });

  it('say what is published instead', async () => {
    const { probe } = await given({ ns1: wrong });
    const [evidence] = await probe({ records: true, from: 'authority' }, { records: [wanted] });
    expect(evidence).toMatchObject({
      verdict: 'false',
      observed: 'ns1.example.com: published is 192.0.2.9, wanted is 192.0.2.1',
      remedy:
        'Publish: name mx.example.com (where the panel adds the domain itself: mx), type A, value “192.0.2.1”, TTL 300.',
    });
  });

  it('are found above a name that does not exist, also over many labels', async () => {
    const { probe } = await given({});
    const [evidence] = await probe({ name: 'a.b.c.d.e.f.g.example.com', type: 'TXT', from: 'authority' });
    expect(evidence).toMatchObject({
      verdict: 'false',
      observed: 'ns1.example.com: there is no name a.b.c.d.e.f.g.example.com',
    });
  });

  it('are followed where an alias leads to another zone', async () => {
    const other = [...aZone('other.test', { 'ns1.other.test': '127.0.0.1' }), address('web.other.test', '192.0.2.1')];
    const alias: Answer = { type: 'CNAME', name: 'mx.example.com', ttl: 60, data: 'web.other.test' };
    const known = [alias, ...other];
    const { probe } = await given({ ns1: { records: known }, public1: { records: known } });
    const [evidence] = await probe({ records: true, from: 'authority' }, { records: [wanted] });
    expect(evidence).toMatchObject({ verdict: 'true', observed: '192.0.2.1 (through the alias web.other.test)' });
  });

  it('recognise a name that got the domain twice', async () => {
    const { probe } = await given({ ns1: { records: [address('mx.example.com.example.com', '192.0.2.1')] } });
    const [evidence] = await probe({ records: true, from: 'authority' }, { records: [wanted] });
    expect(evidence?.verdict).toBe('false');
    expect(evidence?.remedy).toMatch(
      /^It is published under mx\.example\.com\.example\.com: the panel adds the domain/,
    );
  });

  it('recognise quotes inside a text, and how to part a long one', async () => {
    const value = `v=DKIM1; k=rsa; p=${'A'.repeat(392)}`;
    const { probe } = await given({
      ns1: { records: [txt('s._domainkey.example.com', `"${value.slice(0, 200)}`, `${value.slice(200)}"`)] },
    });
    const [evidence] = await probe(
      { records: true, from: 'authority' },
      { records: [{ name: 's._domainkey.example.com', type: 'TXT', value, ttl: 300 }] },
    );
    expect(evidence?.verdict).toBe('false');
    expect(evidence?.remedy).toMatch(/^The value was published with quotes in it: enter it without them\. Publish: /);
    expect(evidence?.remedy).toContain(`"${value.slice(0, 255)}" "${value.slice(255)}"`);
  });

  it('prove that a record is absent', async () => {
    const { probe } = await given({ ns1: right });
    const [absent] = await probe({ name: '$FQDN', type: 'CNAME', absent: true, from: 'authority' });
    expect(absent).toMatchObject({
      verdict: 'true',
      expected: 'no CNAME record',
      observed: 'there is no CNAME record',
    });
    const [present] = await probe({ name: '$FQDN', type: 'A', absent: true, from: 'authority' });
    expect(present).toMatchObject({ verdict: 'false', remedy: 'Take the A record of mx.example.com away.' });
  });

  it('prove the reverse name of an address', async () => {
    const reverse = '2.0.192.in-addr.arpa';
    const zone = [
      ...aZone(reverse, { 'ns1.example.com': '127.0.0.1' }),
      { type: 'PTR', name: `1.${reverse}`, ttl: 60, data: 'mx.example.com' } as const,
    ];
    const { probe } = await given({ ns1: { records: zone }, public1: { records: zone } });
    const [evidence] = await probe({ name: '$IPV4', type: 'PTR', is: '$FQDN', from: 'authority' });
    expect(evidence).toMatchObject({ probe: 'dns PTR 192.0.2.1', verdict: 'true', observed: 'mx.example.com' });
    const [other] = await probe({ name: '$IPV4', type: 'PTR', is: 'other.example.com', from: 'authority' });
    expect(other?.verdict).toBe('false');
  });

  it('are unknown where they do not answer, never false', async () => {
    const { probe } = await given({ ns1: { silent: ['mx.example.com'] } });
    const [evidence] = await probe({ records: true, from: 'authority' }, { records: [wanted] });
    expect(evidence).toMatchObject({
      verdict: 'unknown',
      observed: 'no answer: ns1.example.com (no answer within 0.5 s)',
    });
  });

  it('are unknown where no resolver says which they are', async () => {
    const failing = { failing: { 'mx.example.com': 'SERVFAIL' } } as const;
    const { probe } = await given({ ns1: right, public1: failing, public2: failing, system: failing });
    const [evidence] = await probe({ records: true, from: 'authority' }, { records: [wanted] });
    expect(evidence).toMatchObject({ verdict: 'unknown' });
    expect(evidence?.observed).toMatch(/name servers were not found: 127\.0\.0\.1 answered SERVFAIL/);
  });

  it('are unknown where they do not know the zone', async () => {
    const { probe } = await given({ ns1: { ...right, failing: { 'mx.example.com': 'REFUSED' } } });
    const [evidence] = await probe({ records: true, from: 'authority' }, { records: [wanted] });
    expect(evidence).toMatchObject({
      verdict: 'unknown',
      observed: 'no answer: ns1.example.com (it answered REFUSED)',
    });
  });
});

describe.skipIf(!hasIpv6Loopback())('several name servers of a zone (needs the IPv6 loopback ::1)', () => {
  it('must all agree', async () => {
    const { probe } = await given({ ns1: right, ns2: right });
    const [evidence] = await probe({ records: true, from: 'authority' }, { records: [wanted] });
    expect(evidence).toMatchObject({ verdict: 'true', vantage: 'authority ns1.example.com, ns2.example.com' });
  });

  it('are “not yet” where some have it, and it is told which', async () => {
    const { probe } = await given({ ns1: right, ns2: wrong });
    const [evidence] = await probe({ records: true, from: 'authority' }, { records: [wanted] });
    expect(evidence).toMatchObject({
      verdict: 'not-yet',
      observed:
        'published at ns1.example.com, not yet seen at ns2.example.com: published is 192.0.2.9, wanted is 192.0.2.1',
    });
  });

  it('are a warning where one of them is broken', async () => {
    const { probe } = await given({ ns1: right, ns2: { ...right, silent: ['mx.example.com'] } });
    const [evidence] = await probe({ records: true, from: 'authority' }, { records: [wanted] });
    expect(evidence).toMatchObject({
      verdict: 'warning',
      observed: '192.0.2.1; no answer from ns2.example.com (no answer within 0.5 s)',
    });
  });
});

describe('public resolvers', () => {
  it('prove what all of them see', async () => {
    const { probe } = await given({ ns1: right, public1: right, public2: right });
    expect(await probe({ records: true }, { records: [wanted] })).toMatchObject([
      { verdict: 'true', vantage: 'authority ns1.example.com' },
      { verdict: 'true', vantage: 'public 127.0.0.1, 127.0.0.1' },
    ]);
  });

  it('are “not yet” while they remember an old answer, and say for how long', async () => {
    const { probe } = await given({ ns1: right, public1: wrong, public2: {} });
    const [, evidence] = await probe({ records: true }, { records: [wanted] });
    expect(evidence).toMatchObject({
      verdict: 'not-yet',
      observed:
        'published at the zone’s own name servers, not yet seen at 127.0.0.1: published is 192.0.2.9, wanted is 192.0.2.1; 127.0.0.1: there is no name mx.example.com (to wait: up to 600 s)',
    });
  });

  it('are “not yet” also where the guide did not ask the zone’s own name servers', async () => {
    const { probe } = await given({ ns1: right, public1: wrong, public2: wrong });
    const [evidence] = await probe({ records: true, from: 'public' }, { records: [wanted] });
    expect(evidence).toMatchObject({ verdict: 'not-yet' });
    expect(evidence?.observed).toMatch(/\(to wait: up to 240 s\)$/);
  });

  it('are false where it is not published at all', async () => {
    const { probe } = await given({ ns1: wrong, public1: wrong, public2: wrong });
    const [evidence] = await probe({ records: true, from: 'public' }, { records: [wanted] });
    expect(evidence).toMatchObject({
      verdict: 'false',
      observed: '127.0.0.1, 127.0.0.1: published is 192.0.2.9, wanted is 192.0.2.1',
    });
  });

  it('prove by those that answer, and are unknown where none does', async () => {
    const silent = { silent: ['mx.example.com'] };
    const { probe } = await given({ ns1: right, public1: silent, public2: right });
    const [some] = await probe({ records: true, from: 'public' }, { records: [wanted] });
    expect(some).toMatchObject({ verdict: 'true', vantage: 'public 127.0.0.1' });
    await world?.stop();
    const { probe: probeAgain } = await given({ ns1: right, public1: silent, public2: silent, system: right });
    const [none] = await probeAgain({ records: true, from: 'public' }, { records: [wanted] });
    expect(none?.verdict).toBe('unknown');
    expect(none?.remedy).toMatch(/port 53/);
  });
});

describe('the resolver of this machine, and of the target', () => {
  it('is asked from here', async () => {
    const { probe } = await given({ system: right });
    const [evidence] = await probe({ name: '$FQDN', type: 'A', from: 'here' });
    expect(evidence).toMatchObject({ verdict: 'true', expected: 'some A record', vantage: 'here 127.0.0.1' });
  });

  it('is asked from the target, through the line', async () => {
    const { probe, settings } = await given({ ns1: right });
    const connection = localTarget({
      onTheWay: (ran) => ({
        ...ran,
        stdout: Buffer.from('search test\nnameserver 127.0.0.1\nnameserver 192.0.2.53\n'),
      }),
    });
    const [evidence] = await probe({ name: '$FQDN', type: 'A', from: 'target' }, { connection });
    expect(settings.authorityPort).toBeGreaterThan(0);
    expect(evidence).toMatchObject({ verdict: 'true', observed: '192.0.2.1', vantage: 'target 127.0.0.1' });
  });

  it('is unknown from the target where sshd forbids forwarding, and where there is no line', async () => {
    const { probe } = await given({ ns1: right });
    const connection = localTarget({
      dialFails: new DialError('not-allowed', 'administratively prohibited'),
      onTheWay: (ran) => ({ ...ran, stdout: Buffer.from('nameserver 127.0.0.1\n') }),
    });
    const [forbidden] = await probe({ name: '$FQDN', type: 'A', from: 'target' }, { connection });
    expect(forbidden?.verdict).toBe('unknown');
    expect(forbidden?.remedy).toMatch(/AllowTcpForwarding/);
    const [noLine] = await probe({ name: '$FQDN', type: 'A', from: 'target' });
    expect(noLine?.verdict).toBe('unknown');
  });
});

describe('a probe of records', () => {
  it('groups what stands under one name, and looks from each vantage', async () => {
    const both = {
      records: [
        address('mx.example.com', '192.0.2.1'),
        address('mx.example.com', '192.0.2.2'),
        txt('example.com', 'v=spf1 -all'),
      ],
    };
    const { probe } = await given({ ns1: both, public1: both, public2: both });
    const evidence = await probe(
      { records: true },
      {
        records: [
          wanted,
          { ...wanted, name: 'MX.example.com', value: '192.0.2.2' },
          { name: 'example.com', type: 'TXT', value: 'v=spf1 -all', ttl: 300 },
        ],
      },
    );
    expect(evidence.map(({ probe: what, verdict, vantage }) => [what, verdict, vantage.split(' ')[0]])).toEqual([
      ['dns A mx.example.com', 'true', 'authority'],
      ['dns A mx.example.com', 'true', 'public'],
      ['dns TXT example.com', 'true', 'authority'],
      ['dns TXT example.com', 'true', 'public'],
    ]);
  });

  it('has no evidence where no record is wanted', async () => {
    const { probe } = await given({});
    expect(await probe({ records: true }, { records: [] })).toEqual([]);
  });

  it('is unknown where a name cannot be one', async () => {
    const { probe } = await given({});
    const [evidence] = await probe({ name: 'a..b', type: 'A' });
    expect(evidence).toMatchObject({ verdict: 'unknown', observed: '“a..b” cannot be a DNS name.' });
  });
});
