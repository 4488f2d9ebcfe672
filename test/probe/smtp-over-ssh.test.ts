import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { Connection } from '../../src/remote/connection.ts';
import { connectTo } from '../remote/connecting.ts';
import type { Sshd } from '../sshd.ts';
import { killIfThere, sshdAvailable, startSshd } from '../sshd.ts';
import type { Service } from './a-service.ts';
import { aClosedPort, aService } from './a-service.ts';
import { anSmtpServer, aScriptedServer, usualAnswer } from './an-smtp-server.ts';
import type { Authority, Issued } from './certificates.ts';
import { anAuthority } from './certificates.ts';
import { aContext, smtp, tls, verdicts } from './probing.ts';

describe.skipIf(!sshdAvailable())('a mail server seen from the target, over a real SSH server', () => {
  let authority: Authority;
  let issued: Issued;
  let server: Service;
  let sshd: Sshd;
  let connection: Connection;
  beforeAll(async () => {
    authority = await anAuthority();
    issued = await authority.issue(['DNS:mx.example.com']);
    server = await anSmtpServer(issued);
    sshd = await startSshd();
    await sshd.trust();
    connection = await connectTo(sshd);
  });
  afterAll(async () => {
    await connection.close();
    await sshd.stop();
    await Promise.all([server.stop(), authority.remove()]);
  });

  const context = (line = connection) =>
    aContext({ connection: line, authorities: [authority.root], secrets: { PASSWORD: 'coo coo 7' } });

  it('is talked with, and logged in to, under TLS through the line', async () => {
    const evidence = await smtp(
      {
        from: 'target',
        port: server.port,
        security: 'starttls',
        name: 'mx.example.com',
        login: { user: 'i@example.com', password: '$PASSWORD' },
        envelope: { to: 'a@elsewhere.example', is: 'refused' },
        bareLineFeed: { to: 'postmaster@elsewhere.example' },
      },
      context(),
    );
    expect(verdicts(evidence)).toEqual([
      ': true',
      'STARTTLS: true',
      'name: true',
      'login: true',
      'envelope: true',
      'bare line feed: unknown',
    ]);
    expect(new Set(evidence.map(({ vantage }) => vantage))).toEqual(new Set(['target']));
  });

  it('shows its certificate, its tickets and what it refuses', async () => {
    const spec = { from: 'target', port: server.port, starttls: 'smtp', servername: 'mx.example.com' };
    const evidence = await tls({ ...spec, tickets: 'absent', refuses: ['TLSv1', 'TLSv1.1'] }, context());
    expect(verdicts(evidence)).toEqual([
      ': true',
      'names: true',
      'time: true',
      'chain: true',
      'tickets: false',
      'old versions: true',
    ]);
  });

  it('is false where its port is closed', async () => {
    const port = await aClosedPort();
    expect(verdicts(await smtp({ from: 'target', port }, context()))).toEqual([': false']);
    expect(verdicts(await tls({ from: 'target', port }, context()))).toEqual([': false']);
  });

  it('is unknown without a line', async () => {
    expect(verdicts(await smtp({ from: 'target', port: 25 }))).toEqual([': unknown']);
    expect(verdicts(await tls({ from: 'target', port: 465 }))).toEqual([': unknown']);
  });

  it.each(['EHLO', 'STARTTLS', 'RCPT'])('is unknown, never false, where the line breaks at %s', async (command) => {
    const line = await connectTo(sshd);
    const others = await sshd.connectionPids();
    const doomed = await aScriptedServer({
      answer(said) {
        if (!said.startsWith(command)) return usualAnswer(said);
        for (const pid of others) killIfThere(pid);
        return undefined;
      },
    });
    onTestFinished(doomed.stop);
    const security = command === 'STARTTLS' ? 'starttls' : 'none';
    const spec = { from: 'target', port: doomed.port, security, envelope: { to: 'a@example.com' } };
    const evidence = await smtp(spec, context(line));
    expect(evidence.at(-1)).toMatchObject({ verdict: 'unknown', observed: expect.stringMatching(/lost|broke off/) });
    await line.close();
    connection = await connectTo(sshd);
  });

  it('is unknown, never said to refuse old TLS, where the line breaks in a handshake', async () => {
    const line = await connectTo(sshd);
    const pids = await sshd.connectionPids();
    let connections = 0;
    const doomed = await aService((socket) => {
      connections += 1;
      if (connections === 1) return void socket.pipe(connect(server.port, '127.0.0.1')).pipe(socket);
      let isTls = false;
      socket.write('220 mx.example.com\r\n');
      socket.on('data', (said) => {
        if (isTls) for (const pid of pids) killIfThere(pid);
        else socket.write(usualAnswer(String(said).trim()) ?? '');
        isTls ||= String(said).startsWith('STARTTLS');
      });
    });
    onTestFinished(doomed.stop);
    const spec = {
      from: 'target',
      port: doomed.port,
      starttls: 'smtp',
      servername: 'mx.example.com',
      refuses: ['TLSv1'],
    };
    expect(verdicts(await tls(spec, context(line))).at(-1)).toBe('old versions: unknown');
    await line.close();
    connection = await connectTo(sshd);
  });
});
