import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import dnsPacket from 'dns-packet';
import { afterEach, describe, expect, it } from 'vitest';
import { readLookup } from '../../src/probe/dns/lookup.ts';
import type { DnsQuestion } from '../../src/probe/dns/message.ts';
import { askFirst, askServer, DnsSilence } from '../../src/probe/dns/query.ts';
import type { DnsServer } from '../../src/probe/settings.ts';
import type { DnsDouble, DnsDoubleBehaviour } from '../dns-server.ts';
import { startDnsDouble } from '../dns-server.ts';
import { address, aZone, txt } from './dns-zone-of.ts';

const started: DnsDouble[] = [];
afterEach(async () => {
  await Promise.all(started.splice(0).map((server) => server.stop()));
});

async function aServer(behaviour: DnsDoubleBehaviour): Promise<DnsDouble> {
  const server = await startDnsDouble(behaviour);
  started.push(server);
  return server;
}

const options = { isRecursive: true, timeoutMs: 5_000, signal: new AbortController().signal };
const hasty = { ...options, timeoutMs: 300 };

async function look(server: DnsServer, question: DnsQuestion, more = options) {
  return readLookup(await askServer(server, question, more), question);
}

/** A UDP port on which nothing listens. */
async function aDeadServer(): Promise<DnsServer> {
  const socket = createSocket('udp4');
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const { port } = socket.address();
  socket.close();
  await once(socket, 'close');
  return { address: '127.0.0.1', port };
}

