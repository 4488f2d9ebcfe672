import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { Socket } from 'node:net';
import { connect as connectTcp } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TlsOptions } from 'node:tls';
import { createServer } from 'node:tls';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { Service } from './a-service.ts';
import { aClosedPort, aService } from './a-service.ts';
import { anSmtpServer, aScriptedServer, usualAnswer } from './an-smtp-server.ts';
import type { Authority, Issued } from './certificates.ts';
import { anAuthority, shownBy } from './certificates.ts';
import type { Asked } from './probing.ts';
import { aContext, tls, verdicts } from './probing.ts';

const dayMs = 86_400_000;
let authority: Authority;
let issued: Issued;
let service: Service;
beforeAll(async () => {
  authority = await anAuthority();
  issued = await authority.issue(['DNS:mx.example.com', 'DNS:*.example.org']);
  service = await aTlsService(shownBy(issued));
});
afterAll(async () => {
  await Promise.all([service.stop(), authority.remove()]);
});

/** A TLS service on loopback that says a line, as SMTP over TLS does. */
async function aTlsService(options: TlsOptions, greeting = '220 mx.example.com ESMTP\r\n'): Promise<Service> {
  const server = createServer(options, (socket) => {
    socket.on('error', () => undefined);
    socket.write(greeting);
  });
  server.on('tlsClientError', () => undefined);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const bound = server.address();
  const sockets = new Set<{ destroy(): void }>();
  server.on('connection', (socket) => sockets.add(socket));
  return {
    host: '127.0.0.1',
    port: bound !== null && typeof bound === 'object' ? bound.port : 0,
    async stop() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

/** OpenSSL's own server, for what Node's cannot: no tickets. It says its lines to whoever comes, and answers nothing. */
async function anOpensslServer(
  { key, certificate }: Issued,
  options: readonly string[],
  lines: readonly string[] = ['220 mx.example.com', '250 mx.example.com', '250 ok'],
): Promise<Service> {
  const directory = await mkdtemp(join(tmpdir(), 'brevduva-s-server-'));
  const file = join(directory, 'both.pem');
  await writeFile(file, `${key}${certificate}`);
  const port = await aClosedPort();
  const server = execa('openssl', ['s_server', '-accept', `127.0.0.1:${port}`, '-cert', file, ...options], {
    reject: false,
  });
  await new Promise<void>((resolve) =>
    server.stdout.on('data', (piece) => String(piece).includes('ACCEPT') && resolve()),
  );
  server.stdout.resume();
  server.stdin.write(lines.map((line) => `${line}\r\n`).join(''));
  return {
    host: '127.0.0.1',
    port,
    async stop() {
      server.kill();
      await server;
      await rm(directory, { recursive: true });
    },
  };
}

/** Runs a probe that trusts the test's authority, at a day from now. */
function probe(spec: Asked, { inDays = 0, authorities = [authority.root] } = {}) {
  const now = () => new Date(Date.now() + inDays * dayMs);
  const fingerprint = '00'.repeat(32);
  const context = aContext({ authorities, now, values: { FQDN: 'mx.example.com', FINGERPRINT: fingerprint } });
  return tls({ port: service.port, servername: '$FQDN', ...spec }, context);
}

async function part(about: string, spec: Asked, options: Parameters<typeof probe>[1] = {}) {
  const evidence = await probe(spec, options);
  return evidence.find((one) => one.probe.endsWith(` ${about}`));
}

describe('a TLS probe', () => {
  it('sees a sound certificate', async () => {
    const evidence = await probe({});
    expect(verdicts(evidence)).toEqual([': true', 'names: true', 'time: true', 'chain: true']);
    expect(evidence[0]).toMatchObject({ probe: `tls 127.0.0.1:${service.port}`, vantage: 'here' });
    expect(evidence[0]?.observed).toMatch(/^TLSv1\.3, TLS_/);
    expect(evidence[0]?.raw).toMatch(/^-----BEGIN CERTIFICATE-----/);
    expect(evidence[1]?.expected).toBe('the certificate is for mx.example.com');
    expect(evidence[2]?.observed).toMatch(/^it ends on \d{4}-\d\d-\d\d, in (89|90) days$/);
    expect(evidence[3]?.observed).toBe('signed by CN=A Test Authority M1');
  });

  it('looks at each port', async () => {
    const closed = await aClosedPort();
    const evidence = await probe({ port: [service.port, closed], chain: 'any' });
    expect(verdicts(evidence)).toEqual([': true', 'names: true', 'time: true', ': false']);
  });

  it('asks for no name of an address, and demands none', async () => {
    const evidence = await tls({ port: service.port, chain: 'any' });
    expect(verdicts(evidence)).toEqual([': true', 'time: true']);
  });
});

describe('the names of a certificate', () => {
  it.each([
    [['mx.example.com'], 'true'],
    ['MX.example.com.', 'true'],
    [['mx.example.com', '*.example.org', 'smtp.example.org'], 'true'],
    [['example.org'], 'false'],
    [['a.b.example.org'], 'false'],
    [['*.example.com'], 'false'],
    [['ignored.example'], 'false'],
    [['127.0.0.1'], 'false'],
  ])('are held against %s: %s', async (names, verdict) => {
    expect((await part('names', { names }))?.verdict).toBe(verdict);
  });

  it('may be addresses', async () => {
    const other = await aTlsService(shownBy(await authority.issue(['IP:127.0.0.1'])));
    onTestFinished(other.stop);
    expect((await part('names', { port: other.port, names: ['127.0.0.1'] }))?.verdict).toBe('true');
    expect(await part('names', { port: other.port, names: '$FQDN' })).toMatchObject({
      verdict: 'false',
      observed: 'it is for IP Address:127.0.0.1, not for mx.example.com',
    });
  });
});

describe('the time of a certificate', () => {
  it.each([
    [-1, 'false', /^it begins only on .* and the clock here says/],
    [0, 'true', /, in \d+ days$/],
    [59, 'true', /, in 3\d days$/],
    [61, 'warning', /in 2\d days: that is the last third of its time/],
    [84, 'false', /, in 5 days$/],
    [91, 'false', /^it ended on/],
  ])('is judged by the clock: %s days from now it is %s', async (inDays, verdict, observed) => {
    const seen = await part('time', {}, { inDays });
    expect(seen).toMatchObject({ verdict, observed: expect.stringMatching(observed) });
  });

  it('may be asked for more or fewer days', async () => {
    expect((await part('time', { days: 200 }))?.verdict).toBe('false');
    expect((await part('time', { days: 2 }, { inDays: 84 }))?.verdict).toBe('warning');
  });
});

describe('the chain of a certificate', () => {
  it('is false where nobody that we trust signed it', async () => {
    expect(await part('chain', { remedy: 'Get one.' }, { authorities: [] })).toMatchObject({
      verdict: 'false',
      observed: 'its authority is not one that is trusted; signed by CN=A Test Authority M1',
      remedy: expect.stringMatching(/test authority/),
    });
  });

  it('is false where the one in between is not shown, and says which file has it', async () => {
    const other = await aTlsService({ key: issued.key, cert: issued.certificate });
    onTestFinished(other.stop);
    expect(await part('chain', { port: other.port })).toMatchObject({
      verdict: 'false',
      observed: expect.stringMatching(/^the certificate between it and its authority is missing/),
      remedy: expect.stringMatching(/fullchain/),
    });
  });

  it('is false for one that signed itself', async () => {
    const { stdout } = await execa('openssl', [
      ...[
        'req',
        '-x509',
        '-newkey',
        'ec',
        '-pkeyopt',
        'ec_paramgen_curve:P-256',
        '-nodes',
        '-keyout',
        '-',
        '-out',
        '-',
      ],
      ...['-subj', '/CN=mx.example.com', '-addext', 'subjectAltName=DNS:mx.example.com'],
    ]);
    const other = await aTlsService({ key: stdout, cert: stdout });
    onTestFinished(other.stop);
    const evidence = await probe({ port: other.port });
    expect(verdicts(evidence).slice(0, 2)).toEqual([': true', 'names: true']);
    expect(evidence.at(-1)?.observed).toMatch(/^it signed itself/);
    expect(verdicts(await probe({ port: other.port, chain: 'any' }))).not.toContain('chain: false');
  });
});

describe('the fingerprint of a certificate', () => {
  it.each(['print', 'digits', 'upper'])('is compared however it is written: %s', async (form) => {
    const { stdout } = await execa('openssl', ['x509', '-noout', '-fingerprint', '-sha256'], {
      input: issued.certificate,
    });
    const bare = stdout.replace(/^.*=/, '').replaceAll(':', '');
    const fingerprint = { print: stdout, digits: bare.toLowerCase(), upper: bare }[form];
    expect((await part('fingerprint', { fingerprint }))?.verdict).toBe('true');
  });

  it('is false where another certificate is served', async () => {
    expect((await part('fingerprint', { fingerprint: '$FINGERPRINT', remedy: 'Restart it.' }))?.remedy).toBe(
      'Restart it.',
    );
  });

  it('is unknown where it is none', async () => {
    expect(await probe({ fingerprint: 'SHA1 Fingerprint=AA:BB' })).toMatchObject([
      { verdict: 'unknown', observed: '“SHA1 Fingerprint=AA:BB” is no SHA-256 fingerprint.' },
    ]);
  });
});

describe('a server without a handshake', () => {
  it.each<[string, (socket: Socket) => void, string, RegExp]>([
    ['is silent', () => undefined, 'false', /^no answer within 0\.3 s$/],
    ['hangs up', (socket) => socket.once('data', () => socket.destroy()), 'false', /^it closed the connection/],
    [
      'resets the connection',
      (socket) => socket.once('data', () => socket.resetAndDestroy()),
      'false',
      /^it closed the connection/,
    ],
    [
      'speaks in the clear',
      (socket) => socket.write('220 mx.example.com ESMTP\r\n'),
      'false',
      /^it does not speak TLS here$/,
    ],
    ['sends what is none', (socket) => socket.write(Buffer.alloc(100_000, 22)), 'false', /TLS|handshake/],
  ])('because it %s is told so', async (_, greet, verdict, observed) => {
    const server = await aService(greet);
    onTestFinished(server.stop);
    const evidence = await probe({ port: server.port, timeout: 0.3, remedy: 'Mend it.' });
    expect(evidence).toMatchObject([{ verdict, observed: expect.stringMatching(observed), remedy: 'Mend it.' }]);
  });

  it('because it is closed, or is no name, is what the guide says of it', async () => {
    expect(verdicts(await probe({ port: await aClosedPort() }))).toEqual([': false']);
    expect(verdicts(await probe({ family: 6, noroute: 'warning' }))).toEqual([': warning']);
  });

  it('ends with the reason of the signal', async () => {
    const abort = new AbortController();
    const server = await aService((socket) => void socket.once('data', () => abort.abort(new Error('enough'))));
    onTestFinished(server.stop);
    await expect(tls({ port: server.port }, aContext({ signal: abort.signal }))).rejects.toThrow('enough');
  });
});

describe('STARTTLS', () => {
  it('is said before the handshake', async () => {
    const server = await anSmtpServer(issued);
    onTestFinished(server.stop);
    const evidence = await probe({ port: server.port, starttls: 'smtp', refuses: ['TLSv1'] });
    expect(verdicts(evidence)).toEqual([': true', 'names: true', 'time: true', 'chain: true', 'old versions: true']);
  });

  it('that is refused is false, and that is put off not yet', async () => {
    const refusing = (reply: string) => (line: string) => (line === 'STARTTLS' ? reply : usualAnswer(line));
    for (const [reply, verdict] of [
      ['502 5.5.1 what?\r\n', 'false'],
      ['454 4.7.0 TLS not available\r\n', 'not-yet'],
      ['220 go\r\n250 already said\r\n', 'false'],
    ] as const) {
      const server = await aScriptedServer({ answer: refusing(reply) });
      onTestFinished(server.stop);
      expect(verdicts(await probe({ port: server.port, starttls: 'smtp' }))).toEqual([`: ${verdict}`]);
    }
  });
});

describe('old versions of TLS', () => {
  const refuses = ['TLSv1', 'TLSv1.1'];

  it('are refused by a server that is set up for that', async () => {
    expect(await part('old versions', { refuses })).toMatchObject({
      verdict: 'true',
      expected: 'it refuses TLSv1 and TLSv1.1',
      observed: expect.stringMatching(/^TLSv1: it refused: .*; TLSv1\.1: it refused: /),
    });
  });

  it('are told where a server takes them, as a warning where the guide says so', async () => {
    const old = await aTlsService({ ...shownBy(issued), minVersion: 'TLSv1', ciphers: 'DEFAULT@SECLEVEL=0' });
    onTestFinished(old.stop);
    expect(await part('old versions', { port: old.port, refuses })).toMatchObject({
      verdict: 'false',
      observed: expect.stringMatching(/^TLSv1: taken, with ECDHE-ECDSA-AES\S+; TLSv1\.1: taken, with/),
    });
    expect((await part('old versions', { port: old.port, refuses, old: 'warning' }))?.verdict).toBe('warning');
  });

  it('are unknown where the server went away in between', async () => {
    let connections = 0;
    const front = await aService((socket) => {
      connections += 1;
      if (connections > 1) return;
      socket.pipe(connectTcp(service.port, '127.0.0.1')).pipe(socket);
    });
    onTestFinished(front.stop);
    expect((await part('old versions', { port: front.port, refuses, timeout: 0.3 }))?.verdict).toBe('unknown');
  });
});

describe('session tickets', () => {
  const tickets = 'absent';

  it('are told where a mail server sends them', async () => {
    const starting = await anSmtpServer(issued);
    const implicit = await anSmtpServer(issued, { secure: true });
    onTestFinished(starting.stop);
    onTestFinished(implicit.stop);
    for (const spec of [{ port: starting.port, starttls: 'smtp' }, { port: implicit.port }]) {
      expect(await part('tickets', { ...spec, tickets })).toMatchObject({
        verdict: 'false',
        observed: expect.stringMatching(/^it sends session tickets: [12]$/),
      });
    }
  });

  it('are absent where it sends none, or speaks TLS 1.2 at most', async () => {
    const none = await anOpensslServer(issued, ['-num_tickets', '0']);
    onTestFinished(none.stop);
    expect(await part('tickets', { port: none.port, tickets })).toMatchObject({
      verdict: 'true',
      observed: 'no session tickets',
    });
    const older = await anSmtpServer(issued, { secure: true, maxVersion: 'TLSv1.2' });
    onTestFinished(older.stop);
    expect((await part('tickets', { port: older.port, tickets }))?.verdict).toBe('true');
  });

  it('are unknown where no conversation comes to its answer', async () => {
    const mute = await anOpensslServer(issued, ['-num_tickets', '0'], []);
    onTestFinished(mute.stop);
    expect(await part('tickets', { port: mute.port, tickets, timeout: 0.3 })).toMatchObject({
      verdict: 'unknown',
      observed: expect.stringMatching(/broke off: no answer within 0\.3 s$/),
    });
  });
});
