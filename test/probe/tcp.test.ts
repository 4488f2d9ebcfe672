import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ProbeContext } from '../../src/probe/context.ts';
import { runTypedProbe } from '../../src/probe/probe.ts';
import type { TcpSpec } from '../../src/probe/spec/tcp.ts';
import { tcpSpec } from '../../src/probe/spec/tcp.ts';
import type { Connection, DialFailure } from '../../src/remote/connection.ts';
import { DialError } from '../../src/remote/connection.ts';
import type { DnsDouble } from '../dns-server.ts';
import { startDnsDouble } from '../dns-server.ts';
import { hasIpv6Loopback } from '../ipv6-loopback.ts';
import { localTarget } from '../local-target.ts';
import type { Service } from './a-service.ts';
import { aClosedPort, aService } from './a-service.ts';
import { address } from './dns-zone-of.ts';

let service: Service;
let closed: number;
let resolver: DnsDouble;
beforeAll(async () => {
  service = await aService(() => undefined);
  closed = await aClosedPort();
  resolver = await startDnsDouble({
    records: [
      address('four.test', '127.0.0.1'),
      address('six.test', '::1'),
      address('both.test', '127.0.0.1'),
      address('both.test', '::1'),
    ],
    silent: ['slow.test'],
  });
});
afterAll(async () => {
  await service.stop();
  await resolver.stop();
});

function context(connection: Connection | null = null): ProbeContext {
  const server = { address: resolver.address, port: resolver.port };
  return {
    connection,
    settings: { resolvers: [], systemResolvers: [server], authorityPort: 53, authorities: [], queryTimeoutMs: 200 },
    values: { IPV4: '127.0.0.1', PORT: String(service.port) },
    secrets: {},
    records: [],
    signal: new AbortController().signal,
    now: () => new Date('2026-11-24T12:00:00Z'),
  };
}

async function probe(spec: Partial<TcpSpec>, connection: Connection | null = null) {
  const parsed = tcpSpec.parse({ from: 'here', host: '127.0.0.1', port: service.port, ...spec });
  return runTypedProbe({ kind: 'tcp', spec: parsed }, context(connection));
}

async function verdict(spec: Partial<TcpSpec>, connection: Connection | null = null) {
  return (await probe(spec, connection))[0]?.verdict;
}

/** A target from which dialling fails in one way. */
function failing(failure: DialFailure): Connection {
  return localTarget({ dialFails: new DialError(failure, `it is ${failure}`) });
}

describe('a TCP probe from here', () => {
  it('sees that a port takes connections', async () => {
    expect(await probe({ host: '$IPV4', port: '$PORT' })).toEqual([
      {
        probe: `tcp 127.0.0.1:${service.port}`,
        verdict: 'true',
        expected: 'the port takes connections',
        observed: `connected to 127.0.0.1:${service.port}`,
        raw: '',
        vantage: 'here',
        at: '2026-11-24T12:00:00.000Z',
      },
    ]);
  });

  it('sees a refusal, which proves that packets pass', async () => {
    const [evidence] = await probe({ port: closed, remedy: 'Start it.' });
    expect(evidence).toMatchObject({ verdict: 'false', remedy: 'Start it.' });
    expect(evidence?.observed).toMatch(/^refused/);
    expect(await verdict({ port: closed, is: 'reachable' })).toBe('true');
    expect(await verdict({ port: closed, is: 'closed' })).toBe('true');
    expect(await verdict({ is: 'closed' })).toBe('false');
  });

  it('gives one evidence a port', async () => {
    const evidence = await probe({ port: [service.port, closed, '$PORT'] });
    expect(evidence.map((one) => one.verdict)).toEqual(['true', 'false', 'true']);
  });

  it('looks a name up by the configured resolver', async () => {
    expect(await verdict({ host: 'four.test' })).toBe('true');
    expect(await verdict({ host: 'both.test', family: 4 })).toBe('true');
    expect(await verdict({ host: 'localhost' })).toBe('true');
  });

  it('tells a name without an address of the family from one that does not exist', async () => {
    const [noAddress] = await probe({ host: 'four.test', family: 6, noroute: 'warning' });
    expect(noAddress).toMatchObject({
      verdict: 'warning',
      observed: 'no way there: four.test has no IPv6 address',
    });
    const [noName] = await probe({ host: 'none.test', family: 6, noroute: 'warning' });
    expect(noName).toMatchObject({ verdict: 'false', observed: 'name not found: there is no name none.test' });
    expect(await verdict({ host: '127.0.0.1', family: 6, noroute: 'unknown' })).toBe('unknown');
  });

  it('is unknown where the resolver does not answer', async () => {
    const [evidence] = await probe({ host: 'slow.test' });
    expect(evidence?.verdict).toBe('unknown');
    expect(evidence?.observed).toMatch(/^could not look: slow\.test could not be looked up: 127\.0\.0\.1: no answer/);
  });

  it('is unknown where an input has no value, and absent where it was not asked for', async () => {
    expect(await probe({ host: '$IPV6' })).toMatchObject([
      { verdict: 'unknown', observed: 'The probe needs $IPV6, which has no value yet.' },
    ]);
    expect(await probe({ host: '$IPV6', when: 'ipv6' })).toEqual([]);
  });

  it('ends with the reason of the signal', async () => {
    const signal = AbortSignal.abort(new Error('enough'));
    const spec = tcpSpec.parse({ from: 'here', host: '127.0.0.1', port: closed });
    await expect(runTypedProbe({ kind: 'tcp', spec }, { ...context(), signal })).rejects.toThrow('enough');
  });
});

