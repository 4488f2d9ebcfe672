/** Writes ASN.1 by the distinguished encoding rules (ITU-T X.690), as far as certificates need it. */

/** One value: its tag, its length, its content (X.690 §8.1). */
export function tagged(tag: number, ...contents: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(contents);
  return Buffer.concat([Buffer.from([tag]), lengthOf(content.length), content]);
}

export function sequence(...parts: readonly Uint8Array[]): Buffer {
  return tagged(0x30, ...parts);
}

export function setOf(...parts: readonly Uint8Array[]): Buffer {
  return tagged(0x31, ...parts);
}

/** A number that is not negative. */
export function integer(octets: Uint8Array): Buffer {
  const isHigh = ((octets[0] ?? 0) & 0x80) !== 0;
  return tagged(0x02, ...(isHigh ? [Buffer.from([0])] : []), octets);
}

export function yes(): Buffer {
  return tagged(0x01, Buffer.from([0xff]));
}

/** Bits; the last `unused` of them do not count. */
export function bits(octets: Uint8Array, unused = 0): Buffer {
  return tagged(0x03, Buffer.from([unused]), octets);
}

export function octetString(octets: Uint8Array): Buffer {
  return tagged(0x04, octets);
}

export function text(value: string): Buffer {
  return tagged(0x0c, Buffer.from(value));
}

/** `2.5.29.17` (X.690 §8.19). */
export function objectId(dotted: string): Buffer {
  const [first = 0, second = 0, ...others] = dotted.split('.').map(Number);
  return tagged(0x06, Buffer.from([first * 40 + second, ...others.flatMap(base128)]));
}

/** To the second, in the form that its year wants (RFC 5280 §4.1.2.5). */
export function time(at: Date): Buffer {
  const digits = `${at.toISOString().replace(/[-:T]/g, '').slice(0, 14)}Z`;
  return at.getUTCFullYear() < 2050 ? tagged(0x17, Buffer.from(digits.slice(2))) : tagged(0x18, Buffer.from(digits));
}

function lengthOf(length: number): Buffer {
  if (length < 0x80) return Buffer.from([length]);
  const octets: number[] = [];
  for (let left = length; left > 0; left = Math.floor(left / 256)) octets.unshift(left % 256);
  return Buffer.from([0x80 | octets.length, ...octets]);
}

function base128(value: number): readonly number[] {
  const digits = [value % 128];
  for (let left = Math.floor(value / 128); left > 0; left = Math.floor(left / 128)) digits.unshift(0x80 | (left % 128));
  return digits;
}
