import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readLookup } from '../../src/probe/dns/lookup.ts';
import { askThrough } from '../../src/probe/dns/query.ts';
import type { ProbeContext } from '../../src/probe/probe.ts';
import { runTypedProbe } from '../../src/probe/probe.ts';
import { runShellProbes } from '../../src/probe/shell.ts';
import type { BannerSpec } from '../../src/probe/spec/banner.ts';
import { bannerSpec } from '../../src/probe/spec/banner.ts';
import type { TcpSpec } from '../../src/probe/spec/tcp.ts';
import { tcpSpec } from '../../src/probe/spec/tcp.ts';
import type { Connection } from '../../src/remote/connection.ts';
import { startDnsDouble } from '../dns-server.ts';
import { connectTo, unaborted } from '../remote/connecting.ts';
import type { Sshd } from '../sshd.ts';
import { killIfThere, sshdAvailable, startSshd } from '../sshd.ts';
import type { Service } from './a-service.ts';
import { aClosedPort, aService } from './a-service.ts';
import { address } from './dns-zone-of.ts';

const now = () => new Date('2026-11-24T12:00:00Z');

function contextOf(connection: Connection): ProbeContext {
  return {
    connection,
    settings: { resolvers: [], systemResolvers: [], authorityPort: 53, authorities: [], queryTimeoutMs: 200 },
    values: {},
    secrets: {},
    records: [],
    signal: unaborted,
    now,
  };
}

async function tcp(connection: Connection, spec: Partial<TcpSpec>) {
  const parsed = tcpSpec.parse({ from: 'target', host: '127.0.0.1', ...spec });
  return runTypedProbe({ kind: 'tcp', spec: parsed }, contextOf(connection));
}

async function banner(connection: Connection, spec: Partial<BannerSpec>) {
  const [evidence] = await runTypedProbe({ kind: 'banner', spec: bannerSpec.parse(spec) }, contextOf(connection));
  return evidence;
}

async function shell(connection: Connection, ...texts: readonly string[]) {
  const scripts = texts.map((text) => ({ text, environment: { FQDN: 'mx.example.com' }, secrets: ['s3cret word'] }));
  return runShellProbes({ connection, scripts, signal: unaborted, now });
}

describe.skipIf(!sshdAvailable())('probes over a real SSH server', () => {
  let server: Sshd;
  let connection: Connection;
  let service: Service;

  beforeAll(async () => {
    server = await startSshd({ home: { '.bashrc': 'echo noise from a start-up file\n' } });
    await server.trust();
    connection = await connectTo(server);
    service = await aService((socket) => socket.write('220 mx.example.com ESMTP chasquid\r\n'));
  });
  afterAll(async () => {
    await connection.close();
    await server.stop();
    await service.stop();
  });

  it('run every shell probe of a checkpoint in one exec', async () => {
    const results = await shell(
      connection,
      'echo "$FQDN"; read -r secret; echo "ipv4=192.0.2.1" >>"$BREVDUVA_OUTPUT"; test "$secret" = "s3cret word"',
      'echo wrong; exit 1',
      'echo soon; exit 75',
      'brevduva-no-such-command',
    );
    expect(results.map(({ verdict, evidence }) => [verdict, evidence.observed.slice(0, 23)])).toEqual([
      ['true', 'mx.example.com'],
      ['false', 'wrong'],
      ['not-yet', 'soon'],
      ['unknown', 'The probe itself is bro'],
    ]);
    expect(results[0]?.outputs).toEqual({ ipv4: '192.0.2.1' });
  });

  it('show a gigantic or binary output bounded and safe', async () => {
    const [result] = await shell(connection, 'head -c 5000000 /dev/urandom; echo; echo "end"; exit 1');
    expect(result?.evidence).toMatchObject({ verdict: 'false', observed: 'end' });
    expect(result?.evidence.raw.length).toBeLessThanOrEqual(4_000);
  });

  it('connect from the target', async () => {
    const closed = await aClosedPort();
    const evidence = await tcp(connection, { port: [service.port, closed] });
    expect(evidence.map(({ verdict, vantage }) => [verdict, vantage])).toEqual([
      ['true', 'target'],
      ['false', 'target'],
    ]);
  });

  it('read a greeting from the target', async () => {
    const spec = { host: '127.0.0.1', port: service.port, expect: '^220 mx\\.example\\.com ESMTP' };
    expect(await banner(connection, spec)).toMatchObject({
      verdict: 'true',
      observed: '220 mx.example.com ESMTP chasquid',
      vantage: 'target',
    });
  });

  it('ask a name server through the line, over TCP', async () => {
    const double = await startDnsDouble({ records: [address('mx.example.com', '192.0.2.1')] });
    const question = { name: 'mx.example.com', type: 'A' } as const;
    const options = { isRecursive: true, timeoutMs: 5_000, signal: unaborted };
    const stream = await connection.dial(double.address, double.port, unaborted);
    const message = await askThrough(stream, question, options);
    expect(readLookup(message, question).records).toEqual(['192.0.2.1']);
    expect(double.asked).toMatchObject([{ name: 'mx.example.com', over: 'tcp' }]);
    await double.stop();
  });
});

describe.skipIf(!sshdAvailable())('the login banner over a real SSH server', () => {
  it('is “not yet” while an installer answers, and true when the system does', async () => {
    const server = await startSshd({
      home: { '.profile': 'cat "$HOME/welcome"\n', '.bash_profile': 'cat "$HOME/welcome"\n' },
    });
    const welcome = (text: string) => writeFile(join(server.home, 'welcome'), text);
    try {
      await server.trust();
      await welcome('Welcome to TinyCore 13!\n');
      const connection = await connectTo(server);
      const spec = { of: 'login', wait: 'Welcome to TinyCore', timeout: 20 } as const;
      expect(await banner(connection, spec)).toMatchObject({
        verdict: 'not-yet',
        observed: 'Welcome to TinyCore 13!',
      });
      await welcome('Welcome to Ubuntu 24.04 LTS\n');
      expect(await banner(connection, spec)).toMatchObject({ verdict: 'true' });
      await connection.close();
    } finally {
      await server.stop();
    }
  });
});

describe.skipIf(!sshdAvailable())('a server that forbids forwarding', () => {
  it('makes probes from the target unknown, never false, and says what to change', async () => {
    const server = await startSshd({ config: ['AllowTcpForwarding no'] });
    try {
      await server.trust();
      const connection = await connectTo(server);
      const [evidence] = await tcp(connection, { port: 25, remedy: 'Ask the provider.' });
      expect(evidence?.verdict).toBe('unknown');
      expect(evidence?.remedy).toMatch(/AllowTcpForwarding yes/);
      expect((await shell(connection, 'echo still works'))[0]?.verdict).toBe('true');
      await connection.close();
    } finally {
      await server.stop();
    }
  });
});

describe.skipIf(!sshdAvailable())('a line that breaks while a probe runs', () => {
  it('makes the probe unknown, never false', async () => {
    const server = await startSshd();
    try {
      await server.trust();
      const connection = await connectTo(server);
      const begun = join(server.directory, 'begun');
      const running = shell(connection, `: >${begun}; while [ -e ${begun} ]; do sleep 0.05; done; exit 1`);
      await shell(connection, `until [ -e ${begun} ]; do sleep 0.05; done`);
      for (const pid of await server.connectionPids()) killIfThere(pid);
      const [result] = await running;
      expect(result?.verdict).toBe('unknown');
      expect(result?.evidence.observed).toMatch(/^No answer came back: the line was lost/);
      await connection.close();
    } finally {
      await server.stop();
    }
  });
});
