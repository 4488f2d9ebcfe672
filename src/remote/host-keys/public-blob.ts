import type { KeyObject } from 'node:crypto';

const curves: Readonly<Record<string, string>> = { 'P-256': 'nistp256', 'P-384': 'nistp384', 'P-521': 'nistp521' };

/**
 * A public key in SSH's wire format: ssh-rsa (RFC 4253 §6.6), ecdsa-sha2-* (RFC 5656 §3.1), ssh-ed25519
 * (RFC 8709 §4). Undefined for any other kind of key.
 */
export function publicBlobOf(key: KeyObject): Buffer | undefined {
  const { kty, crv, n, e, x, y } = key.export({ format: 'jwk' });
  if (kty === 'RSA' && n !== undefined && e !== undefined) {
    return Buffer.concat([wireString('ssh-rsa'), wireInteger(decode(e)), wireInteger(decode(n))]);
  }
  if (kty === 'OKP' && crv === 'Ed25519' && x !== undefined) {
    return Buffer.concat([wireString('ssh-ed25519'), wireString(decode(x))]);
  }
  const curve = curves[crv ?? ''];
  if (kty === 'EC' && curve !== undefined && x !== undefined && y !== undefined) {
    const point = Buffer.concat([Buffer.from([4]), decode(x), decode(y)]);
    return Buffer.concat([wireString(`ecdsa-sha2-${curve}`), wireString(curve), wireString(point)]);
  }
  return undefined;
}

function decode(base64url: string): Buffer {
  return Buffer.from(base64url, 'base64url');
}

function wireString(value: string | Buffer): Buffer {
  const bytes = typeof value === 'string' ? Buffer.from(value) : value;
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

/** A positive `mpint`: a leading zero where the highest bit is set (RFC 4251 §5). */
function wireInteger(magnitude: Buffer): Buffer {
  const isHigh = ((magnitude[0] ?? 0) & 0x80) !== 0;
  return wireString(isHigh ? Buffer.concat([Buffer.from([0]), magnitude]) : magnitude);
}
