import { once } from 'node:events';
import type { Socket } from 'node:net';
import { createServer } from 'node:net';

/** A TCP service on a free loopback port. */
export interface Service {
  readonly host: string;
  readonly port: number;
  stop(): Promise<void>;
}

/** Starts a service; `greet` speaks to each connection. */
export async function aService(greet: (socket: Socket) => void, host = '127.0.0.1'): Promise<Service> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => undefined);
    greet(socket);
  });
  server.listen(0, host);
  await once(server, 'listening');
  const bound = server.address();
  return {
    host,
    port: bound !== null && typeof bound === 'object' ? bound.port : 0,
    async stop() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

/** A port on which nothing listens any more. */
export async function aClosedPort(host = '127.0.0.1'): Promise<number> {
  const service = await aService(() => undefined, host);
  await service.stop();
  return service.port;
}
