import { createPublicKey } from 'node:crypto';

/** What a `p=` tag holds. */
export type PublishedKey =
  | { readonly kind: 'rsa'; readonly bits: number }
  | { readonly kind: 'ed25519' }
  /** Empty: the key was taken back (RFC 6376 §3.6.1). */
  | { readonly kind: 'revoked' }
  /** Its own head says that it is longer. */
  | { readonly kind: 'cut'; readonly bytes: number; readonly wanted: number }
  | { readonly kind: 'unreadable'; readonly why: string };

/** Bytes of an Ed25519 key (RFC 8463 §4.2). */
const ed25519Length = 32;

/** Reads the public key of a DKIM record. `algorithm` is its `k=`. */
export function readPublishedKey(text: string, algorithm: string): PublishedKey {
  const base64 = text.replace(/\s+/g, '');
  if (base64 === '') return { kind: 'revoked' };
  const stranger = /[^A-Za-z0-9+/=]/.exec(base64)?.[0];
  if (stranger !== undefined) return { kind: 'unreadable', why: `“${stranger}” does not belong to base64` };
  const bytes = Buffer.from(base64, 'base64');
  if (algorithm === 'ed25519') return readEd25519(bytes);
  const wanted = lengthOfDer(bytes);
  if (wanted !== null && wanted > bytes.length) return { kind: 'cut', bytes: bytes.length, wanted };
  if (/=[^=]|={3}/.test(base64) || base64.length % 4 !== 0) {
    return { kind: 'unreadable', why: `${base64.length} characters are no whole base64` };
  }
  return readRsa(bytes);
}

function readEd25519(bytes: Buffer): PublishedKey {
  if (bytes.length < ed25519Length) return { kind: 'cut', bytes: bytes.length, wanted: ed25519Length };
  return bytes.length === ed25519Length
    ? { kind: 'ed25519' }
    : { kind: 'unreadable', why: `an Ed25519 key has ${ed25519Length} bytes, and this has ${bytes.length}` };
}

/** RFC 6376 speaks of RSAPublicKey and means SubjectPublicKeyInfo, as its errata say; both are met. */
function readRsa(bytes: Buffer): PublishedKey {
  for (const type of ['spki', 'pkcs1'] as const) {
    try {
      const key = createPublicKey({ key: bytes, format: 'der', type });
      const bits = key.asymmetricKeyDetails?.modulusLength;
      if (key.asymmetricKeyType === 'rsa' && bits !== undefined) return { kind: 'rsa', bits };
    } catch {
      // It is not of this type; the next one is tried, and what is of none is told below.
    }
  }
  return { kind: 'unreadable', why: 'it is no RSA public key' };
}

/** How long a DER sequence says it is, its head included (X.690 §8.1.3); null for what is none. */
function lengthOfDer(bytes: Buffer): number | null {
  const [tag, first] = bytes;
  if (tag !== 0x30 || first === undefined) return null;
  if (first < 0x80) return first + 2;
  const size = first & 0x7f;
  if (size === 0 || size > 4 || bytes.length < 2 + size) return null;
  return bytes.readUIntBE(2, size) + 2 + size;
}
