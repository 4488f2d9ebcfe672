import { generateKeyPairSync } from 'node:crypto';
import { ImapFlow } from 'imapflow';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Chasquid, startChasquid } from '../../../src/practice/network/chasquid/chasquid.ts';
import type { SendAs } from '../../../src/practice/network/gmail/sender.ts';
import { type Internet, startInternet } from '../../../src/practice/network/internet.ts';
import { runTypedProbe } from '../../../src/probe/probe.ts';
import { bannerSpec } from '../../../src/probe/spec/banner.ts';
import { mailSpec } from '../../../src/probe/spec/mail.ts';
import { aMailHost, aSigningKey, type MemoryHost, password, publishRecords } from './memory-host.ts';
import { practiceContext } from './probing.ts';

const key = aSigningKey();
const keyPath = '/etc/chasquid/domains/example.com/dkim:sel.pem';
const id = '20261124.abc@example.com';
const letter: SendAs = {
  server: 'smtp.example.com',
  port: 465,
  user: 'i@example.com',
  password,
  from: 'i@example.com',
  to: 'alice@gmail.com',
  message: [
    'From: i@example.com',
    'To: alice@gmail.com',
    'Subject: First letter',
    `Date: ${new Date().toUTCString().replace('GMT', '+0000')}`,
    `Message-ID: <${id}>`,
    '',
    'Hello,',
    '.',
    'this is a test.',
    '',
  ].join('\r\n'),
};

let internet: Internet;
let host: MemoryHost;
let chasquid: Chasquid;

beforeEach(async () => {
  internet = await startInternet();
  host = await aMailHost(internet);
  host.put(keyPath, key.pem);
  publishRecords(internet, key);
});
afterEach(async () => {
  await chasquid?.stop();
  await internet.close();
});

/** Starts the mail server, sends the letter through it, and resolves to the log's line of what became of it. */
async function send(changes: Partial<SendAs> = {}, version = '1.19.0'): Promise<string> {
  const started = await startChasquid({ host, internet, version });
  if (started.kind === 'failed') throw new Error(started.why);
  chasquid = started.chasquid;
  expect(await internet.gmail.sendAs({ ...letter, ...changes })).toEqual({ kind: 'sent' });
  return host.said(' to=alice@gmail.com ');
}

/** The three verdicts that Gmail wrote into the letter, and the folder it is in. */
async function verdicts(): Promise<string> {
  const { octets, folder } = await internet.gmail.mailbox.arrival(id);
  const header = octets.toString().replace(/\r\n[ \t]+/g, ' ');
  const results = /^Authentication-Results: (.*)$/m.exec(header)?.[1] ?? '';
  const verdict = (method: string) => new RegExp(`\\b${method}=(\\w+)`).exec(results)?.[1] ?? '-';
  return `spf=${verdict('spf')} dkim=${verdict('dkim')} dmarc=${verdict('dmarc')} ${folder}`;
}

const zone = {
  domain: { name: 'example.com', type: 'TXT' },
  selector: { name: 'sel._domainkey.example.com', type: 'TXT' },
} as const;
const onlyIpv4 = () => {
  host.sources = { 4: '203.0.113.10' };
};
const withoutSpf = () => internet.zones.retract(zone.domain);
const unsigned = () => host.files.delete(keyPath);
const policy = (value: string) => {
  internet.zones.retract({ name: '_dmarc.example.com', type: 'TXT' });
  if (value !== '') internet.registrar.add({ name: '_dmarc', type: 'TXT', value });
};
const spfIs = (...values: string[]) => {
  withoutSpf();
  for (const value of values) internet.registrar.add({ name: '', type: 'TXT', value });
};
const keyIs = (value: string) => {
  internet.zones.retract(zone.selector);
  if (value !== '') internet.registrar.add({ name: 'sel._domainkey', type: 'TXT', value });
};
const edwards = () => {
  const pair = generateKeyPairSync('ed25519');
  host.put(keyPath, pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString());
  const octets = pair.publicKey.export({ type: 'spki', format: 'der' }).subarray(-32);
  keyIs(`v=DKIM1; k=ed25519; p=${octets.toString('base64')}`);
};

