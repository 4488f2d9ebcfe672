import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { ProbeSettings } from '../../src/probe/settings.ts';
import { defaultSettings } from '../../src/probe/settings.ts';
import type { DoubleFolder, ImapDouble } from '../imap-double.ts';
import { startImapDouble } from '../imap-double.ts';
import { fromGmail } from '../mail/messages.ts';
import { aDirectory } from '../session/a-session.ts';
import type { Authority, Issued } from './certificates.ts';
import { anAuthority, shownBy } from './certificates.ts';
import type { AskedOfMail } from './mail-probe.ts';
import { probeMail } from './mail-probe.ts';

const id = '0123456789abcdef@example.com';
const password = 'abcd efgh ijkl mnop';
const settings = defaultSettings(['127.0.0.1']);

async function aFile(text: string): Promise<string> {
  const file = join(aDirectory(), 'original.eml');
  await writeFile(file, text);
  return file;
}

async function probeFile(text: string, more: AskedOfMail = {}) {
  return probeMail({ of: 'message', file: await aFile(text), ...more }, { settings });
}

describe('a message in a file', () => {
  it('is told subject by subject', async () => {
    const seen = await probeFile(fromGmail());
    expect(seen.map(({ probe, verdict }) => [probe, verdict])).toEqual([
      ['mail message arrived', 'true'],
      ['mail message tls', 'true'],
      ['mail message spf', 'true'],
      ['mail message dkim', 'true'],
      ['mail message dmarc', 'true'],
      ['mail message alignment', 'true'],
      ['mail message address', 'true'],
    ]);
    expect(seen[1]?.observed).toContain('TLS 1.3');
    expect(seen[6]?.observed).toContain('over IPv6, from 2001:db8:17::25');
  });

  it('does not pass on DMARC alone: SPF and DKIM are each told', async () => {
    const seen = await probeFile(fromGmail({ spf: 'spf=softfail smtp.mailfrom=i@example.com' }));
    const verdictOf = (subject: string) => seen.find(({ probe }) => probe === `mail message ${subject}`)?.verdict;
    expect([verdictOf('spf'), verdictOf('dkim'), verdictOf('dmarc')]).toEqual(['false', 'true', 'true']);
  });

  it('is false where it came in the clear', async () => {
    const seen = await probeFile(fromGmail({ tls: '', with: 'ESMTP' }));
    expect(seen.find(({ probe }) => probe === 'mail message tls')).toMatchObject({ verdict: 'false' });
  });

  it('is false where it came from another address than the server’s', async () => {
    const given = { addresses: ['$IPV4', '$IPV6'] };
    const context = { settings, values: { IPV6: '2001:db8:17:0::25' } };
    const spec = { of: 'message', file: await aFile(fromGmail()), ...given } as const;
    const [own] = (await probeMail(spec, context)).filter(({ probe }) => probe.endsWith('address'));
    expect(own?.verdict).toBe('true');
    const [other] = (await probeMail(spec, { ...context, values: { IPV4: '192.0.2.1' } })).filter(({ probe }) =>
      probe.endsWith('address'),
    );
    expect(other).toMatchObject({ verdict: 'false' });
    expect(other?.observed).toContain('which is 192.0.2.1');
  });

  it('is unknown where it is another message', async () => {
    const [only, ...others] = await probeMail(
      {
        of: 'message',
        file: await aFile(fromGmail()),
        id: 'other@example.com',
        mailbox: '$NONE',
        password: '$NONE',
        imap: 'a',
      },
      { settings },
    );
    expect(others).toEqual([]);
    expect(only).toMatchObject({ verdict: 'unknown' });
    expect(only?.observed).toContain(`its Message-ID is ${id}, not other@example.com`);
  });

  it('is unknown where it has no headers, where it is missing, and where it is nowhere', async () => {
    const [bare] = await probeFile('Hej!\n\nThis is no message.\n');
    expect(bare).toMatchObject({ probe: 'mail message arrived', verdict: 'unknown' });
    expect(bare?.remedy).not.toBe('');
    const [missing] = await probeMail({ of: 'message', file: '/nowhere/original.eml' }, { settings });
    expect(missing).toMatchObject({ verdict: 'unknown' });
    expect(missing?.observed).toContain('ENOENT');
    const [nowhere] = await probeMail({ of: 'message', file: '$TEST_EML' }, { settings });
    expect(nowhere).toMatchObject({ verdict: 'unknown' });
    expect(nowhere?.observed).toContain('does not know where the message is');
  });

  it('is read without the rest of a file of 50 MB', async () => {
    const seen = await probeFile(fromGmail() + 'x'.repeat(50_000_000));
    expect(seen.map(({ verdict }) => verdict)).toEqual(Array(7).fill('true'));
  });
});

