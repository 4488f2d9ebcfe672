import { createHash } from 'node:crypto';
import type { HostKey } from '../connection.ts';

/** The algorithm's name at the start of a public key in SSH's wire format (RFC 4253 §6.6), or '' where there is none. */
export function keyTypeOf(blob: Uint8Array): string {
  const bytes = Buffer.from(blob.buffer, blob.byteOffset, blob.byteLength);
  if (bytes.length < 4) return '';
  const length = bytes.readUInt32BE(0);
  return length > 64 || bytes.length < 4 + length ? '' : bytes.toString('latin1', 4, 4 + length);
}

/** `SHA256:` and the unpadded base64 of the digest, as OpenSSH prints a key's fingerprint. */
export function fingerprintOf(blob: Uint8Array): string {
  return `SHA256:${createHash('sha256').update(blob).digest('base64').replace(/=+$/, '')}`;
}

/** What is shown of a public key: its type and its fingerprint. */
export function hostKeyOf(blob: Uint8Array): HostKey {
  return { type: keyTypeOf(blob), fingerprint: fingerprintOf(blob) };
}
