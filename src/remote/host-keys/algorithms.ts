import type { Algorithms, CipherAlgorithm, KexAlgorithm, MacAlgorithm, ServerHostKeyAlgorithm } from 'ssh2';
import type { AllowedAlgorithms } from '../configuration/settings.ts';
import { RemoteError } from '../error.ts';

/**
 * What ssh2 1.17 can do, in the order that we like: fast authenticated ciphers first. `old` is offered only where the
 * configuration names it. Post-quantum key exchanges are not among them (mscdex/ssh2 #1471).
 */
const kex = {
  good: [
    'curve25519-sha256',
    'curve25519-sha256@libssh.org',
    'ecdh-sha2-nistp256',
    'ecdh-sha2-nistp384',
    'ecdh-sha2-nistp521',
    'diffie-hellman-group-exchange-sha256',
    'diffie-hellman-group14-sha256',
    'diffie-hellman-group16-sha512',
    'diffie-hellman-group18-sha512',
  ],
  old: ['diffie-hellman-group-exchange-sha1', 'diffie-hellman-group14-sha1', 'diffie-hellman-group1-sha1'],
} as const satisfies Choice<KexAlgorithm>;

const ciphers = {
  good: [
    'aes128-gcm@openssh.com',
    'aes256-gcm@openssh.com',
    'aes128-ctr',
    'aes192-ctr',
    'aes256-ctr',
    'chacha20-poly1305@openssh.com',
  ],
  old: ['aes256-cbc', 'aes192-cbc', 'aes128-cbc', '3des-cbc'],
} as const satisfies Choice<CipherAlgorithm>;

const macs = {
  good: ['hmac-sha2-256-etm@openssh.com', 'hmac-sha2-512-etm@openssh.com', 'hmac-sha2-256', 'hmac-sha2-512'],
  old: ['hmac-sha1-etm@openssh.com', 'hmac-sha1'],
} as const satisfies Choice<MacAlgorithm>;

const hostKeys = {
  good: [
    'ssh-ed25519',
    'ecdsa-sha2-nistp256',
    'ecdsa-sha2-nistp384',
    'ecdsa-sha2-nistp521',
    'rsa-sha2-512',
    'rsa-sha2-256',
  ],
  old: ['ssh-rsa'],
} as const satisfies Choice<ServerHostKeyAlgorithm>;

interface Choice<Name extends string> {
  readonly good: readonly Name[];
  readonly old: readonly Name[];
}

/**
 * The algorithms to offer: those that ssh2 has and the configuration allows. The types of key that the host is known
 * by come first, for otherwise a server that is known by its RSA key would show another and seem changed.
 * Throws RemoteError where nothing is left of a kind.
 */
export function algorithmsFor(allowed: AllowedAlgorithms, knownKeyTypes: readonly string[]): Algorithms {
  const isKnown = (name: string): boolean => knownKeyTypes.includes(name.startsWith('rsa-sha2-') ? 'ssh-rsa' : name);
  const hostKeysAllowed = allowedOf('host key', hostKeys, allowed.hostKeys);
  return {
    kex: allowedOf('key exchange', kex, allowed.kex),
    cipher: allowedOf('cipher', ciphers, allowed.ciphers),
    hmac: allowedOf('MAC', macs, allowed.macs),
    serverHostKey: [...hostKeysAllowed.filter(isKnown), ...hostKeysAllowed.filter((name) => !isKnown(name))],
  };
}

function allowedOf<Name extends string>(
  what: string,
  choice: Choice<Name>,
  allowed: readonly string[] | undefined,
): Name[] {
  if (allowed === undefined) return [...choice.good];
  const common = [...choice.good, ...choice.old].filter((name) => allowed.includes(name));
  if (common.length > 0) return common;
  throw new RemoteError('no-common-algorithm', {
    sentence: `The SSH configuration allows no ${what} algorithm that Brevduva has.`,
    remedy: `Brevduva has ${choice.good.join(', ')}. Allow one of them in a file that you name with -F.`,
  });
}
