import { once } from 'node:events';
import type { Socket } from 'node:net';
import { createInterface } from 'node:readline';
import type { Duplex } from 'node:stream';
import { TLSSocket } from 'node:tls';
import type { SMTPServerOptions } from 'smtp-server';
import { SMTPServer } from 'smtp-server';
import type { Service } from './a-service.ts';
import { aService } from './a-service.ts';
import type { Issued } from './certificates.ts';
import { shownBy } from './certificates.ts';

/** A real SMTP server (smtp-server) on loopback. It knows one user, and no recipient outside of example.com. */
export async function anSmtpServer(issued: Issued, options: SMTPServerOptions = {}): Promise<Service> {
  const server = new SMTPServer({
    ...shownBy(issued),
    name: 'mx.example.com',
    banner: 'Pigeon',
    disableReverseLookup: true,
    authOptional: true,
    authMethods: ['PLAIN'],
    onAuth({ username, password }, _, answer) {
      if (username === 'i@example.com' && password === 'coo coo 7') return answer(null, { user: username });
      answer(Object.assign(new Error(`no such user, or not ${password}`), { responseCode: 535 }));
    },
    onRcptTo({ address }, _, answer) {
      if (address.endsWith('@example.com')) return answer();
      answer(Object.assign(new Error('Relay not allowed'), { responseCode: 550 }));
    },
    ...options,
  });
  // a probe that goes away in the middle is no matter
  server.on('error', () => undefined);
  const listening = server.listen(0, '127.0.0.1');
  await once(listening, 'listening');
  const bound = listening.address();
  return {
    host: '127.0.0.1',
    port: bound !== null && typeof bound === 'object' ? bound.port : 0,
    stop: () => new Promise((resolve) => server.close(resolve)),
  };
}

/** What an SMTP server of a script says and does. */
export interface Script {
  /** What it says first; null: nothing. */
  readonly greeting?: string | null;
  /** What it says to a line; undefined: nothing. `hangUp` ends the connection. */
  readonly answer?: (line: string, hangUp: () => void) => string | undefined;
  /** With a certificate it takes STARTTLS; `implicit`: it begins with TLS. */
  readonly tls?: Issued;
  readonly implicit?: boolean;
}

/** The usual answers, for scripts whose point is another one. */
export function usualAnswer(line: string): string | undefined {
  if (line.startsWith('EHLO')) return '250-mx.example.com\r\n250-STARTTLS\r\n250 AUTH PLAIN\r\n';
  if (line === 'STARTTLS') return '220 go\r\n';
  if (line === 'DATA') return '354 go\r\n';
  return line === 'QUIT' ? '221 bye\r\n' : '250 ok\r\n';
}

/** A double of an SMTP server that misbehaves by a script, on a real socket. `heard`: every line that it was told. */
export async function aScriptedServer(script: Script): Promise<Service & { readonly heard: readonly string[] }> {
  const { greeting = '220 mx.example.com ESMTP\r\n', answer = usualAnswer, tls, implicit = false } = script;
  const heard: string[] = [];
  const secured = (socket: Socket) =>
    new TLSSocket(socket, { isServer: true, ...(tls === undefined ? {} : shownBy(tls)) }).on('error', () => undefined);
  const serve = (stream: Duplex, socket: Socket) => {
    const lines = createInterface({ input: stream, crlfDelay: 0 });
    lines.on('line', (line) => {
      heard.push(line);
      const said = answer(line, () => socket.destroy());
      if (said !== undefined && !stream.destroyed) stream.write(said);
      if (line !== 'STARTTLS' || tls === undefined || stream !== socket) return;
      lines.removeAllListeners();
      lines.close();
      serve(secured(socket), socket);
    });
    lines.on('error', () => undefined);
  };
  const service = await aService((socket) => {
    const stream = implicit ? secured(socket) : socket;
    if (greeting !== null) stream.write(greeting);
    serve(stream, socket);
  });
  return { ...service, heard };
}
