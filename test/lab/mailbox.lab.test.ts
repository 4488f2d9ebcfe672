import { generateKeyPairSync } from 'node:crypto';
import { rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { dkimSign } from 'mailauth/lib/dkim/sign.js';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { Evidence } from '../../src/probe/evidence.ts';
import type { MailQuestion } from '../probe/mail-program.ts';
import { bundleProgram } from '../program.ts';
import { plan } from './addresses.ts';
import type { LabNetwork } from './network.ts';
import { createLabNetwork } from './network.ts';
import type { World } from './world/world.ts';
import { startWorld } from './world/world.ts';

const selector = 'pigeon';
const key = generateKeyPairSync('rsa', { modulusLength: 2048 });
const publicKey = key.publicKey.export({ type: 'spki', format: 'der' }).toString('base64');
const addresses = [plan.operator.ipv4, plan.operator.ipv6];

// The mail is sent by the operator's own computer, which stands in for the server: the probe does not care.
describe.skipIf(inject('noLabHere') !== '')('mail that is followed to the lab’s Gmail', () => {
  let network: LabNetwork;
  let world: World;
  let program: string;

  beforeAll(async () => {
    program = await bundleProgram(join(import.meta.dirname, '..', 'probe', 'mail-program.ts'));
    network = await createLabNetwork();
    world = await startWorld(network);
    const half = Math.ceil(publicKey.length / 2);
    const parts = [`v=DKIM1; k=rsa; p=${publicKey.slice(0, half)}`, publicKey.slice(half)];
    await publishText(`${selector}._domainkey.example.com`, ...parts);
    await publishText('example.com', `v=spf1 ip4:${addresses[0]} ip6:${addresses[1]} -all`);
    await publishText('_dmarc.example.com', 'v=DMARC1; p=none; rua=mailto:dmarc@example.com');
  });

  afterAll(async () => {
    await network?.remove();
    rmSync(dirname(program), { recursive: true, force: true });
  });

  async function publishText(name: string, ...strings: readonly string[]) {
    await world.publish({ name, type: 'TXT', value: strings.map((part) => `"${part}"`).join(' ') });
  }

  /** Asks as the built program on the operator's computer would: bundled, with the resolvers of real use. */
  async function probe(
    spec: MailQuestion['spec'],
    { password = world.gmail.mailbox.password, id = 'none' }: { readonly password?: string; readonly id?: string } = {},
  ): Promise<readonly Evidence[]> {
    const question: MailQuestion = {
      spec,
      values: { ID: id, DKIM_KEY: publicKey },
      secrets: { MAILBOX_PASSWORD: password },
      settings: { authorities: [await readFile(join(network.folder, 'gmail', 'certificate.pem'), 'utf8')] },
    };
    const { out } = await network
      .host('operator')
      .exec(process.execPath, [program], { input: JSON.stringify(question) });
    return JSON.parse(out);
  }

  const message = () =>
    ({
      of: 'message',
      id: '$ID',
      mailbox: world.gmail.mailbox.address,
      password: '$MAILBOX_PASSWORD',
      imap: 'imap.gmail.com:993',
      addresses,
    }) as const;

  /** Signs a letter, and hands it to Gmail's mail host over STARTTLS. */
  async function send(id: string, family: 4 | 6): Promise<void> {
    const letter = [
      'From: Operator <operator@example.com>',
      `To: ${world.gmail.mailbox.address}`,
      `Subject: ${id}`,
      `Date: ${new Date().toUTCString()}`,
      `Message-ID: <${id}@example.com>`,
      '',
      'The pigeon has left.',
      '',
    ].join('\r\n');
    const privateKey = key.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    const signature = { signingDomain: 'example.com', selector, privateKey };
    const { signatures } = await dkimSign(letter, { ...signature, signatureData: [signature] });
    const words = ['--mail-from', 'operator@example.com', '--mail-rcpt', world.gmail.mailbox.address];
    const to = 'smtp://gmail-smtp-in.l.google.com/smtp.example.com';
    await network
      .host('operator')
      .exec('curl', [`-${family}`, '-sS', '-k', '--ssl-reqd', '--max-time', '20', ...words, '-T', '-', to], {
        input: `${signatures}${letter}`,
      });
  }

  it('evaluates SPF, DKIM and DMARC as they are published there', async () => {
    const at = { domain: 'example.com' };
    expect(await probe({ of: 'spf', ...at, addresses })).toMatchObject([{ verdict: 'true' }, { verdict: 'true' }]);
    expect(await probe({ of: 'dkim', ...at, selector, key: '$DKIM_KEY' })).toMatchObject([
      { verdict: 'true' },
      { verdict: 'true' },
    ]);
    expect(await probe({ of: 'dmarc', ...at })).toMatchObject([{ verdict: 'true' }, { verdict: 'true' }]);
  });

  it('finds nothing before a message has arrived, and then what Gmail says of it', async () => {
    const id = 'left-over-ipv6';
    expect(await probe(message(), { id: `${id}@example.com` })).toMatchObject([
      { probe: 'mail message arrived', verdict: 'not-yet' },
    ]);

    await send(id, 6);
    const raw = await world.gmail.arrival(id);
    const seen = await probe(message(), { id: `<${id}@example.com>` });

    expect(raw).toContain('The pigeon has left.');
    expect(seen.map(({ probe: name, verdict }) => [name, verdict])).toEqual([
      ['mail message arrived', 'true'],
      ['mail message tls', 'true'],
      ['mail message spf', 'true'],
      ['mail message dkim', 'true'],
      ['mail message dmarc', 'true'],
      ['mail message alignment', 'true'],
      ['mail message address', 'true'],
      // the operator's computer has no reverse name, and no server would be without one
      ['mail message reverse-name', 'false'],
    ]);
    expect(seen[0]?.observed).toBe('in the folder INBOX');
    expect(seen[6]?.observed).toContain(`over IPv6, from ${plan.operator.ipv6}`);
  });

  it('tells what a message that is not allowed to come from there did', async () => {
    await world.retract({ name: 'example.com', type: 'TXT' });
    await publishText('example.com', `v=spf1 ip6:${plan.operator.ipv6} -all`);
    await send('left-over-ipv4', 4);
    await world.gmail.arrival('left-over-ipv4');
    const seen = await probe(message(), { id: 'left-over-ipv4@example.com' });
    const told = (subject: string) => seen.find(({ probe: name }) => name === `mail message ${subject}`);
    expect(told('spf')?.verdict).toBe('false');
    expect(told('dkim')?.verdict).toBe('true');
    expect(told('dmarc')?.verdict).toBe('true');
    expect(told('address')?.observed).toContain(`over IPv4, from ${plan.operator.ipv4}`);
  });

  it('does not know where the password is wrong, and tells it nowhere', async () => {
    const seen = await probe(message(), { password: 'not-the-password' });
    expect(seen).toMatchObject([{ probe: 'mail message arrived', verdict: 'unknown' }]);
    expect(seen[0]?.remedy).toContain('app password');
    expect(JSON.stringify(seen)).not.toContain('not-the-password');
  });
});
