import { once } from 'node:events';
import type { AddressInfo, Server, Socket } from 'node:net';
import { connect } from 'node:net';
import { addressesOf, canonicalAddress, type Place, places } from './addresses.ts';

/** A connection that somebody wants to open, by addresses of the practice world. */
export interface Path {
  readonly from: string;
  readonly to: string;
  readonly port: number;
}

/**
 * What becomes of a connection: it is served on that port of 127.0.0.1; it is refused; nothing ever answers; or there
 * is no way there.
 */
export type Route =
  | { readonly kind: 'open'; readonly port: number }
  | { readonly kind: 'refused' }
  | { readonly kind: 'silence' }
  | { readonly kind: 'no-route' };

/** Says what becomes of some connections; `undefined` of all others. */
export type Barrier = (path: Path) => Exclude<Route['kind'], 'open'> | undefined;

/** Why a connection inside the world came to nothing, in the words of the kernel. */
export class NetworkError extends Error {
  readonly kind: Exclude<Route['kind'], 'open'>;

  constructor(kind: Exclude<Route['kind'], 'open'>) {
    super({ refused: 'connection refused', silence: 'i/o timeout', 'no-route': 'network is unreachable' }[kind]);
    this.name = 'NetworkError';
    this.kind = kind;
  }
}

/** A service of the network, until it is closed. */
export interface Listening {
  /** On 127.0.0.1. */
  readonly loopbackPort: number;
  /** Ends the service and what is connected to it; a second call does nothing. */
  close(): Promise<void>;
}

const loopback = '127.0.0.1';

/**
 * The addresses of the practice world, all of them served on 127.0.0.1: each port of each address that somebody
 * listens on has a random port there. Also IPv6 is: who is connected from where is written down, not seen, so a
 * computer without ::1 has the same world.
 */
export class Network {
  readonly #ports = new Map<string, number>();
  readonly #sources = new Map<number, string>();
  readonly #barriers = new Set<Barrier>();
  readonly #open = new Set<Listening>();
  readonly #hosts: ReadonlySet<string> = new Set(Object.values(places).flatMap(addressesOf));

  /** Lets a server listen on a port of all addresses of a place. Rejects where loopback has no port left. */
  async listen(server: Server, { at, port }: { readonly at: Place; readonly port: number }): Promise<Listening> {
    const sockets = new Set<Socket>();
    server.on('connection', (socket: Socket) => {
      sockets.add(socket);
      socket.setNoDelay(true);
      socket.on('close', () => sockets.delete(socket));
      // why: whoever is connected may go at any time, and without a listener that ends the program
      socket.on('error', () => undefined);
    });
    server.listen(0, loopback);
    await once(server, 'listening');
    const { port: loopbackPort } = server.address() as AddressInfo;
    const release = this.assign({ at, port, loopbackPort });
    const end = async (): Promise<void> => {
      release();
      this.#open.delete(listening);
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    };
    let ended: Promise<void> | undefined;
    const listening: Listening = {
      loopbackPort,
      close() {
        ended ??= end();
        return ended;
      },
    };
    this.#open.add(listening);
    return listening;
  }

  /** Says where on loopback a port of all addresses of a place is served, TCP and UDP; the result takes that back. */
  assign({
    at,
    port,
    loopbackPort,
  }: {
    readonly at: Place;
    readonly port: number;
    readonly loopbackPort: number;
  }): () => void {
    const keys = addressesOf(at).map((address) => keyOf(address, port));
    for (const key of keys) this.#ports.set(key, loopbackPort);
    return () => {
      for (const key of keys) if (this.#ports.get(key) === loopbackPort) this.#ports.delete(key);
    };
  }

  /** Puts something in the way of connections; the result takes it away. */
  block(barrier: Barrier): () => void {
    this.#barriers.add(barrier);
    return () => this.#barriers.delete(barrier);
  }

  /** What becomes of a connection, at this moment. An address that nobody has answers nothing. */
  route(path: Path): Route {
    for (const barrier of this.#barriers) {
      const kind = barrier(path);
      if (kind !== undefined) return { kind };
    }
    const port = this.#ports.get(keyOf(path.to, path.port));
    if (port !== undefined) return { kind: 'open', port };
    return { kind: this.#hosts.has(canonicalAddress(path.to)) ? 'refused' : 'silence' };
  }

  /** Opens a connection from a host of the world. Rejects with NetworkError, silence at once: nobody waits in vain. */
  async connect(path: Path): Promise<Socket> {
    const route = this.route(path);
    if (route.kind !== 'open') throw new NetworkError(route.kind);
    const socket = connect({ host: loopback, port: route.port, noDelay: true });
    try {
      await once(socket, 'connect');
    } catch (error) {
      socket.destroy();
      throw error;
    }
    this.comesFrom(socket, path.from);
    return socket;
  }

  /** Notes from which address of the world a connection comes that was opened otherwise, by its own end of it. */
  comesFrom(socket: Socket, address: string): void {
    const { localPort } = socket;
    if (localPort === undefined) return;
    this.#sources.set(localPort, address);
    socket.on('close', () => this.#sources.delete(localPort));
  }

  /**
   * From which address of the world the other end of a connection comes; from outside it is the operator. Certain as
   * soon as that other end has said something.
   */
  sourceOf({ remotePort }: Pick<Socket, 'remotePort'>): string {
    return (remotePort === undefined ? undefined : this.#sources.get(remotePort)) ?? places.operator.ipv4;
  }

  /** Ends every service, and resolves when nothing is left. */
  async close(): Promise<void> {
    await Promise.all([...this.#open].map((listening) => listening.close()));
  }
}

function keyOf(address: string, port: number): string {
  return `${canonicalAddress(address)} ${port}`;
}
