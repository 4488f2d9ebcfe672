import type { KeyObject } from 'node:crypto';
import { createPublicKey } from 'node:crypto';

/** What stands before the 32 octets of an Ed25519 key in a SubjectPublicKeyInfo (RFC 8410 §4). */
const ed25519Prefix = Buffer.from('302a300506032b6570032100', 'hex');
const ed25519Octets = 32;

/**
 * Reads a public key as a DKIM record has it: RSA as a SubjectPublicKeyInfo, or as the bare RSAPublicKey that RFC 6376
 * §3.6.1 names; Ed25519 as its 32 octets (RFC 8463 §4). PEM is read too. `null` for what is no key.
 */
export function readPublicKey(text: string): KeyObject | null {
  const base64 = bareBase64(text);
  const octets = Buffer.from(base64, 'base64');
  // why: Buffer.from leaves out what is no base64, which would make a damaged key look whole
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(base64)) return null;
  if (octets.length === ed25519Octets) return keyOf(Buffer.concat([ed25519Prefix, octets]), 'spki');
  return keyOf(octets, 'spki') ?? keyOf(octets, 'pkcs1');
}

/** A key's base64 without what PEM puts around it. */
export function bareBase64(text: string): string {
  return text.replace(/-----[^-]+-----/g, '').replace(/\s+/g, '');
}

function keyOf(key: Buffer, type: 'spki' | 'pkcs1'): KeyObject | null {
  try {
    return createPublicKey({ key, format: 'der', type });
  } catch {
    // why: whatever OpenSSL says of it, it is no key
    return null;
  }
}
