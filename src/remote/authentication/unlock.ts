import { createPrivateKey, type KeyObject, sign } from 'node:crypto';
import { createRequire } from 'node:module';
import { Worker } from 'node:worker_threads';
import { loadSsh2 } from '../line/ssh2.ts';
import type { PrivateKeyFile } from './key-file.ts';

/** A key file with its passphrase applied. `wrong`: the passphrase does not fit. */
export type Unlocked =
  | { readonly kind: 'unlocked'; readonly key: KeyObject }
  | { readonly kind: 'wrong' }
  | { readonly kind: 'unusable'; readonly why: string };

/**
 * Decrypts a private key. OpenSSH's key derivation (bcrypt, in JavaScript) takes 0.3 to 2 s of computing, so it runs
 * in a worker thread: the screen stays alive.
 */
export async function unlock(file: PrivateKeyFile, passphrase: string | undefined): Promise<Unlocked> {
  if (file.format === 'pem') return unlockPem(file, passphrase);
  if (!file.isEncrypted) {
    const parsed = (await loadSsh2()).utils.parseKey(file.bytes);
    return parsed instanceof Error ? { kind: 'unusable', why: parsed.message } : fromPem(parsed.getPrivatePEM());
  }
  if (passphrase === undefined || passphrase === '') return { kind: 'wrong' };
  const decrypted = await decryptInWorker(file.bytes, passphrase);
  // ssh2 cannot always tell a wrong passphrase from a damaged key; a wrong passphrase is by far the likelier.
  return decrypted.pem === undefined ? { kind: 'wrong' } : fromPem(decrypted.pem);
}

/** The hash that a signature algorithm asks of an RSA key (RFC 8332). */
export type SignatureHash = 'sha1' | 'sha256' | 'sha512';

/** Signs for SSH authentication; other keys than RSA have a hash of their own. */
export function signWith(key: KeyObject, bytes: Buffer, hash: SignatureHash | undefined): Buffer {
  switch (key.asymmetricKeyType) {
    case 'ed25519':
      return sign(null, bytes, key);
    case 'ec':
      return sign(ecdsaHash(key), bytes, key);
    default:
      return sign(hash ?? 'sha1', bytes, key);
  }
}

/** RFC 5656 §6.2.1: the hash follows from the size of the curve. */
function ecdsaHash(key: KeyObject): string {
  switch (key.asymmetricKeyDetails?.namedCurve) {
    case 'secp384r1':
      return 'sha384';
    case 'secp521r1':
      return 'sha512';
    default:
      return 'sha256';
  }
}

function unlockPem(file: PrivateKeyFile, passphrase: string | undefined): Unlocked {
  if (file.isEncrypted && (passphrase === undefined || passphrase === '')) return { kind: 'wrong' };
  try {
    const key = createPrivateKey({ key: file.bytes, ...(passphrase === undefined ? {} : { passphrase }) });
    return { kind: 'unlocked', key };
  } catch (error) {
    if (file.isEncrypted) return { kind: 'wrong' };
    return { kind: 'unusable', why: error instanceof Error ? error.message : String(error) };
  }
}

function fromPem(pem: string): Unlocked {
  return { kind: 'unlocked', key: createPrivateKey(pem) };
}

/**
 * Runs as CommonJS in the worker. It is a text, not a file, because the program ships as one bundle; the library's
 * place is handed in, because a worker made from a text resolves names from the working directory.
 */
const decryptionWorker = `
const { parentPort, workerData } = require('node:worker_threads');
const { utils } = require(workerData.library);
const parsed = utils.parseKey(Buffer.from(workerData.bytes), workerData.passphrase);
parentPort.postMessage(parsed instanceof Error ? {} : { pem: parsed.getPrivatePEM() });
`;

async function decryptInWorker(bytes: Buffer, passphrase: string): Promise<{ readonly pem?: string }> {
  const library = createRequire(import.meta.url).resolve('ssh2');
  const worker = new Worker(decryptionWorker, { eval: true, workerData: { library, bytes, passphrase } });
  try {
    return await new Promise((resolve, reject) => {
      worker.once('message', resolve);
      worker.once('error', reject);
      worker.once('exit', (code) => reject(new Error(`The thread that decrypts keys ended with ${code}.`)));
    });
  } finally {
    await worker.terminate();
  }
}
