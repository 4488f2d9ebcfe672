import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { type HostName, plan } from './addresses.ts';
import { LabError } from './error.ts';
import type { Namespace } from './namespace.ts';
import type { LabNetwork } from './network.ts';

/** What went one way, in packets since the distance was put there. Always sent = delivered + lost + underWay. */
export interface Way {
  readonly sent: number;
  readonly delivered: number;
  /** Swallowed by a black hole. */
  readonly lost: number;
  readonly underWay: number;
}

/** What went from the machine (`outward`) and to it (`inward`). */
export interface Traffic {
  readonly outward: Way;
  readonly inward: Way;
}

/**
 * A long line between a machine and the backbone. Each call resolves when the line is so: what was sent before the call
 * is treated as before it, what is sent after it has resolved as after it. Each throws LabError when the line is gone.
 */
export interface Distance {
  /** What is sent from now on needs that many milliseconds, each way; what is under way keeps its time and its place. */
  delay(milliseconds: number): Promise<void>;
  /** Nothing arrives any more, either way, as with a cut cable: what is under way is lost as well. */
  blackHole(): Promise<void>;
  /** Ends the black hole; the delay is as it was. */
  restore(): Promise<void>;
  /** Counts what went through it until now. */
  traffic(): Promise<Traffic>;
  /** Takes it away: the machine's routes are as they were, and what is under way is lost. Also where it is gone. */
  remove(): Promise<void>;
}

/**
 * The machines that a distance can be put before: those whose addresses are the plan's and no others. The vps is left
 * out because its routes are its own system's business; put the distance before the one that speaks with it.
 */
export type DistantHost = Exclude<HostName, 'vps' | 'authority' | 'resolver'>;

/**
 * Puts a distance, at first without delay, between a machine and the backbone, for IPv4 and IPv6. Connections that are
 * open go on. It stands in the way of all that is routed; what machines of one network send each other goes past it.
 * Throws LabError when there is one before this machine already, or where this machine of ours has no TUN devices.
 *
 * `tc netem` would do the same, but many kernels lack it.
 */
export async function putDistance(network: LabNetwork, name: DistantHost): Promise<Distance> {
  const host = network.host(name);
  const line = await openLine(host, { near: nearDevice, far: farDeviceOf(name) });
  try {
    await connect(network, name);
    await line.ask('open');
    await leadThrough(network, name);
  } catch (error) {
    await line.end();
    throw error;
  }
  return {
    delay: async (milliseconds) => void (await line.ask(`delay ${milliseconds}`)),
    blackHole: async () => void (await line.ask('hole on')),
    restore: async () => void (await line.ask('hole off')),
    traffic: () => line.ask('traffic'),
    remove: () => line.end(),
  };
}

const program = fileURLToPath(new URL('distance/distance.py', import.meta.url));

/** The device in the machine. */
const nearDevice = 'distance';

/** The device in the backbone, which may have one for each machine. */
function farDeviceOf(name: DistantHost): string {
  return `far-${name}`;
}

/** The program that carries the packets. */
interface Line {
  /** Says a line to it, and resolves to its answer. */
  ask(command: string): Promise<Traffic>;
  /** Ends it, and with it its devices, and with those the routes through them. */
  end(): Promise<void>;
}

async function openLine(host: Namespace, { near, far }: { near: string; far: string }): Promise<Line> {
  // Inside the namespace, so that it is found and ended with whatever else runs there.
  const running = execa('ip', ['netns', 'exec', host.name, 'python3', program, near, far], {
    stdin: 'pipe',
    reject: false,
    buffer: { stdout: false },
  });
  const answers = createInterface({ input: running.stdout })[Symbol.asyncIterator]();
  const answer = async (): Promise<Traffic> => {
    // The iterator serves those who wait in the order in which they came, as the program does.
    const { value, done } = await answers.next();
    if (done !== true) return JSON.parse(value);
    throw new LabError({
      sentence: `In the lab there is no distance before ${host.name}. ${(await running).stderr}`.trim(),
      remedy: 'See that it was not removed before, that no other is in its place, and that /dev/net/tun is there.',
    });
  };
  await answer();
  return {
    ask: (command) => {
      if (running.stdin.writable) running.stdin.write(`${command}\n`);
      return answer();
    },
    end: async () => {
      running.stdin.end();
      await running;
    },
  };
}

/** Puts the line's devices where they belong, and switches them on. */
async function connect({ host, backbone }: LabNetwork, name: DistantHost): Promise<void> {
  const far = farDeviceOf(name);
  // A router joins groups where it can (RFC 4291 §2.8) and reports that; only the machine's packets are to go through.
  await host(name).ip(['link', 'set', far, 'multicast', 'off']);
  await host(name).ip(['link', 'set', far, 'netns', backbone.name]);
  await switchOn(backbone, far);
  await switchOn(host(name), nearDevice);
}

async function switchOn(namespace: Namespace, device: string): Promise<void> {
  // Without an address of its own it has nothing to announce.
  await namespace.ip(['link', 'set', device, 'addrgenmode', 'none']);
  await namespace.ip(['link', 'set', device, 'up']);
}

/**
 * Leads what the machine sends and gets over the line. Only routes that are more specific than those that are there are
 * added, and all of them lead into the line's devices: when these go, everything is as it was.
 */
async function leadThrough({ host, backbone }: LabNetwork, name: DistantHost): Promise<void> {
  const machine = host(name);
  const far = farDeviceOf(name);
  const { ipv4, ipv6 } = plan[name];
  await backbone.ip(['-4', 'route', 'add', `${ipv4}/32`, 'dev', far]);
  await backbone.ip(['-6', 'route', 'add', `${ipv6}/128`, 'dev', far]);
  // Two halves and the global unicast addresses (RFC 4291 §2.4): each more specific than the default route.
  for (const half of ['0.0.0.0/1', '128.0.0.0/1']) {
    await machine.ip(['-4', 'route', 'add', half, 'dev', nearDevice, 'src', ipv4]);
  }
  await machine.ip(['-6', 'route', 'add', '2000::/3', 'dev', nearDevice, 'src', ipv6]);
}
