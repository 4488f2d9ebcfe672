import ssh2 from 'ssh2';
import { expect, it } from 'vitest';
import { makeHostKey } from '../../../src/practice/machine/ssh/host-key.ts';

it('is one that can be read, though ssh2 makes malformed ones now and then', () => {
  const good = ssh2.utils.generateKeyPairSync('ecdsa', { bits: 256 }).private;
  const made = ['-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----\n', good];

  const { privateKey, fingerprint } = makeHostKey(() => made.shift() ?? '');

  expect(privateKey).toBe(good);
  expect(fingerprint).toMatch(/^SHA256:[A-Za-z0-9+/]{43}$/);
});