describe('Gmail of the practice world judges by what is published', () => {
  it.each([
    { of: 'all that is right, over IPv6', break: () => undefined, is: 'spf=pass dkim=pass dmarc=pass INBOX' },
    { of: 'all that is right, over IPv4', break: onlyIpv4, is: 'spf=pass dkim=pass dmarc=pass INBOX' },
    { of: 'a key on Edwards’ curve', break: edwards, is: 'spf=pass dkim=pass dmarc=pass INBOX' },
    { of: 'another key', break: () => keyIs(aSigningKey().record), is: 'spf=pass dkim=fail dmarc=pass INBOX' },
    { of: 'no key', break: () => keyIs(''), is: 'spf=pass dkim=neutral dmarc=pass INBOX' },
    { of: 'half a key', break: () => keyIs(key.record.slice(0, 255)), is: 'spf=pass dkim=neutral dmarc=pass INBOX' },
    { of: 'no SPF', break: withoutSpf, is: 'spf=none dkim=pass dmarc=pass INBOX' },
    {
      of: 'another address’s SPF',
      break: () => spfIs('v=spf1 ip4:192.0.2.1 -all'),
      is: 'spf=fail dkim=pass dmarc=pass INBOX',
    },
    {
      of: 'SPF without IPv6',
      break: () => spfIs('v=spf1 ip4:203.0.113.10 -all'),
      is: 'spf=fail dkim=pass dmarc=pass INBOX',
    },
    {
      of: 'two SPF records',
      break: () => spfIs('v=spf1 mx -all', 'v=spf1 a -all'),
      is: 'spf=permerror dkim=pass dmarc=pass INBOX',
    },
    { of: 'no signature', break: unsigned, is: 'spf=pass dkim=none dmarc=pass INBOX' },
    { of: 'no DMARC', break: () => policy(''), is: 'spf=pass dkim=pass dmarc=none INBOX' },
    {
      of: 'neither signature nor SPF, to be put aside',
      break: () => {
        unsigned();
        withoutSpf();
      },
      is: 'spf=none dkim=none dmarc=fail [Gmail]/Spam',
    },
  ])('$of', async ({ break: change, is }) => {
    change();
    expect(await send()).toMatch(/ sent$/);
    expect(await verdicts()).toBe(is);
  });

  it.each([
    {
      of: 'an IPv6 address without a reverse name',
      break: () =>
        internet.zones.retract({
          name: '0.1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.3.1.1.0.8.b.d.0.1.0.0.2.ip6.arpa',
          type: 'PTR',
        }),
      says: '550 5.7.1 [2001:db8:113::10] Our system has detected',
    },
    {
      of: 'an IPv4 address whose reverse name does not lead back',
      break: () => {
        onlyIpv4();
        internet.registrar.add({ name: '203.0.113.10', type: 'PTR', value: 'vmi1.contaboserver.example' });
      },
      says: '550 5.7.25 [203.0.113.10] The IP address',
    },
    {
      of: 'neither signature nor SPF, to be refused',
      break: () => {
        unsigned();
        withoutSpf();
        policy('v=DMARC1; p=reject');
      },
      says: '550 5.7.26 Unauthenticated email from example.com',
    },
    {
      of: 'neither signature nor SPF nor DMARC',
      break: () => {
        unsigned();
        withoutSpf();
        policy('');
      },
      says: '550 5.7.26 Your email has been blocked because the sender is unauthenticated',
    },
  ])('refuses $of', async ({ break: change, says }) => {
    change();
    const line = await send();
    expect(line).toContain('failed (permanent): DATA closing ');
    expect(line).toContain(says);
    expect(internet.gmail.mailbox.in('INBOX')).toEqual([]);
  });

  it('believes what the hook of an old chasquid signs, and nothing where a part of it is missing', async () => {
    unsigned();
    host.put('/etc/chasquid/hooks/post-data', '#!/bin/sh\n');
    host.put('/usr/bin/dkimsign', '#!/usr/bin/python3\n');
    host.put('/etc/chasquid/domains/example.com/dkim_selector', 'sel\n');
    host.put('/etc/chasquid/certs/example.com/dkim_privkey.pem', key.pem);
    await send({}, '1.11');
    expect(await verdicts()).toBe('spf=pass dkim=pass dmarc=pass INBOX');
    host.files.delete('/usr/bin/dkimsign');
    const second = '20261124.second@example.com';
    await internet.gmail.sendAs({ ...letter, message: letter.message.replace(id, second) });
    const { octets } = await internet.gmail.mailbox.arrival(second);
    expect(octets.toString()).toContain('dkim=none');
  });

  it('is not reached where port 25 is blocked, and gets what waited when it is open again', async () => {
    const unblock = internet.network.block(({ from, port }) =>
      from.includes('113') && port === 25 ? 'silence' : undefined,
    );
    expect(await send()).toMatch(/failed \(temporary\): all mail servers failed temporarily.*i\/o timeout$/);
    expect([...host.files.keys()].filter((path) => path.startsWith('/var/lib/chasquid/queue/m:'))).toHaveLength(1);
    unblock();
    chasquid.flush();
    expect(await verdicts()).toBe('spf=pass dkim=pass dmarc=pass INBOX');
    await host.said('all done');
  });

  it('gets what is passed on by an alias, from a sender of our own', async () => {
    await send({ to: 'postmaster@example.com' });
    const { octets } = await internet.gmail.mailbox.arrival(id);
    expect(octets.toString()).toContain('Return-Path: <i@example.com>');
  });
});