describe.skipIf(!hasIpv6Loopback())('a TCP probe over IPv6 (needs the IPv6 loopback ::1)', () => {
  it('is apart from one over IPv4', async () => {
    const six = await aService(() => undefined, '::1');
    expect(await verdict({ host: 'both.test', port: six.port, family: 6 })).toBe('true');
    const [four] = await probe({ host: 'both.test', port: six.port, family: 4 });
    expect(four?.verdict).toBe('false');
    const [six1] = await probe({ host: '::1', port: six.port });
    expect(six1).toMatchObject({ verdict: 'true', probe: `tcp [::1]:${six.port}` });
    await six.stop();
  });
});

describe('a TCP probe from the target', () => {
  it('dials from there', async () => {
    const [evidence] = await probe({ from: 'target' }, localTarget({}));
    expect(evidence).toMatchObject({ verdict: 'true', vantage: 'target' });
  });

  it('dials the literal address of the family that is asked for', async () => {
    const dialled: string[] = [];
    const target = localTarget({});
    const connection: Connection = {
      ...target,
      dial: (host, port, signal) => {
        dialled.push(host);
        return target.dial(host, port, signal);
      },
    };
    expect(await verdict({ from: 'target', host: 'both.test', family: 4 }, connection)).toBe('true');
    expect(dialled).toEqual(['127.0.0.1']);
  });

  it.each([
    ['refused', 'open', 'false'],
    ['refused', 'reachable', 'true'],
    ['silence', 'open', 'false'],
    ['silence', 'closed', 'true'],
    ['no-route', 'open', 'false'],
    ['no-name', 'open', 'unknown'],
    ['not-allowed', 'open', 'unknown'],
    ['lost', 'open', 'unknown'],
    ['lost', 'closed', 'unknown'],
  ] as const)('that meets %s where it should be %s is %s', async (failure, is, expected) => {
    expect(await verdict({ from: 'target', is }, failing(failure))).toBe(expected);
  });

  it.each([
    ['silence', { silence: 'unknown' }, 'unknown'],
    ['no-route', { noroute: 'warning' }, 'warning'],
  ] as const)('that meets %s is what the guide says of it', async (failure, spec, expected) => {
    expect(await verdict({ from: 'target', ...spec }, failing(failure))).toBe(expected);
  });

  it('calls silence what does not answer in time', async () => {
    const target = localTarget({});
    const connection: Connection = {
      ...target,
      dial: (_host, _port, signal) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => reject(signal.reason), { once: true });
        }),
    };
    const [evidence] = await probe({ from: 'target', timeout: 0.1 }, connection);
    expect(evidence).toMatchObject({ verdict: 'false', observed: 'no answer within 0.1 s' });
  });

  it('says what to change where sshd forbids forwarding', async () => {
    const [unlooked] = await probe({ from: 'target', remedy: 'other' }, failing('no-name'));
    expect(unlooked).toMatchObject({
      verdict: 'unknown',
      remedy: expect.stringMatching(/says nothing about the port/),
    });
    const [evidence] = await probe({ from: 'target', remedy: 'other' }, failing('not-allowed'));
    expect(evidence?.remedy).toMatch(/AllowTcpForwarding yes/);
  });

  it('is unknown without a line', async () => {
    expect(await probe({ from: 'target' })).toMatchObject([
      { verdict: 'unknown', observed: 'could not look: there is no line to the target' },
    ]);
  });
});

describe('a TCP probe to an address of the target’s own', () => {
  const own = { from: 'target', own: true, noroute: 'warning', remedy: 'Open the firewall.' } as const;
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'brevduva-tcp-'));
    const held = '2: eth0    inet 192.0.2.1/24 scope global eth0\\n2: eth0    inet6 2001:db8::a/64 scope global \\n';
    await writeFile(join(folder, 'ip'), `#!/bin/sh\nprintf '${held}'\n`, { mode: 0o755 });
  });
  afterAll(() => rm(folder, { recursive: true }));
  /** A target with addresses of a test's own, that nothing answers from. */
  const silent = (path: string) => localTarget({ path, dialFails: new DialError('silence', 'no answer within 5 s') });

  it.each(['192.0.2.1', '2001:DB8:0::a'])('that has %s blames who swallows what is sent there', async (host) => {
    const [evidence] = await probe({ ...own, host }, silent(folder));
    expect(evidence).toMatchObject({
      verdict: 'false',
      observed: 'no answer within 5 s',
      remedy: 'Open the firewall.',
    });
  });

  it.each(['192.0.2.11', '2001:db8::b'])('that lost %s blames nobody else', async (host) => {
    const [evidence] = await probe({ ...own, host }, silent(folder));
    expect(evidence).toMatchObject({ verdict: 'warning', observed: `no answer: the server does not have ${host} now` });
    expect(evidence?.remedy).toMatch(/server gets its address back/);
  });

  it('takes silence for silence where the target’s addresses cannot be seen', async () => {
    const path = await mkdtemp(join(folder, 'broken-'));
    await writeFile(join(path, 'ip'), '#!/bin/sh\nexit 1\n', { mode: 0o755 });
    const [evidence] = await probe({ ...own, host: '192.0.2.11' }, silent(path));
    expect(evidence).toMatchObject({ verdict: 'false', remedy: 'Open the firewall.' });
  });
});
