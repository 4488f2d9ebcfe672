import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { places } from '../../../src/practice/network/addresses.ts';
import { type Internet, startInternet } from '../../../src/practice/network/internet.ts';
import { NetworkError } from '../../../src/practice/network/network.ts';
import { runTypedProbe } from '../../../src/probe/probe.ts';
import { tcpSpec } from '../../../src/probe/spec/tcp.ts';
import { practiceContext } from './probing.ts';

let internet: Internet;

beforeEach(async () => {
  internet = await startInternet();
});
afterEach(() => internet.close());

async function probe(host: string, port: number): Promise<string> {
  const spec = tcpSpec.parse({ from: 'here', host, port, is: 'open', timeout: 1 });
  const [evidence] = await runTypedProbe({ kind: 'tcp', spec }, practiceContext(internet));
  return `${evidence?.verdict}: ${evidence?.observed}`;
}

/** Listens on the server's port 80, and tells each caller its address of the practice world when it has said something. */
async function listenOn80() {
  const server = createServer((socket) => socket.once('data', () => socket.end(internet.network.sourceOf(socket))));
  return internet.network.listen(server, { at: places.server, port: 80 });
}

describe('the addresses of the practice world', () => {
  it('are open, refuse, keep silent or lead nowhere, as probes see it', async () => {
    expect(await probe('198.51.100.25', 25)).toBe('true: connected to 198.51.100.25:25');
    expect(await probe('2001:db8:100::25', 25)).toBe('true: connected to [2001:db8:100::25]:25');
    expect(await probe('203.0.113.10', 80)).toMatch(/^false: refused/);
    expect(await probe('203.0.113.77', 80)).toMatch(/^false: no answer within 1 s/);
    const unblock = internet.network.block(({ port }) => (port === 25 ? 'no-route' : undefined));
    expect(await probe('198.51.100.25', 25)).toMatch(/^\w+: no way there/);
    unblock();
    expect(await probe('198.51.100.25', 25)).toMatch(/^true/);
  });

  it('tell a service from which of them a connection comes', async () => {
    const listening = await listenOn80();
    const ask = async (from?: string) => {
      const socket =
        from === undefined
          ? connect(listening.loopbackPort, '127.0.0.1')
          : await internet.network.connect({ from, to: places.server.ipv6, port: 80 });
      socket.write('?');
      const [said] = await once(socket, 'data');
      return `${said}`;
    };
    expect(await ask(places.gmail.ipv6)).toBe(places.gmail.ipv6);
    expect(await ask(places.server.ipv4)).toBe(places.server.ipv4);
    expect(await ask()).toBe(places.operator.ipv4);
  });

  it('say at once, within the world, that nothing will answer', async () => {
    internet.network.block(({ to }) => (to === places.gmail.ipv4 ? 'silence' : undefined));
    const path = { from: places.server.ipv4, to: places.gmail.ipv4, port: 25 };
    await expect(internet.network.connect(path)).rejects.toThrow(NetworkError);
    await expect(internet.network.connect(path)).rejects.toThrow('i/o timeout');
  });

  it('are told by the service that echoes them, over IPv6 alone', async () => {
    const path = { from: places.server.ipv6, to: places.echo.ipv6, port: 80 };
    const socket = await internet.network.connect(path);
    socket.write('GET / HTTP/1.1\r\nHost: 6.ipw.cn\r\nConnection: close\r\n\r\n');
    let said = '';
    for await (const piece of socket) said += piece;
    expect(said).toMatch(/^HTTP\/1\.1 200 OK\r\n(?:.*\r\n)*2001:db8:113::10\n/);
  });

  it('are the same in every spelling', () => {
    const spelt = '2001:0DB8:0100:0000::0025';
    expect(internet.reach(spelt, 25)).toEqual(internet.reach('2001:db8:100::25', 25));
  });

  it('leave nothing behind when the world ends, not even who is connected', async () => {
    const other = await startInternet();
    const services = [
      [places.gmail.ipv4, 25],
      [places.gmail.ipv4, 993],
      [places.resolver.ipv4, 53],
      [places.firstNameServer.ipv6, 53],
      ['9.9.9.9', 53],
    ] as const;
    const ports = services.map(([address, port]) => {
      const route = other.reach(address, port);
      return route.kind === 'open' ? route.port : 0;
    });
    const socket = await other.network.connect({ from: places.operator.ipv4, to: places.gmail.ipv4, port: 25 });
    const gone = once(socket, 'close');
    await other.close();
    await gone;
    for (const port of ports) {
      await expect(once(connect(port, '127.0.0.1'), 'connect')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
      const udp = createSocket('udp4').bind(port, '127.0.0.1');
      await once(udp, 'listening');
      udp.close();
    }
    expect(other.reach(places.gmail.ipv4, 25)).toEqual({ kind: 'refused' });
  });

  it('have the names that the guide asks for', async () => {
    expect(await internet.lookUp('gmail-smtp-in.l.google.com', 6)).toEqual([places.gmail.ipv6]);
    expect(await internet.lookUp('6.ipw.cn', 4)).toEqual([]);
    expect(await internet.lookUp('6.ipw.cn', 6)).toEqual([places.echo.ipv6]);
    expect(await internet.lookUp('2.0.0.127.zen.spamhaus.org', 4)).toContain('127.0.0.2');
    expect(await internet.lookUp('1.0.0.127.zen.spamhaus.org', 4)).toEqual([]);
  });
});
