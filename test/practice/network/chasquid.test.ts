import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Chasquid, type ChasquidOptions, startChasquid } from '../../../src/practice/network/chasquid/chasquid.ts';
import { hashPassword, isPassword, readUsers, writeUsers } from '../../../src/practice/network/chasquid/users.ts';
import { type Internet, startInternet } from '../../../src/practice/network/internet.ts';
import { runTypedProbe } from '../../../src/probe/probe.ts';
import type { SmtpSpec } from '../../../src/probe/spec/smtp.ts';
import { smtpSpec } from '../../../src/probe/spec/smtp.ts';
import { aMailHost, type MemoryHost, password, publishRecords } from './memory-host.ts';
import { practiceContext } from './probing.ts';

let internet: Internet;
let host: MemoryHost;
const running: Chasquid[] = [];

beforeEach(async () => {
  internet = await startInternet();
  host = await aMailHost(internet);
  publishRecords(internet);
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((chasquid) => chasquid.stop()));
  await internet.close();
});

async function start(version = '1.19.0', more: Partial<ChasquidOptions> = {}): Promise<Chasquid> {
  const started = await startChasquid({ host, internet, version, ...more });
  if (started.kind === 'failed') throw new Error(started.why);
  running.push(started.chasquid);
  return started.chasquid;
}

async function failure(version: string): Promise<string> {
  const started = await startChasquid({ host, internet, version });
  if (started.kind === 'running') running.push(started.chasquid);
  return started.kind === 'running' ? 'it runs' : started.why;
}

async function probe(spec: object): Promise<Record<string, string>> {
  const asked: SmtpSpec = smtpSpec.parse({ from: 'here', host: 'smtp.example.com', ...spec });
  const context = practiceContext(internet, { secrets: { SENDER_PASSWORD: password } });
  const evidence = await runTypedProbe({ kind: 'smtp', spec: asked }, context);
  return Object.fromEntries(
    evidence.map((one) => [one.probe.replace(/^smtp \S+ ?/, ''), `${one.verdict}: ${one.observed}`]),
  );
}

const login = { user: 'i@example.com', password: '$SENDER_PASSWORD' };

