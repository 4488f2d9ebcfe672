import type { Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { runTypedProbe } from '../../src/probe/probe.ts';
import type { BannerSpec } from '../../src/probe/spec/banner.ts';
import { bannerSpec } from '../../src/probe/spec/banner.ts';
import type { Connection } from '../../src/remote/connection.ts';
import { DialError } from '../../src/remote/connection.ts';
import { RemoteError } from '../../src/remote/error.ts';
import { localTarget } from '../local-target.ts';
import type { Service } from './a-service.ts';
import { aClosedPort, aService } from './a-service.ts';

const services: Service[] = [];
afterEach(async () => {
  await Promise.all(services.splice(0).map((service) => service.stop()));
});

async function probe(spec: Partial<BannerSpec>, connection: Connection | null = null) {
  const [evidence] = await runTypedProbe(
    { kind: 'banner', spec: bannerSpec.parse(spec) },
    {
      connection,
      settings: { resolvers: [], systemResolvers: [], authorityPort: 53, authorities: [], queryTimeoutMs: 100 },
      values: { FQDN: 'mx.example.com' },
      secrets: {},
      records: [],
      signal: new AbortController().signal,
      now: () => new Date('2026-11-24T12:00:00Z'),
    },
  );
  return evidence;
}

/** Probes a service that speaks as `greet` does. */
async function greeted(greet: (socket: Socket) => void, spec: Partial<BannerSpec> = {}) {
  const service = await aService(greet);
  services.push(service);
  return probe({ from: 'here', host: service.host, port: service.port, timeout: 5, ...spec });
}

const tinyCore = '\u001b[1mWelcome to TinyCore 13!\u001b[0m\r\n$ ';
const ubuntu = 'Welcome to Ubuntu 24.04.1 LTS (GNU/Linux 6.8.0 x86_64)\r\n\r\n\u001b]0;root@vps: ~\u0007root@vps:~# ';

describe('the banner of a login', () => {
  it('is “not yet” while it says what is waited for', async () => {
    const spec = { of: 'login', wait: 'Welcome to TinyCore', remedy: 'Wait.' } as const;
    expect(await probe(spec, localTarget({ login: tinyCore }))).toEqual({
      probe: 'login banner',
      verdict: 'not-yet',
      expected: 'it no longer says /Welcome to TinyCore/',
      observed: 'Welcome to TinyCore 13!',
      raw: 'Welcome to TinyCore 13!\n$ ',
      vantage: 'target',
      remedy: 'Wait.',
      at: '2026-11-24T12:00:00.000Z',
    });
  });

  it('is true when it says something else, or what is expected', async () => {
    const connection = localTarget({ login: ubuntu });
    expect(await probe({ of: 'login', wait: 'Welcome to TinyCore' }, connection)).toMatchObject({
      verdict: 'true',
      observed: 'Welcome to Ubuntu 24.04.1 LTS (GNU/Linux 6.8.0 x86_64)',
    });
    expect(await probe({ of: 'login', expect: '^root@' }, connection)).toMatchObject({
      verdict: 'true',
      observed: 'root@vps:~#',
    });
    expect(await probe({ of: 'login', expect: '^Welcome to Debian' }, connection)).toMatchObject({ verdict: 'false' });
  });

  it('is what the guide says of silence, when nothing came', async () => {
    expect(await probe({ of: 'login', silence: 'unknown' }, localTarget({ login: '\r\n' }))).toMatchObject({
      verdict: 'unknown',
      observed: 'it said nothing',
    });
  });

  it('is unknown where no shell is to be had, or no line', async () => {
    const error = new RemoteError('lost', { sentence: 'The server gave no shell.' });
    const connection: Connection = { ...localTarget({}), readLogin: () => Promise.reject(error) };
    expect(await probe({ of: 'login', wait: 'x' }, connection)).toMatchObject({
      verdict: 'unknown',
      observed: 'no login shell could be opened: The server gave no shell.',
    });
    expect(await probe({ of: 'login', wait: 'x' })).toMatchObject({ verdict: 'unknown' });
  });
});

describe('the greeting of a service', () => {
  it('is true when a line of it matches, its variables meant literally', async () => {
    const evidence = await greeted((socket) => socket.write('220-hello\r\n220 mx.example.com ESMTP\r\n'), {
      expect: '^220 $FQDN ESMTP$',
    });
    expect(evidence).toMatchObject({ verdict: 'true', observed: '220 mx.example.com ESMTP', vantage: 'here' });
  });

  it('is read on while it comes in pieces', async () => {
    const evidence = await greeted(
      (socket) => {
        socket.setNoDelay(true);
        socket.write('220 mx.goo', () => setImmediate(() => socket.write('gle.com ESMTP gsmtp\r\n')));
      },
      { expect: '^220 mx\\.google\\.com .*gsmtp' },
    );
    expect(evidence).toMatchObject({ verdict: 'true', observed: '220 mx.google.com ESMTP gsmtp' });
  });

  it('is false when it says something else', async () => {
    const evidence = await greeted((socket) => socket.write('554 blocked by provider\r\n'), { expect: '^220 ' });
    expect(evidence).toMatchObject({
      verdict: 'false',
      expected: 'it says /^220 /',
      observed: '554 blocked by provider',
    });
  });

  it('is what it said before it closed', async () => {
    const evidence = await greeted((socket) => socket.end('421 too many connections'), { expect: '^220 ' });
    expect(evidence).toMatchObject({ verdict: 'false', observed: '421 too many connections' });
  });

  it('is silence where it takes the connection and says nothing', async () => {
    const nothing = () => undefined;
    expect(await greeted(nothing, { expect: '^220', timeout: 0.2 })).toMatchObject({
      verdict: 'false',
      observed: 'it said nothing',
    });
    expect(await greeted(nothing, { silence: 'unknown', timeout: 0.2 })).toMatchObject({ verdict: 'unknown' });
  });

  it('cannot drive the terminal, and is bounded', async () => {
    const evidence = await greeted((socket) => socket.write(`\u001b]52;c;eA==\u0007${'x'.repeat(50_000)}`));
    expect(evidence?.observed).toMatch(/^x{499}…$/);
    expect(evidence?.raw.length).toBeLessThanOrEqual(4_000);
  });

  it('is false where the port is closed, and silent where nothing comes back', async () => {
    const port = await aClosedPort();
    expect(await probe({ from: 'here', host: '127.0.0.1', port })).toMatchObject({ verdict: 'false' });
    const silent = localTarget({ dialFails: new DialError('silence', 'no answer') });
    const spec = { host: '192.0.2.1', port: 25, silence: 'unknown' } as const;
    expect(await probe(spec, silent)).toMatchObject({ verdict: 'unknown', vantage: 'target' });
  });

  it('is what the guide says of no route, over the family that is asked for', async () => {
    const noRoute = localTarget({ dialFails: new DialError('no-route', 'network is unreachable') });
    expect(await probe({ host: '2001:db8::1', port: 25, family: 6, noroute: 'warning' }, noRoute)).toMatchObject({
      probe: 'banner [2001:db8::1]:25 over IPv6',
      verdict: 'warning',
    });
  });

  it('is unknown where sshd forbids forwarding, and says what to change', async () => {
    const forbidden = localTarget({ dialFails: new DialError('not-allowed', 'prohibited') });
    const evidence = await probe({ host: '192.0.2.1', port: 25 }, forbidden);
    expect(evidence?.verdict).toBe('unknown');
    expect(evidence?.remedy).toMatch(/AllowTcpForwarding/);
  });

  it('is unknown where a pattern needs what has no value', async () => {
    expect(await probe({ host: '192.0.2.1', port: 25, expect: '^220 $NOTHING' })).toMatchObject({
      verdict: 'unknown',
      probe: 'banner',
    });
  });
});