describe('Gmail of the practice world as probes see it', () => {
  it('greets as Gmail does, over both families', async () => {
    for (const family of [4, 6]) {
      const spec = bannerSpec.parse({
        from: 'here',
        host: 'gmail-smtp-in.l.google.com',
        port: 25,
        family,
        expect: '^220 mx\\.google\\.com',
      });
      const [evidence] = await runTypedProbe({ kind: 'banner', spec }, practiceContext(internet));
      expect(evidence?.verdict).toBe('true');
    }
  });

  it('shows what arrived over IMAP, and every verdict of it', async () => {
    await send();
    const { mailbox } = internet.gmail;
    const spec = mailSpec.parse({
      of: 'message',
      id,
      mailbox: mailbox.address,
      password: '$MAILBOX_PASSWORD',
      imap: 'imap.gmail.com:993',
      addresses: ['203.0.113.10', '2001:db8:113::10'],
    });
    const context = practiceContext(internet, { secrets: { MAILBOX_PASSWORD: mailbox.password } });
    await mailbox.arrival(id);
    const evidence = await runTypedProbe({ kind: 'mail', spec }, context);
    expect(evidence.map(({ probe, verdict }) => `${probe}: ${verdict}`)).toEqual([
      'mail message arrived: true',
      'mail message tls: true',
      'mail message spf: true',
      'mail message dkim: true',
      'mail message dmarc: true',
      'mail message alignment: true',
      'mail message address: true',
    ]);
    expect(evidence[1]?.observed).toContain('TLS 1.3');
    const wrong = await runTypedProbe({ kind: 'mail', spec }, { ...context, secrets: { MAILBOX_PASSWORD: 'another' } });
    expect(wrong[0]).toMatchObject({ verdict: 'unknown' });
    expect(wrong[0]?.observed).toContain('does not let alice@gmail.com in');
  });

  it('gives another mail program whole messages, headers, sizes and folders', async () => {
    await send();
    const { mailbox } = internet.gmail;
    const { octets } = await mailbox.arrival(id);
    const route = internet.reachFromOutside('198.51.100.25', 993);
    const client = new ImapFlow({
      host: '127.0.0.1',
      port: route.kind === 'open' ? route.port : 0,
      servername: 'imap.gmail.com',
      secure: true,
      tls: { ca: internet.authority.rootPem },
      auth: { user: mailbox.address, pass: mailbox.password },
      logger: false,
    });
    await client.connect();
    const folders = await client.list();
    expect(folders.map(({ path, specialUse }) => `${path} ${specialUse ?? ''}`.trim()).sort()).toEqual([
      'INBOX \\Inbox',
      '[Gmail]/All Mail \\All',
      '[Gmail]/Spam \\Junk',
    ]);
    await client.mailboxOpen('INBOX', { readOnly: true });
    const fetched = await client.fetchOne('1', { source: true, size: true, uid: true });
    if (fetched === false) throw new Error('There is no first message.');
    expect(fetched.source?.equals(octets)).toBe(true);
    expect(fetched.size).toBe(octets.length);
    await client.logout();
  });

  it('sends as somebody through port 587 too, and comes from a machine of Google’s', async () => {
    await send({ port: 587 });
    const queued = await host.said(' queued ');
    expect(queued).toMatch(/from=i@example\.com queued ip=198\.51\.100\.25:\d+ to=\[alice@gmail\.com\]/);
    const { answers } = internet.resolver.reply({ name: '25.100.51.198.in-addr.arpa', type: 'PTR' });
    expect(answers.map((answer) => (answer.type === 'PTR' ? answer.data : ''))).toEqual(['mail-sor-f41.google.com']);
  });

  it('sends nothing through a server with another password, without its certificate, or out of reach', async () => {
    await send();
    const failed = async (changes: Partial<SendAs>) => {
      const sent = await internet.gmail.sendAs({ ...letter, ...changes });
      return sent.kind === 'failed' ? sent.why : 'sent';
    };
    expect(await failed({ password: 'another' })).toContain('535 5.7.8 Incorrect user or password');
    internet.registrar.add({ name: 'mail', type: 'A', value: '203.0.113.10' });
    expect(await failed({ server: 'mail.example.com' })).toContain('doesn’t match the host');
    expect(await failed({ server: 'nowhere.example.com' })).toContain('no such name');
    await chasquid.stop();
    expect(await failed({})).toBe('Couldn’t reach server: connection refused');
  });
});
