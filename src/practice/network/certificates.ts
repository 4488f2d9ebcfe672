import { generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import { isIP } from 'node:net';
import { bits, integer, objectId, octetString, sequence, setOf, tagged, text, time, yes } from './der.ts';

/** A certificate and its key, PEM. */
export interface Issued {
  readonly certificate: string;
  /** The certificate, and that of the authority: what a server shows. */
  readonly fullchain: string;
  /** PKCS #8. */
  readonly key: string;
}

/** For how long a certificate holds. */
export interface Validity {
  readonly days?: number;
  /** An hour ago without it, for clocks that are slow. */
  readonly notBefore?: Date;
}

interface Contents {
  readonly subject: Buffer;
  readonly publicKey: KeyObject;
  readonly notBefore: Date;
  readonly notAfter: Date;
  readonly extensions: readonly Buffer[];
}

const dayMs = 86_400_000;
const hourMs = 3_600_000;
const rootDays = 3_650;

/** ecdsa-with-SHA256 (RFC 5758 §3.2). */
const algorithm = sequence(objectId('1.2.840.10045.4.3.2'));

/** A certificate authority of the practice world's own, ECDSA over P-256; its key is made anew and never leaves it. */
export class CertificateAuthority {
  /** Its own certificate, PEM. */
  readonly rootPem: string;
  readonly #name: Buffer;
  readonly #key: KeyObject;
  readonly #now: () => Date;

  constructor(now: () => Date = () => new Date()) {
    this.#now = now;
    this.#name = sequence(named('2.5.4.10', 'Brevduva practice'), named('2.5.4.3', 'Practice authority'));
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    this.#key = privateKey;
    const start = now().getTime();
    this.rootPem = this.#sign({
      subject: this.#name,
      publicKey,
      notBefore: new Date(start - dayMs),
      notAfter: new Date(start + rootDays * dayMs),
      // keyCertSign and cRLSign (RFC 5280 §4.2.1.3)
      extensions: [basicConstraints(true), extension('2.5.29.15', bits(Buffer.from([0x06]), 1), 'critical')],
    });
  }

  /** A certificate for a server of these names (or IP addresses), the first of them its common name. */
  issue(names: readonly string[], { days = 90, notBefore }: Validity = {}): Issued {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const start = notBefore ?? new Date(this.#now().getTime() - hourMs);
    const certificate = this.#sign({
      subject: sequence(named('2.5.4.3', names[0] ?? '')),
      publicKey,
      notBefore: start,
      notAfter: new Date(start.getTime() + days * dayMs),
      extensions: [
        basicConstraints(false),
        // digitalSignature
        extension('2.5.29.15', bits(Buffer.from([0x80]), 7), 'critical'),
        // serverAuth
        extension('2.5.29.37', sequence(objectId('1.3.6.1.5.5.7.3.1'))),
        extension('2.5.29.17', sequence(...names.map(alternativeName))),
      ],
    });
    const key = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    return { certificate, fullchain: certificate + this.rootPem, key };
  }

  /** RFC 5280 §4.1 */
  #sign({ subject, publicKey, notBefore, notAfter, extensions }: Contents): string {
    const version3 = tagged(0xa0, integer(Buffer.from([2])));
    // the first octet keeps the number positive and of one length
    const serial = integer(Buffer.concat([Buffer.from([1]), randomBytes(15)]));
    const toSign = sequence(
      version3,
      serial,
      algorithm,
      this.#name,
      sequence(time(notBefore), time(notAfter)),
      subject,
      publicKey.export({ type: 'spki', format: 'der' }),
      tagged(0xa3, sequence(...extensions)),
    );
    return pem(sequence(toSign, algorithm, bits(sign('sha256', toSign, this.#key))));
  }
}

function named(attribute: string, value: string): Buffer {
  return setOf(sequence(objectId(attribute), text(value)));
}

function extension(id: string, value: Buffer, critical?: 'critical'): Buffer {
  return sequence(objectId(id), ...(critical === undefined ? [] : [yes()]), octetString(value));
}

function basicConstraints(isAuthority: boolean): Buffer {
  return extension('2.5.29.19', sequence(...(isAuthority ? [yes()] : [])), 'critical');
}

/** RFC 5280 §4.2.1.6; only IPv4 addresses of the two families, which is what people try. */
function alternativeName(name: string): Buffer {
  return isIP(name) === 4 ? tagged(0x87, Buffer.from(name.split('.').map(Number))) : tagged(0x82, Buffer.from(name));
}

function pem(der: Buffer): string {
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}