describe('a DNS question', () => {
  it('is asked over UDP with EDNS 1232, and without recursion where it should not be', async () => {
    const server = await aServer({ records: [address('a.test', '192.0.2.1', 77)] });
    expect(await look(server, { name: 'a.test', type: 'A' }, { ...options, isRecursive: false })).toEqual({
      isNameMissing: false,
      records: ['192.0.2.1'],
      aliases: [],
      ttl: 77,
    });
    expect(server.asked).toEqual([{ name: 'a.test', type: 'A', over: 'udp', isRecursive: false, payloadSize: 1_232 }]);
  });

  it.each([
    ['MX', { type: 'MX', name: 'a.test', data: { preference: 10, exchange: 'MX.a.test' } }, '10 mx.a.test'],
    ['TXT', txt('a.test', 'v=DKIM1; p=ab', 'cd'), 'v=DKIM1; p=abcd'],
    ['AAAA', address('a.test', '2001:DB8:0:0::1'), '2001:db8::1'],
    ['PTR', { type: 'PTR', name: 'a.test', data: 'Mail.a.test' }, 'mail.a.test'],
    ['CAA', { type: 'CAA', name: 'a.test', data: { flags: 0, tag: 'issue', value: 'ca.test' } }, '0 issue "ca.test"'],
    [
      'TLSA',
      {
        type: 'TLSA',
        name: 'a.test',
        data: { usage: 3, selector: 1, matchingType: 1, certificate: Buffer.from('ABCD', 'hex') },
      },
      '3 1 1 abcd',
    ],
    [
      'SRV',
      { type: 'SRV', name: 'a.test', data: { priority: 1, weight: 2, port: 465, target: 's.a.test' } },
      '1 2 465 s.a.test',
    ],
  ] as const)('of type %s gives its records as text', async (type, record, expected) => {
    const server = await aServer({ records: [record] });
    expect((await look(server, { name: 'a.test', type })).records).toEqual([expected]);
  });

  it('goes on over TCP where the answer does not fit', async () => {
    const strings = Array.from({ length: 8 }, (_, index) => String(index).repeat(250));
    const server = await aServer({ records: [txt('big.test', ...strings), address('cut.test', '192.0.2.1')] });
    expect((await look(server, { name: 'big.test', type: 'TXT' })).records).toEqual([strings.join('')]);
    expect(server.asked.map(({ over }) => over)).toEqual(['udp', 'tcp']);
  });

  it('follows aliases in the answer, and survives a loop of them', async () => {
    const server = await aServer({
      records: [
        { type: 'CNAME', name: 'a.test', data: 'b.test' },
        { type: 'CNAME', name: 'b.test', data: 'c.test' },
        address('c.test', '192.0.2.3'),
        { type: 'CNAME', name: 'x.test', data: 'y.test' },
        { type: 'CNAME', name: 'y.test', data: 'x.test' },
      ],
    });
    expect(await look(server, { name: 'a.test', type: 'A' })).toMatchObject({
      records: ['192.0.2.3'],
      aliases: ['b.test', 'c.test'],
    });
    expect(await look(server, { name: 'x.test', type: 'A' })).toMatchObject({ records: [], aliases: ['y.test'] });
  });

  it('tells a missing name from a missing record, and for how long that may be remembered', async () => {
    const server = await aServer({ records: [...aZone('a.test', {}), address('www.a.test', '192.0.2.1')] });
    expect(await look(server, { name: 'no.a.test', type: 'A' })).toMatchObject({ isNameMissing: true, ttl: 600 });
    expect(await look(server, { name: 'www.a.test', type: 'MX' })).toMatchObject({ isNameMissing: false, ttl: 600 });
  });

  it.each(['id', 'question', 'garbage'] as const)('passes over a forged or broken answer: %s', async (how) => {
    const server = await aServer({ records: [address('a.test', '192.0.2.1')], forged: { 'a.test': how } });
    expect((await look(server, { name: 'a.test', type: 'A' })).records).toEqual(['192.0.2.1']);
  });

  it('passes over an answer from another address', async () => {
    const asked = createSocket('udp4');
    const intruder = createSocket('udp4');
    asked.on('message', (octets, { port, address: from }) => {
      const { id, questions } = dnsPacket.decode(octets);
      const answers = [address('a.test', '192.0.2.66')];
      const forged = dnsPacket.encode({ type: 'response', ...(id === undefined ? {} : { id }), questions, answers });
      intruder.send(forged, port, from);
    });
    asked.bind(0, '127.0.0.1');
    await once(asked, 'listening');
    const server = { address: '127.0.0.1', port: asked.address().port };
    await expect(look(server, { name: 'a.test', type: 'A' }, hasty)).rejects.toMatchObject({
      failure: 'silence',
      message: 'no answer within 0.3 s',
    });
    asked.close();
    intruder.close();
  });

  it('is asked a second time when the first packet may have been lost', async () => {
    const server = await aServer({ records: [], silent: ['a.test'] });
    await expect(look(server, { name: 'a.test', type: 'A' }, hasty)).rejects.toBeInstanceOf(DnsSilence);
    expect(server.asked).toHaveLength(2);
  });

  it('fails at once where nothing listens', async () => {
    await expect(look(await aDeadServer(), { name: 'a.test', type: 'A' })).rejects.toMatchObject({
      failure: 'refused',
    });
  });

  it('ends with the reason of the signal', async () => {
    const server = await aServer({ records: [], silent: ['a.test'] });
    const controller = new AbortController();
    const asking = look(server, { name: 'a.test', type: 'A' }, { ...options, signal: controller.signal });
    controller.abort(new Error('enough'));
    await expect(asking).rejects.toThrow('enough');
  });
});

describe('several name servers', () => {
  const question: DnsQuestion = { name: 'a.test', type: 'A' };

  it('are asked until one can tell', async () => {
    const failing = await aServer({ records: [], failing: { 'a.test': 'SERVFAIL' } });
    const good = await aServer({ records: [address('a.test', '192.0.2.1')] });
    const { server, message } = await askFirst([await aDeadServer(), failing, good], question, options);
    expect(server.port).toBe(good.port);
    expect(message.rcode).toBe('NOERROR');
  });

  it('give their refusal where none can tell', async () => {
    const failing = await aServer({ records: [], failing: { 'a.test': 'REFUSED' } });
    const { message } = await askFirst([await aDeadServer(), failing], question, options);
    expect(message.rcode).toBe('REFUSED');
  });

  it('are silent where none answers, which is told with its address', async () => {
    await expect(askFirst([await aDeadServer()], question, options)).rejects.toThrow(/^127\.0\.0\.1: .*ECONNREFUSED/);
    await expect(askFirst([], question, options)).rejects.toThrow('no resolver is configured');
  });
});
