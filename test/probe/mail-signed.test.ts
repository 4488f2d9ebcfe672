import { generateKeyPairSync } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { dkimSign } from 'mailauth/lib/dkim/sign.js';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { localTarget } from '../local-target.ts';
import { aDirectory } from '../session/a-session.ts';
import type { DnsWorld } from './dns-world.ts';
import { aDnsWorld } from './dns-world.ts';
import { txt } from './dns-zone-of.ts';
import { probeMail } from './mail-probe.ts';

const selector = 's1';
let privateKey = '';
let record = '';
let world: DnsWorld | undefined;

beforeAll(() => {
  const pair = generateKeyPairSync('rsa', { modulusLength: 2048 });
  privateKey = pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  record = `v=DKIM1; k=rsa; p=${pair.publicKey.export({ type: 'spki', format: 'der' }).toString('base64')}`;
});

afterEach(async () => {
  await world?.stop();
  world = undefined;
});

const letter = [
  'From: i@example.com',
  'To: someone@example.net',
  'Subject: The pigeon',
  'Date: Tue, 24 Nov 2026 06:00:00 +0000',
  'Message-ID: <1@example.com>',
  '',
  'The pigeon has left.',
  '',
].join('\r\n');

/** A message signed with the test's key, as the server would. `more`: beside what every signature says. */
async function signed(
  message = letter,
  domain = 'example.com',
  more: { readonly maxBodyLength?: number; readonly canonicalization?: string } = {},
) {
  const signature = {
    signingDomain: domain,
    selector,
    privateKey,
    signTime: new Date('2026-11-24T06:00:00Z'),
    ...more,
  };
  // why twice: mailauth reads `signatureData`, and its types want the same beside it
  const { signatures, errors } = await dkimSign(message, { ...signature, signatureData: [signature] });
  expect(errors).toEqual([]);
  return `${signatures}${message}`;
}

/** What the probe says of a message. `null`: there is no file. */
async function verdictOf(
  message: string | null,
  { from = 'target', published = [record] }: { readonly from?: 'here' | 'target'; readonly published?: string[] } = {},
) {
  const file = join(aDirectory(), 'a signed message.eml');
  if (message !== null) await writeFile(file, message);
  const records = published.map((value) =>
    txt(`${selector}._domainkey.example.com`, ...(value.match(/.{1,255}/g) ?? [])),
  );
  world = await aDnsWorld({ ns1: { records } });
  const [evidence, ...others] = await probeMail(
    { of: 'signed', domain: 'example.com', from, file },
    { settings: world.settings, connection: localTarget({}) },
  );
  expect(others).toEqual([]);
  return evidence;
}

describe('a signed message', () => {
  it.each(['target', 'here'] as const)('is proven by the published key, read from %s', async (from) => {
    const evidence = await verdictOf(await signed(), { from });
    expect(evidence).toMatchObject({
      probe: 'mail signed example.com',
      verdict: 'true',
      observed: 'the signature of example.com (selector s1) verifies',
    });
    expect(evidence?.vantage).toMatch(new RegExp(`^${from} .*, authority$`));
  });

  it.each(['relaxed/relaxed', 'relaxed/simple', 'simple/simple'])(
    'is proven also where its lines were stored with line feeds alone (%s)',
    async (canonicalization) => {
      const message = (await signed(letter, 'example.com', { canonicalization })).replaceAll('\r\n', '\n');
      expect(await verdictOf(message)).toMatchObject({ verdict: 'true' });
    },
  );

  it('is false where it was changed after it was signed', async () => {
    const evidence = await verdictOf((await signed()).replace('has left', 'was eaten'));
    expect(evidence).toMatchObject({ verdict: 'false', observed: expect.stringContaining('body hash did not verify') });
    expect(evidence?.remedy).toContain('changes the message');
  });

  it('is false where another key is published, and where none is', async () => {
    const other = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey;
    const published = [`v=DKIM1; k=rsa; p=${other.export({ type: 'spki', format: 'der' }).toString('base64')}`];
    expect(await verdictOf(await signed(), { published })).toMatchObject({
      verdict: 'false',
      observed: expect.stringContaining('bad signature'),
    });
    await world?.stop();
    expect(await verdictOf(await signed(), { published: [] })).toMatchObject({
      verdict: 'false',
      observed: expect.stringContaining('no key'),
    });
  });

  it('is false where nobody signed it, or somebody else, or for another sender', async () => {
    const bare = await verdictOf(letter);
    expect(bare).toMatchObject({ verdict: 'false', observed: 'it is not signed' });
    expect(bare?.remedy).toContain('logged in');
    await world?.stop();
    expect(await verdictOf(await signed(letter, 'example.net'))).toMatchObject({
      verdict: 'false',
      observed: 'it is signed by example.net, not by example.com',
    });
    await world?.stop();
    const other = await signed(letter.replace('i@example.com', 'i@example.net'));
    expect(await verdictOf(other)).toMatchObject({
      verdict: 'false',
      observed: expect.stringContaining('the message is from i@example.net'),
    });
  });

  it('is unknown where the name servers do not answer, never false', async () => {
    const file = join(aDirectory(), 'signed.eml');
    await writeFile(file, await signed());
    world = await aDnsWorld({ ns1: { silent: [`${selector}._domainkey.example.com`] } });
    const spec = { of: 'signed', domain: 'example.com', from: 'here', file } as const;
    expect(await probeMail(spec, { settings: world.settings })).toMatchObject([{ verdict: 'unknown' }]);
  });

  it('is unknown where there is no file, no line to the target, or no message in it', async () => {
    expect(await verdictOf(null)).toMatchObject({ verdict: 'unknown', observed: expect.stringContaining('No such') });
    await world?.stop();
    expect(await verdictOf('Hej!\n')).toMatchObject({ verdict: 'unknown' });
    const spec = { of: 'signed', domain: 'example.com', from: 'target', file: '/tmp/signed.eml' } as const;
    expect(await probeMail(spec, { settings: world?.settings ?? never() })).toMatchObject([{ verdict: 'unknown' }]);
  });

  it('is not verified where the signature leaves its end to others, and nothing is printed', async () => {
    const printed = vi.spyOn(console, 'log');
    const message = `${await signed(letter, 'example.com', { maxBodyLength: 5 })}And more.\r\n`;
    expect(await verdictOf(message)).toMatchObject({ verdict: 'unknown', observed: expect.stringContaining('(l=)') });
    expect(printed).not.toHaveBeenCalled();
  });
});

function never(): never {
  throw new Error('The world has not started.');
}