describe('chasquid of the practice server', () => {
  it('greets by its configured name, and takes the password on both doors of senders', async () => {
    await start();
    const on465 = await probe({ port: 465, login });
    expect(on465['']).toMatch(/^true: 220 smtp\.example\.com ESMTP chasquid/);
    expect(Object.values(on465).join('\n')).toContain('true: AUTH PLAIN as i@example.com: 235 2.7.0');
    const on587 = await probe({ port: 587, beforeTls: { offers: ['STARTTLS'], lacks: ['AUTH'] }, login });
    expect(Object.values(on587).every((text) => text.startsWith('true'))).toBe(true);
  });

  it('refuses another password, and tells so in its log', async () => {
    await start();
    const wrong = { ...login, password: 'surely-not-the-password', is: 'refused' };
    const said = await probe({ port: 465, login: wrong });
    expect(Object.values(said).join('\n')).toContain('535 5.7.8 Incorrect user or password');
    expect(host.lines.at(-1)).toMatch(/^192\.0\.2\.20:\d+ auth failed for i@example\.com$/);
  });

  it('relays for nobody, and takes no mail on the doors of senders without a login', async () => {
    await start();
    const relay = await probe({ port: 25, envelope: { to: 'nobody@gmail.com', is: 'refused' } });
    expect(Object.values(relay).join('\n')).toContain('true: RCPT TO:<nobody@gmail.com>: 503 5.7.1 Relay not allowed');
    const submission = await probe({ port: 587, envelope: { from: login.user, to: login.user, is: 'refused' } });
    expect(Object.values(submission).join('\n')).toContain('550 5.7.9 Mail to submission port must be authenticated');
  });

  it('refuses a bare line feed from 1.13 on, and takes it before', async () => {
    const old = await start('1.11');
    const lines = { port: 25, bareLineFeed: { to: login.user } };
    expect(Object.values(await probe(lines)).join('\n')).toMatch(/false: it took a bare line feed/);
    await old.stop();
    await start('1.15.0');
    expect(Object.values(await probe(lines)).join('\n')).toContain('true: 521 5.5.2');
  });

  it('refuses who is not allowed by SPF to write for a domain', async () => {
    await start();
    const said = await probe({ port: 25, envelope: { from: login.user, to: login.user, is: 'refused' } });
    expect(Object.values(said).join('\n')).toContain('550 5.7.23 SPF check failed');
  });

  it('does not start while there is no domain or no certificate', async () => {
    host.files.delete('/etc/chasquid/domains/example.com/users');
    host.files.delete('/etc/chasquid/domains/example.com/aliases');
    expect(await failure('1.15.0')).toBe('No entries found in "domains/"');
    host = await aMailHost(internet);
    host.files.delete('/etc/chasquid/certs/smtp.example.com/privkey.pem');
    expect(await failure('1.15.0')).toBe('At least one valid certificate is needed');
    expect(host.lines).toContain('No SSL/TLS certificates found');
  });

  it('does not start with a key in its configuration that the version does not know', async () => {
    host.put('/etc/chasquid/chasquid.conf', 'hostname: "a"\nmax_queue_items: 10\n');
    expect(await failure('1.11')).toContain('unknown field: max_queue_items');
    expect(await failure('1.19.0')).toBe('it runs');
  });

  it('ends for users that it may not read from 1.15 on, and refuses their logins before', async () => {
    host.unreadable.add('/etc/chasquid/domains/example.com/users');
    expect(await failure('1.15.0')).toContain(
      'example.com: users file error: open domains/example.com/users: permission denied',
    );
    await start('1.11');
    expect(Object.values(await probe({ port: 465, login })).join('\n')).toContain('535');
  });

  it('passes over a certificate by a symbolic link at 1.11 alone', async () => {
    host.links.add('/etc/chasquid/certs/smtp.example.com');
    expect(await failure('1.11')).toBe('At least one valid certificate is needed');
    expect(await failure('1.15.0')).toBe('it runs');
  });

  it('sees a first sender without a restart from 1.13 on', async () => {
    const users = host.files.get('/etc/chasquid/domains/example.com/users')?.toString() ?? '';
    host.put('/etc/chasquid/domains/example.com/users', '');
    const old = await start('1.11');
    host.put('/etc/chasquid/domains/example.com/users', users);
    await old.reload();
    expect(Object.values(await probe({ port: 465, login })).join('\n')).toContain('535');
    await old.stop();
    host.put('/etc/chasquid/domains/example.com/users', '');
    const later = await start('1.15.0');
    host.put('/etc/chasquid/domains/example.com/users', users);
    await later.reload();
    expect(Object.values(await probe({ port: 465, login })).join('\n')).toContain('235');
  });

  it('ends when aliases become unreadable while it runs', async () => {
    const chasquid = await start('1.15.0');
    host.unreadable.add('/etc/chasquid/domains/example.com/aliases');
    await chasquid.reload();
    expect(await chasquid.ended).toContain('aliases file error');
    expect(internet.reachFromOutside('203.0.113.10', 25)).toEqual({ kind: 'refused' });
  });

  it('goes on when clients say nonsense, flood it, or go away', async () => {
    await start();
    const route = internet.reachFromOutside('203.0.113.10', 25);
    const port = route.kind === 'open' ? route.port : 0;
    const talk = async (said: string): Promise<string> => {
      const socket = connect(port, '127.0.0.1');
      socket.on('error', () => undefined);
      socket.write(said);
      let heard = '';
      for await (const piece of socket) heard += piece;
      return heard;
    };
    expect(await talk('X\r\nY\r\nZ\r\n')).toMatch(
      /500 5\.5\.1 Unknown command\r\n421 4\.5\.0 Too many errors, bye\r\n$/,
    );
    expect(await talk('GET / HTTP/1.1\r\n')).toContain('502 5.7.0 You hear someone cursing shoplifters');
    expect(await talk('x'.repeat(100_000))).toMatch(/^220 /);
    const leaving = connect(port, '127.0.0.1');
    leaving.write('EHLO a\r\nMAIL FROM:<>\r\nRCPT TO:<i@example.com>\r\nDATA\r\nhalf', () => leaving.destroy());
    await once(leaving, 'close');
    const quiet = await talk('EHLO a\r\nAUTH PLAIN x\r\nQUIT\r\n');
    expect(quiet).toContain('503 5.7.10 You feel vulnerable');
    expect(quiet).toContain('221 2.0.0 Be seeing you...');
  });

  it('keeps its users in the format of the real one', async () => {
    const kept = await hashPassword('a "quoted" one');
    const text = writeUsers(new Map([['i', kept]]));
    expect(text).toMatch(/^users: \{\n {2}key: "i"\n {2}value: \{\n {4}scrypt: \{\n {6}logN: 14\n {6}r: 8\n/);
    const read = readUsers(text.replace('users: {', 'users:  {')).get('i');
    expect(read !== undefined && (await isPassword('a "quoted" one', read))).toBe(true);
    expect(read !== undefined && (await isPassword('another', read))).toBe(false);
  });
});