describe('a message in a mailbox', () => {
  let authority: Authority;
  let issued: Issued;
  let double: ImapDouble | undefined;
  beforeAll(async () => {
    authority = await anAuthority();
    issued = await authority.issue(['IP:127.0.0.1']);
  });
  afterAll(() => authority?.remove());
  afterEach(async () => {
    await double?.stop();
    double = undefined;
  });

  async function given(folders: readonly DoubleFolder[], more: AskedOfMail = {}, secret = password) {
    double = await startImapDouble(shownBy(issued), { user: 'a@example.com', password, folders });
    const spec: AskedOfMail = {
      of: 'message',
      id: '$ID',
      mailbox: 'a@example.com',
      password: '$MAILBOX_PASSWORD',
      imap: `127.0.0.1:${double.port}`,
      ...more,
    };
    const trusting = { ...settings, authorities: [authority.root] };
    return (own: ProbeSettings = trusting) =>
      probeMail(spec, { settings: own, values: { ID: `<${id}>` }, secrets: { MAILBOX_PASSWORD: secret } });
  }

  it('is not there yet, and then is', async () => {
    const inbox: DoubleFolder = { name: 'INBOX', messages: [] };
    const probe = await given([inbox, { name: '[Gmail]/Skr&AOQ-ppost', use: '\\Junk', messages: [] }]);
    expect(await probe()).toMatchObject([
      { probe: 'mail message arrived', verdict: 'not-yet', observed: 'not in INBOX or [Gmail]/Skräppost yet' },
    ]);
    inbox.messages = ['Subject: another\r\n\r\nHej!\r\n', fromGmail()];
    const [arrived, ...others] = await probe();
    expect(arrived).toMatchObject({
      verdict: 'true',
      observed: 'in the folder INBOX',
      vantage: 'here, mailbox a@example.com',
    });
    expect(others.map(({ verdict }) => verdict)).toEqual(Array(6).fill('true'));
    // nothing was marked as read
    expect(double?.received.filter((line) => /SELECT|STORE|BODY\[/.test(line))).toEqual([]);
  });

  it('is a warning in the folder that the server calls its junk, whatever its name', async () => {
    const probe = await given([
      { name: 'INBOX', messages: [] },
      { name: 'Bin', use: '\\Junk', messages: [fromGmail()] },
    ]);
    const [arrived] = await probe();
    expect(arrived).toMatchObject({ verdict: 'warning', observed: 'in the folder Bin' });
    expect(arrived?.remedy).toContain('Not spam');
  });

  it('is looked for in the folders that the guide names, those that there are', async () => {
    const probe = await given(
      [
        { name: 'INBOX', messages: [] },
        { name: 'Lists', messages: [fromGmail()] },
      ],
      { folders: ['Lists', '[Gmail]/Spam'] },
    );
    expect((await probe())[0]).toMatchObject({ verdict: 'true', observed: 'in the folder Lists' });
  });

  it('is unknown where there is none of the folders that the guide names', async () => {
    const probe = await given([{ name: 'INBOX', messages: [fromGmail()] }], { folders: ['Inkorg'] });
    expect((await probe())[0]).toMatchObject({
      verdict: 'unknown',
      observed: 'the mailbox has no folder Inkorg; it has INBOX',
    });
  });

  it('is unknown where the mailbox does not let us in, and the password is told nowhere', async () => {
    const probe = await given([{ name: 'INBOX', messages: [] }], {}, 'wrong-password');
    const [refused] = await probe();
    expect(refused).toMatchObject({ verdict: 'unknown' });
    expect(refused?.observed).toContain('does not let a@example.com in: Invalid credentials');
    expect(refused?.remedy).toContain('app password');
    expect(JSON.stringify(refused)).not.toContain('wrong-password');
  });

  it('is unknown, and no password was sent, where the server’s certificate is not to be trusted', async () => {
    const probe = await given([{ name: 'INBOX', messages: [] }]);
    const [distrusted] = await probe(settings);
    expect(distrusted).toMatchObject({ verdict: 'unknown' });
    expect(distrusted?.remedy).toContain('certificate');
    expect(double?.received).toEqual([]);
  });

  it('is unknown, with both ways out, where there is neither a password nor a file', async () => {
    const [seen] = await (await given([], { file: '$TEST_EML' }, ''))();
    expect(seen).toMatchObject({ verdict: 'unknown' });
    expect(seen?.observed).toMatch(/neither a password for a@example\.com nor a file/);
    expect(seen?.remedy).toMatch(/app password.*save the message there as a file/);
    expect(double?.received).toEqual([]);
  });

  it('is unknown where nobody answers', async () => {
    const probe = await given([]);
    await double?.stop();
    double = undefined;
    expect((await probe())[0]).toMatchObject({ verdict: 'unknown' });
  });
});
