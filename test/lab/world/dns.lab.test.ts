import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { plan } from '../addresses.ts';
import type { LabNetwork } from '../network.ts';
import { createLabNetwork } from '../network.ts';
import { publicResolvers, worldPlan } from './addresses.ts';
import type { NameServer } from './dns.ts';
import { startNameServer } from './dns.ts';
import type { Resolver } from './resolver.ts';
import { startResolver } from './resolver.ts';
import { reverseName4, reverseName6 } from './zones.ts';

let network: LabNetwork;
let authority: NameServer;
let resolver: Resolver;

/** What dig prints on the operator's machine. */
async function dig(...words: readonly string[]): Promise<string> {
  return (await network.host('operator').exec('dig', ['+tries=1', '+time=5', ...words])).out;
}

/** The operator's question to a server, or without one to the resolver that its system names. */
async function look(name: string, type: string, server?: string): Promise<readonly string[]> {
  const at = server === undefined ? [] : [`@${server}`];
  return (await dig(...at, '+short', `${name}.`, type)).split('\n').filter((line) => line !== '');
}

describe.skipIf(inject('noLabHere') !== '')('the world’s names', () => {
  beforeAll(async () => {
    network = await createLabNetwork();
    authority = await startNameServer(network);
    resolver = await startResolver(network, authority);
  });

  afterAll(() => network?.remove());

  describe('the name server', () => {
    it('speaks for the operator’s zone under both of its names, over IPv4 and IPv6', async () => {
      const { secondNameServer } = worldPlan;
      for (const server of [plan.authority.ipv4, plan.authority.ipv6, secondNameServer.ipv4, secondNameServer.ipv6]) {
        const answer = await dig(`@${server}`, '+norecurse', 'example.com.', 'NS');
        expect(answer).toMatch(/flags: qr aa;/);
        expect(answer).toMatch(/example\.com\.\s+\d+\s+IN\s+NS\s+ns1\.example\.net\./);
        expect(answer).toMatch(/example\.com\.\s+\d+\s+IN\s+NS\s+ns2\.example\.net\./);
      }
    });

    it('takes no update without the panel’s key', async () => {
      const input = `server ${plan.authority.ipv4}\nzone example.com.\nupdate add stolen.example.com. 60 A 192.0.2.1\nsend\n`;
      const ended = await network.host('operator').exec('nsupdate', [], { input, mayFail: true });
      expect(ended.status).not.toBe(0);
      expect(await authority.publishedNow('stolen.example.com', 'A')).toEqual([]);
    });

    it('knows the root, and so what does not exist at all', async () => {
      expect(await dig(`@${plan.authority.ipv4}`, '+norecurse', 'nothing.test.', 'A')).toMatch(/status: NXDOMAIN/);
    });
  });

  describe('the resolver', () => {
    it('is what the public resolvers’ addresses lead to', async () => {
      for (const address of [...publicResolvers.ipv4, ...publicResolvers.ipv6]) {
        expect(await look('gmail-smtp-in.l.google.com', 'A', address)).toEqual([plan.gmail.ipv4]);
      }
    });

    it('is what the operator’s machine asks by itself', async () => {
      expect(await look('gmail-smtp-in.l.google.com', 'AAAA')).toEqual([plan.gmail.ipv6]);
      expect(await look('6.ipw.cn', 'AAAA')).toEqual([worldPlan.echo.ipv6]);
      expect(await look('ipv6.icanhazip.com', 'AAAA')).toEqual([worldPlan.echo.ipv6]);
      expect(await look('6.ipw.cn', 'A')).toEqual([]);
    });

    it('vouches for what is signed, and only for that', async () => {
      expect(await dig('+dnssec', 'example.com.', 'SOA')).toMatch(/flags: qr rd ra ad;/);
      expect(await dig('+dnssec', 'nothing.example.com.', 'A')).toMatch(/flags: qr rd ra ad;/);
      expect(await dig('+dnssec', 'gmail-smtp-in.l.google.com.', 'A')).toMatch(/flags: qr rd ra;/);
    });
  });

  describe('an update at the provider’s panel', () => {
    it('is seen by the name server and the resolver, and gone when it is taken back', async () => {
      const record = { name: 'seen.example.com', type: 'TXT', value: '"v=spf1 -all"' };
      expect(await look(record.name, 'TXT')).toEqual([]);

      await authority.publish(record);
      await resolver.forget(record.name);
      expect(await authority.publishedNow(record.name, 'TXT')).toEqual([record.value]);
      expect(await look(record.name, 'TXT', plan.authority.ipv6)).toEqual([record.value]);
      expect(await look(record.name, 'TXT')).toEqual([record.value]);
      expect(await dig('+dnssec', `${record.name}.`, 'TXT')).toMatch(/flags: qr rd ra ad;/);

      await authority.retract(record);
      await resolver.forget(record.name);
      expect(await authority.publishedNow(record.name, 'TXT')).toEqual([]);
      expect(await look(record.name, 'TXT')).toEqual([]);
    });

    it('adds beside what is there, and takes one value away or all', async () => {
      const name = 'many.example.com';
      for (const value of ['192.0.2.1', '192.0.2.2', '192.0.2.3']) await authority.publish({ name, type: 'A', value });
      await authority.retract({ name, type: 'A', value: '192.0.2.2' });
      expect(await authority.publishedNow(name, 'A')).toEqual(['192.0.2.1', '192.0.2.3']);
      await authority.retract({ name, type: 'A' });
      expect(await authority.publishedNow(name, 'A')).toEqual([]);
    });

    it('gives the server’s addresses their names, forwards and backwards', async () => {
      const names = [reverseName4(plan.vps.ipv4), reverseName6(plan.vps.ipv6)];
      expect(names[0]).toBe('10.113.0.203.in-addr.arpa');
      for (const name of names) {
        expect(await look(name, 'PTR')).toEqual([]);
        await authority.publish({ name, type: 'PTR', value: 'smtp.example.com.' });
        await resolver.forget(name);
      }
      expect((await dig('+short', '-x', plan.vps.ipv4)).trim()).toBe('smtp.example.com.');
      expect((await dig('+short', '-x', plan.vps.ipv6)).trim()).toBe('smtp.example.com.');
    });
  });

  describe('the lab’s Internet', () => {
    it('has no way out', async () => {
      // 192.88.99.1 is of nobody's network any more (RFC 7526); the backbone must not know a way to it either.
      const { status, err } = await network.backbone.exec('ip', ['route', 'get', '192.88.99.1'], { mayFail: true });
      expect(status).not.toBe(0);
      expect(err).toMatch(/unreachable/);
      expect(await network.backbone.ip(['-j', 'route', 'show', 'default'])).toBe('[]');
      expect(await network.backbone.ip(['-6', '-j', 'route', 'show', 'default'])).toBe('[]');
    });
  });
});
