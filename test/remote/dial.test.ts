import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { text as textOf } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Connection } from '../../src/remote/connection.ts';
import { freePort, type Sshd, sshdAvailable, startSshd } from '../sshd.ts';
import { aServer, connectTo, unaborted } from './connecting.ts';

describe.skipIf(!sshdAvailable())('dialling from the target', () => {
  let server: Sshd;
  let connection: Connection;
  let service: Server;
  let port: number;

  beforeAll(async () => {
    server = await startSshd();
    await server.trust();
    connection = await connectTo(server);
    service = createServer((socket) => {
      socket.write('220 mx.example.org\r\n');
      socket.on('data', (bytes) => socket.end(`you said ${bytes}`));
    });
    service.listen(0, '127.0.0.1');
    await once(service, 'listening');
    const address = service.address();
    port = typeof address === 'object' && address !== null ? address.port : 0;
  });
  afterAll(async () => {
    service.close();
    await connection.close();
    await server.stop();
  });

  it('opens a connection that carries both ways and ends', async () => {
    const stream = await connection.dial('127.0.0.1', port, unaborted);
    stream.write('EHLO\r\n');
    expect(await textOf(stream)).toBe('220 mx.example.org\r\nyou said EHLO\r\n');
  });

  it('needs no session, so it works beside any number of scripts', async () => {
    const streams = await Promise.all(Array.from({ length: 15 }, () => connection.dial('127.0.0.1', port, unaborted)));
    const greetings = streams.map(async (stream) => {
      const [bytes] = await once(stream, 'data');
      stream.destroy();
      return String(bytes);
    });
    expect(new Set(await Promise.all(greetings))).toEqual(new Set(['220 mx.example.org\r\n']));
  });

  it('tells a refusal', async () => {
    await expect(connection.dial('127.0.0.1', await freePort(), unaborted)).rejects.toMatchObject({
      name: 'DialError',
      failure: 'refused',
    });
  });

  it('tells that a name has no address there', async () => {
    await expect(connection.dial('no..such..name', 25, unaborted)).rejects.toMatchObject({ failure: 'no-name' });
  });

  it('tells that there is no route', async () => {
    // No TCP goes to the broadcast address.
    const failing = connection.dial('255.255.255.255', 25, unaborted);
    await expect(failing).rejects.toMatchObject({ failure: 'no-route' });
  });

  it('is given up with the signal’s reason', async () => {
    const reason = new Error('given up');
    await expect(connection.dial('127.0.0.1', port, AbortSignal.abort(reason))).rejects.toBe(reason);
    const controller = new AbortController();
    const dialling = connection.dial('127.0.0.1', port, controller.signal);
    controller.abort(reason);
    await expect(dialling).rejects.toBe(reason);
  });

  it('tells that the server forbids it', async () => {
    const strict = await aServer({ config: ['AllowTcpForwarding no'] });
    const other = await connectTo(strict);
    await expect(other.dial('127.0.0.1', port, unaborted)).rejects.toMatchObject({ failure: 'not-allowed' });
    await other.close();
    await expect(other.dial('127.0.0.1', port, unaborted)).rejects.toMatchObject({ failure: 'lost' });
  });
});
