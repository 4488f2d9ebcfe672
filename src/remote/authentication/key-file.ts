import { createPrivateKey, createPublicKey } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { keyTypeOf } from '../host-keys/host-key.ts';
import { publicBlobOf } from '../host-keys/public-blob.ts';

/** A private key as it lies in its file. */
export interface PrivateKeyFile {
  readonly file: string;
  /** `openssh`: OpenSSH's own format (PROTOCOL.key); `pem`: PKCS#1, SEC 1 or PKCS#8. */
  readonly format: 'openssh' | 'pem';
  readonly isEncrypted: boolean;
  /** Its public half in SSH's wire format; unknown only where the file hides it and there is no FILE.pub. */
  readonly blob: Buffer | undefined;
  readonly bytes: Buffer;
}

/** What a file named by IdentityFile turned out to be. */
export type KeyFile =
  | { readonly kind: 'absent' }
  | { readonly kind: 'unusable'; readonly file: string; readonly why: string }
  /** Only a public key: it names a key of the agent. */
  | { readonly kind: 'public'; readonly file: string; readonly blob: Buffer }
  | { readonly kind: 'private'; readonly key: PrivateKeyFile };

/** Looks at a key file without unlocking it. Never throws for what a file holds. */
export async function readKeyFile(file: string): Promise<KeyFile> {
  let bytes: Buffer;
  let mode: number;
  let owner: number;
  try {
    ({ mode, uid: owner } = await stat(file));
    bytes = await readFile(file);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOENT' || code === 'ENOTDIR') {
      const blob = await publicHalfOf(file);
      return blob === undefined ? { kind: 'absent' } : { kind: 'public', file, blob };
    }
    return { kind: 'unusable', file, why: error instanceof Error ? error.message : String(error) };
  }
  const text = bytes.toString('latin1');
  if (!text.includes('PRIVATE KEY-----')) {
    const blob = parsePublicLine(text);
    return blob === undefined ? { kind: 'unusable', file, why: 'it holds no key' } : { kind: 'public', file, blob };
  }
  // As OpenSSH: a private key that others may read is not used. Windows has no such modes.
  if (process.platform !== 'win32' && owner === process.getuid?.() && (mode & 0o077) !== 0) {
    return { kind: 'unusable', file, why: 'others may read it (chmod 600 mends that)' };
  }
  return text.includes('BEGIN OPENSSH PRIVATE KEY')
    ? readOpensshKey(file, bytes)
    : readPemKey(file, bytes, await publicHalfOf(file));
}

async function publicHalfOf(file: string): Promise<Buffer | undefined> {
  const text = await readFile(`${file}.pub`, 'latin1').catch(() => '');
  return parsePublicLine(text);
}

function parsePublicLine(text: string): Buffer | undefined {
  const base64 = /^(?:ssh-|ecdsa-|sk-)\S+ ([A-Za-z0-9+/]+={0,2})/m.exec(text)?.[1];
  return base64 === undefined ? undefined : Buffer.from(base64, 'base64');
}

/** OpenSSH's PROTOCOL.key: magic, cipher, kdf, kdf options, number of keys, public key; the private part follows. */
function readOpensshKey(file: string, bytes: Buffer): KeyFile {
  const base64 = /-----BEGIN OPENSSH PRIVATE KEY-----([A-Za-z0-9+/=\s]+)-----END/.exec(bytes.toString('latin1'))?.[1];
  const container = Buffer.from(base64 ?? '', 'base64');
  const magic = 'openssh-key-v1\0';
  const fields = new WireFields(container, magic.length);
  const cipher = fields.string()?.toString('latin1');
  fields.string();
  fields.string();
  const count = fields.number();
  const blob = fields.string();
  if (container.toString('latin1', 0, magic.length) !== magic || count !== 1 || blob === undefined) {
    return { kind: 'unusable', file, why: 'it is damaged' };
  }
  if (keyTypeOf(blob).startsWith('sk-')) {
    return { kind: 'unusable', file, why: 'it belongs to a hardware token, which Brevduva cannot use directly' };
  }
  if (cipher === 'chacha20-poly1305@openssh.com') {
    return {
      kind: 'unusable',
      file,
      why: 'it is encrypted with chacha20-poly1305 (ssh-keygen -p -Z aes256-ctr mends that)',
    };
  }
  return { kind: 'private', key: { file, format: 'openssh', isEncrypted: cipher !== 'none', blob, bytes } };
}

function readPemKey(file: string, bytes: Buffer, publicHalf: Buffer | undefined): KeyFile {
  const isEncrypted = /ENCRYPTED/.test(bytes.toString('latin1'));
  if (isEncrypted) return { kind: 'private', key: { file, format: 'pem', isEncrypted, blob: publicHalf, bytes } };
  try {
    const blob = publicBlobOf(createPublicKey(createPrivateKey(bytes)));
    if (blob === undefined) return { kind: 'unusable', file, why: 'its kind of key is not used for SSH any more' };
    return { kind: 'private', key: { file, format: 'pem', isEncrypted, blob, bytes } };
  } catch (error) {
    return { kind: 'unusable', file, why: error instanceof Error ? error.message : String(error) };
  }
}

/** Reads SSH's `uint32` and `string` fields one after the other (RFC 4251 §5); past the end all are undefined. */
class WireFields {
  readonly #bytes: Buffer;
  #at: number;

  constructor(bytes: Buffer, at: number) {
    this.#bytes = bytes;
    this.#at = at;
  }

  number(): number | undefined {
    if (this.#at + 4 > this.#bytes.length) return undefined;
    const value = this.#bytes.readUInt32BE(this.#at);
    this.#at += 4;
    return value;
  }

  string(): Buffer | undefined {
    const length = this.number();
    if (length === undefined || this.#at + length > this.#bytes.length) return undefined;
    const value = this.#bytes.subarray(this.#at, this.#at + length);
    this.#at += length;
    return value;
  }
}
