import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import { plan } from '../addresses.ts';
import type { LabNetwork } from '../network.ts';
import { createLabNetwork } from '../network.ts';
import type { World } from './world.ts';
import { startWorld } from './world.ts';

let network: LabNetwork;
let world: World;

const operator = () => network.host('operator');

/** A message to the lab's Gmail, from the operator's domain. */
function aMessage(subject: string): string {
  return [
    'From: Operator <operator@example.com>',
    `To: ${world.gmail.mailbox.address}`,
    `Subject: ${subject}`,
    'Date: Tue, 24 Nov 2026 06:00:00 +0000',
    `Message-ID: <${subject}@example.com>`,
    '',
    'The pigeon has left.',
    '',
  ].join('\r\n');
}

/** Hands a message to Gmail's mail host, as a mail server on the operator's machine. */
async function send(message: string, recipient = world.gmail.mailbox.address) {
  const words = ['-sS', '--max-time', '20', '--mail-from', 'operator@example.com', '--mail-rcpt', recipient];
  const to = 'smtp://gmail-smtp-in.l.google.com/smtp.example.com';
  return operator().exec('curl', [...words, '--upload-file', '-', to], { input: message, mayFail: true });
}

/** Signs with a key of its own, whose public half is published. */
async function signed(message: string, selector: string): Promise<string> {
  const folder = join(network.folder, 'keys');
  await mkdir(folder, { recursive: true });
  const key = join(folder, `${selector}.pem`);
  await operator().exec('openssl', ['genrsa', '-out', key, '2048']);
  const { out } = await operator().exec('openssl', ['rsa', '-in', key, '-pubout', '-outform', 'PEM']);
  const half = out.replace(/-----.*-----/g, '').replace(/\s/g, '');
  const value = `"v=DKIM1; k=rsa; p=" "${half.slice(0, 200)}" "${half.slice(200)}"`;
  await world.publish({ name: `${selector}._domainkey.example.com`, type: 'TXT', value });
  return (await operator().exec('dkimsign', [selector, 'example.com', key], { input: message })).out;
}

/** The verdicts in a message's header, without its folds. */
function verdicts(message: string): string {
  const header = message.split(/\r?\n\r?\n/)[0] ?? '';
  return header
    .replace(/\r?\n\s+/g, ' ')
    .split(/\r?\n/)
    .filter((line) => line.startsWith('Authentication-Results: mx.google.com;'))
    .join('\n');
}

describe.skipIf(inject('noLabHere') !== '')('the world', () => {
  beforeAll(async () => {
    network = await createLabNetwork();
    world = await startWorld(network);
  });

  afterAll(() => network?.remove());

  describe('the lab’s Gmail', () => {
    afterEach(async () => {
      for (const name of ['example.com', '_dmarc.example.com']) await world.retract({ name, type: 'TXT' });
    });

    it('greets as Gmail does, over IPv4 and IPv6', async () => {
      for (const family of ['-4', '-6']) {
        const words = [family, '-sS', '--max-time', '10', 'telnet://gmail-smtp-in.l.google.com:25'];
        const { out } = await operator().exec('curl', words, { input: 'QUIT\r\n', mayFail: true });
        expect(out).toMatch(/^220 mx\.google\.com ESMTP .* - gsmtp\r?\n/);
      }
    });

    it('judges an unsigned message from nowhere in particular so', async () => {
      await world.publish({ name: '_dmarc.example.com', type: 'TXT', value: '"v=DMARC1; p=none"' });
      expect(await send(aMessage('bare'))).toMatchObject({ status: 0 });
      const seen = verdicts(await world.gmail.arrival('bare'));
      expect(seen).toMatch(/\bdkim=none\b/);
      expect(seen).toMatch(/\bspf=none\b/);
      expect(seen).toMatch(/\bdmarc=fail\b/);
    });

    it('says that a signed message passes all three, and shows it over IMAP', async () => {
      const spf = `"v=spf1 ip4:${plan.operator.ipv4} ip6:${plan.operator.ipv6} -all"`;
      await world.publish({ name: 'example.com', type: 'TXT', value: spf });
      await world.publish({ name: '_dmarc.example.com', type: 'TXT', value: '"v=DMARC1; p=none"' });
      expect(await send(await signed(aMessage('signed'), 'good'))).toMatchObject({ status: 0 });
      const message = await world.gmail.arrival('signed');
      expect(message).toContain('The pigeon has left.');
      expect(verdicts(message)).toMatch(/\bdkim=pass\b.*header\.d=example\.com/);
      expect(verdicts(message)).toMatch(/\bspf=pass\b/);
      expect(verdicts(message)).toMatch(/\bdmarc=pass\b.*header\.from=example\.com/);
    });

    it('sees that a signed message was changed, and that its sender is not allowed', async () => {
      await world.publish({ name: 'example.com', type: 'TXT', value: '"v=spf1 ip4:192.0.2.99 -all"' });
      await world.publish({ name: '_dmarc.example.com', type: 'TXT', value: '"v=DMARC1; p=reject"' });
      const message = await signed(aMessage('forged'), 'bad');
      expect(await send(message.replace('has left', 'was eaten'))).toMatchObject({ status: 0 });
      const seen = verdicts(await world.gmail.arrival('forged'));
      expect(seen).toMatch(/\bdkim=fail\b/);
      expect(seen).toMatch(/\bspf=fail\b/);
      expect(seen).toMatch(/\bdmarc=fail\b/);
    });

    it('takes no mail for others', async () => {
      const ended = await send(aMessage('relayed'), 'someone@example.net');
      expect(ended.status).not.toBe(0);
      expect(ended.err).toMatch(/55\d/);
    });
  });

  describe('the echo of addresses', () => {
    it('answers with the address that a request came from, over IPv6 only', async () => {
      for (const name of ['6.ipw.cn', 'ipv6.icanhazip.com']) {
        const { out } = await operator().exec('curl', ['-6', '-fsS', '--noproxy', '*', '--max-time', '10', name]);
        expect(out).toBe(plan.operator.ipv6);
        const four = await operator().exec('curl', ['-4', '-fsS', '--noproxy', '*', name], { mayFail: true });
        expect(four.status).not.toBe(0);
      }
    });
  });

  describe('the world’s end', () => {
    it('leaves no process of its servers behind', async () => {
      const machines = (['authority', 'resolver', 'acme', 'gmail'] as const).map((name) => network.host(name));
      for (const machine of machines) expect(await machine.pids()).not.toEqual([]);
      await world.stop();
      for (const machine of machines) expect(await machine.pids()).toEqual([]);
    });
  });
});
