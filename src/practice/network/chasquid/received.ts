import type { TLSSocket } from 'node:tls';

/** What a message's trace tells of the way it came in. */
export interface Arrival {
  readonly helo: string;
  /** The client's address, which is not told of those who logged in. */
  readonly address: string;
  /** The name by which the server was spoken to. */
  readonly hostname: string;
  readonly door: string;
  readonly from: string;
  readonly isEsmtp: boolean;
  readonly isLoggedIn: boolean;
  readonly tls: TLSSocket | undefined;
  readonly at: Date;
}

/** The Received field that chasquid puts before a message (RFC 5321 §4.4). */
export function receivedField(arrival: Arrival): string {
  const { helo, address, hostname, door, from, isEsmtp, isLoggedIn, tls, at } = arrival;
  const literal = address.includes(':') ? `IPv6:${address}` : address;
  const protocol = `${isEsmtp ? 'ESMTP' : 'SMTP'}${tls === undefined ? '' : 'S'}${isLoggedIn ? 'A' : ''}`;
  const version = tls?.getProtocol()?.replace('TLSv', 'TLS ');
  const lines = [
    `from ${isLoggedIn ? helo : `${helo} ([${literal}])`}`,
    `by ${hostname} (chasquid) with ${protocol}`,
    ...(tls === undefined ? [] : [`tls ${tls.getCipher().standardName}`]),
    `(over ${door}, ${version ?? 'plain text!'}, envelope from "${from}")`,
    `; ${at.toUTCString().replace('GMT', '+0000')}`,
  ];
  return `Received: ${lines.join('\r\n\t')}\r\n`;
}
