import { createServer } from 'node:net';
import { places } from '../addresses.ts';
import type { Internet } from '../internet.ts';
import type { Listening } from '../network.ts';
import { Daemon } from './daemon.ts';
import { Fatal, load, reload } from './load.ts';
import type { MailHost } from './mail-host.ts';
import { Queue, type QueueItem } from './queue.ts';
import { type Door, Session } from './session.ts';

/** How the daemon is started. */
export interface ChasquidOptions {
  readonly host: MailHost;
  readonly internet: Pick<Internet, 'network' | 'resolver'>;
  /** `1.15.0`. */
  readonly version: string;
  /** The sockets that systemd hands over; all three without it. */
  readonly ports?: readonly ChasquidPort[];
  /** Milliseconds until mail is tried again, and users and aliases are read again: one and a half minute without them. */
  readonly retryMs?: number;
  readonly reloadMs?: number;
}

/** The ports of its three sockets. */
export type ChasquidPort = 25 | 465 | 587;

/** The running daemon. */
export interface Chasquid {
  /** Resolves to its last word where it ends by itself. */
  readonly ended: Promise<string>;
  /** What waits in its queue. */
  queue(): readonly QueueItem[];
  /** Tries at once what waits. */
  flush(): void;
  /** SIGHUP, from 1.12 on: reads users and aliases again. */
  reload(): Promise<void>;
  /** Closes its sockets; what waits is on the disk. */
  stop(): Promise<void>;
}

/** What came of a start. All that the daemon said is in the host's log, its last word too. */
export type Started =
  | { readonly kind: 'running'; readonly chasquid: Chasquid }
  | { readonly kind: 'failed'; readonly why: string };

const doors: Readonly<Record<ChasquidPort, Door>> = { 25: 'SMTP', 465: 'submission+TLS', 587: 'submission' };

/** Starts chasquid on the practice server's addresses, or tells why it would end at once, in the daemon's own words. */
export async function startChasquid(options: ChasquidOptions): Promise<Started> {
  const { host, internet, version, ports = [25, 465, 587], retryMs = 90_000, reloadMs = 30_000 } = options;
  host.log(`chasquid starting (version ${version})`);
  try {
    const loaded = await load(host, version);
    const queue = new Queue({
      host,
      courier: {
        ...internet,
        host,
        hostname: loaded.hostname,
        countsConnections: loaded.behaviour.countsConnections,
      },
      folder: `${loaded.settings.dataFolder}/queue`,
      most: loaded.settings.mostInQueue,
      retryMs,
      isLocal: (address) => daemon.isLocal(address),
    });
    const daemon = new Daemon(loaded, { host, queue, ...internet });
    if (ports.length === 0) throw new Fatal('No address to listen on');
    const listening: Listening[] = [];
    for (const port of ports) listening.push(await open(port, daemon, internet.network));
    for (const port of ports) host.log(`Server listening on [::]:${port} (${doors[port]}, via systemd)`);

    let end: (why: string) => void = () => undefined;
    const ended = new Promise<string>((resolve) => {
      end = resolve;
    });
    const stop = async (): Promise<void> => {
      clearInterval(timer);
      await Promise.all(listening.map((each) => each.close()));
      await queue.stop();
    };
    const readAgain = async (): Promise<void> => {
      try {
        await reload(loaded, host);
      } catch (error) {
        if (!(error instanceof Fatal)) throw error;
        host.log(error.message);
        await stop();
        end(error.message);
      }
    };
    const timer = setInterval(() => void readAgain(), reloadMs);
    timer.unref();
    const chasquid = { ended, queue: () => queue.items(), flush: () => queue.flush(), reload: readAgain, stop };
    return { kind: 'running', chasquid };
  } catch (error) {
    if (!(error instanceof Fatal)) throw error;
    host.log(error.message);
    return { kind: 'failed', why: error.message };
  }
}

function open(port: ChasquidPort, daemon: Daemon, network: Internet['network']): Promise<Listening> {
  const server = createServer((socket) => {
    const peer = (): string => {
      const address = network.sourceOf(socket);
      return `${address.includes(':') ? `[${address}]` : address}:${socket.remotePort ?? 0}`;
    };
    // why nothing is caught: a session ends by itself whatever its client does, so what it throws is a bug of ours
    void new Session(socket, { daemon, door: doors[port], peer }).run();
  });
  return network.listen(server, { at: places.server, port });
}
