import { createHash } from 'node:crypto';
import ssh2 from 'ssh2';

/** A host key, and how OpenSSH prints its fingerprint: `SHA256:…`. */
export interface HostKey {
  /** In OpenSSH's own format. */
  readonly privateKey: string;
  readonly fingerprint: string;
}

const ed25519 = (): string => ssh2.utils.generateKeyPairSync('ed25519').private;

/** Makes a host key. Of the keys that ssh2 1.17 makes, one in some 300 is malformed, so it is read before it is used. */
export function makeHostKey(generate: () => string = ed25519): HostKey {
  for (;;) {
    const privateKey = generate();
    const key = ssh2.utils.parseKey(privateKey);
    if (key instanceof Error) continue;
    const digest = createHash('sha256').update(key.getPublicSSH()).digest('base64');
    return { privateKey, fingerprint: `SHA256:${digest.replace(/=+$/, '')}` };
  }
}
