import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { execa } from 'execa';
import { JournalError } from '../../src/session/error.ts';
import { takeLock } from '../../src/session/lock.ts';
import { gateway4Of, gateway6, gateways, type HostName, type HostPlan, plan, prefixedAddresses } from './addresses.ts';
import { LabError } from './error.ts';
import { Namespace, namespaceNames } from './namespace.ts';

/** Every namespace and folder that a lab makes begins with this and its id, so that a leftover can be recognised. */
const mark = 'bvlab-';

/** Where labs keep what is theirs for as long as they are up. On a disk: overlayfs and apt would fill a tmpfs. */
const folders = '/var/tmp';

/** The machines of one lab, each a network namespace on one backbone. */
export interface LabNetwork {
  readonly id: string;
  /** Everything on disk that belongs to this lab goes in here; it is removed with the lab, mounts and all. */
  readonly folder: string;
  /** The router between the networks: the place to listen, to block and to delay. */
  readonly backbone: Namespace;
  /** The machine of that name in the address plan. All but the vps have their addresses and routes already. */
  host(name: HostName): Namespace;
  /** Ends what runs in a machine and makes it anew, as it was at the beginning. */
  renew(name: HostName): Promise<Namespace>;
  /** Ends every process inside and removes every trace. */
  remove(): Promise<void>;
}

/**
 * Makes the lab's networks: a backbone that routes between them, and a namespace a machine of the plan, joined to it.
 * The vps gets its link (`eth0`) only: addresses and routes are its own system's business, as at a provider.
 * Throws LabError when this machine cannot make namespaces.
 */
export async function createLabNetwork(): Promise<LabNetwork> {
  const id = randomBytes(3).toString('hex');
  const folder = labFolder(id);
  try {
    // Held until this process ends: by it a lab that is up differs from one that was left behind. It is there before
    // anybody can see the lab.
    const unseen = `${folder}.new`;
    await mkdir(unseen);
    takeLock(unseen, new Date().toISOString());
    await rename(unseen, folder);
    const backbone = await createBackbone(id);
    const hosts = new Map<HostName, Namespace>();
    for (const name of Object.keys(plan) as HostName[]) hosts.set(name, await join(id, backbone, plan[name]));
    return {
      id,
      folder,
      backbone,
      host: (name) => {
        const host = hosts.get(name);
        if (host === undefined) throw new Error(`The lab has no machine ${name}.`);
        return host;
      },
      renew: async (name) => {
        await hosts.get(name)?.endProcesses();
        // A connection whose end could not be told keeps the old namespace for minutes, and this link with it.
        await backbone.ip(['link', 'delete', name]);
        await hosts.get(name)?.remove();
        const fresh = await join(id, backbone, plan[name]);
        hosts.set(name, fresh);
        return fresh;
      },
      remove: () => removeLab(id),
    };
  } catch (error) {
    await removeLab(id);
    throw error instanceof LabError ? noNamespaces(error) : error;
  }
}

/** The ids of the labs that are up, or were left behind. */
export async function labIds(): Promise<readonly string[]> {
  const ofNamespaces = (await namespaceNames()).map((name) => name.match(/^bvlab-([0-9a-f]+)-/)?.[1]);
  const ofFolders = (await readdir(folders)).map((name) => name.match(/^bvlab-([0-9a-f]+)$/)?.[1]);
  return [...new Set([...ofNamespaces, ...ofFolders])].filter((id) => id !== undefined);
}

/** Ends a lab's processes by their ids, unmounts what it mounted, and removes its namespaces and its folder. */
export async function removeLab(id: string): Promise<void> {
  const own = (await namespaceNames()).filter((name) => name.startsWith(`${mark}${id}-`));
  for (const name of own) await new Namespace(name).endProcesses();
  await unmountBelow(labFolder(id));
  for (const name of own) await new Namespace(name).remove();
  if (!existsSync(labFolder(id))) return;
  // Its lock must not go before all that shows it.
  const unseen = `${labFolder(id)}.gone`;
  await rename(labFolder(id), unseen);
  await rm(unseen, { recursive: true });
}

/** Throws LabError where a lab is left of a process that has ended: it holds memory, and perhaps half a server. */
export async function refuseLeftoverLab(): Promise<void> {
  const notUp = (await labIds()).filter((id) => !isUp(id));
  // One that was being removed at that moment is gone now.
  const there = await labIds();
  const left = notUp.filter((id) => there.includes(id));
  if (left.length === 0) return;
  throw new LabError({
    sentence: `The process that had ${left.map((id) => `lab ${id}`).join(', ')} ended and left it behind.`,
    remedy: 'Remove it with: npm run lab -- down (or name the ids; without, labs that are up end as well).',
  });
}

function isUp(id: string): boolean {
  if (!existsSync(labFolder(id))) return false;
  try {
    takeLock(labFolder(id), new Date().toISOString()).release();
    return false;
  } catch (error) {
    if (error instanceof JournalError && error.kind === 'locked') return true;
    // It was removed meanwhile.
    if (!existsSync(labFolder(id))) return false;
    throw error;
  }
}

async function createBackbone(id: string): Promise<Namespace> {
  const backbone = await Namespace.create(`${mark}${id}-backbone`);
  // Of its own accord a bridge has the lowest of its machines' addresses, and another when one of them is made anew:
  // then the others would send to a router that is gone.
  await backbone.ipLines([
    'link add bridge address 02:00:00:00:00:01 type bridge',
    ...gateways.map((address) => addressLine('bridge', address)),
    'link set bridge up',
  ]);
  await backbone.sysctl({
    'net.ipv4.ip_forward': '1',
    'net.ipv6.conf.all.forwarding': '1',
    // All networks are on one bridge. Without this the router would tell the machines to go past it, and what it
    // blocks or delays would not be blocked or delayed.
    'net.ipv4.conf.all.send_redirects': '0',
    'net.ipv4.conf.bridge.send_redirects': '0',
  });
  return backbone;
}

async function join(id: string, backbone: Namespace, host: HostPlan): Promise<Namespace> {
  const namespace = await Namespace.create(`${mark}${id}-${host.name}`);
  await backbone.ipLines([
    `link add ${host.name} type veth peer name eth0 address ${cardOf(host)} netns ${namespace.name}`,
    `link set ${host.name} master bridge up`,
  ]);
  await namespace.putEtcFile('resolv.conf', `nameserver ${plan.resolver.ipv4}\n`);
  if (host === plan.vps) return namespace;
  await namespace.sysctl({
    'net.ipv6.conf.all.accept_redirects': '0',
    'net.ipv6.conf.eth0.accept_redirects': '0',
  });
  await namespace.ipLines([
    ...prefixedAddresses(host).map((address) => addressLine('eth0', address)),
    'link set eth0 up',
    `route add default via ${gateway4Of(host)}`,
    `route add default via ${gateway6} dev eth0`,
  ]);
  return namespace;
}

/**
 * The address of a machine's network card. It stays the same when the machine is made anew, as that of a server does
 * when its system is: else the backbone would look for the old one for half a minute.
 */
function cardOf({ ipv4 }: HostPlan): string {
  const octets = ipv4.split('.').map((octet) => Number(octet).toString(16).padStart(2, '0'));
  return `02:00:${octets.join(':')}`;
}

/** A line for `ip` that gives a link an address, which is usable at once. */
function addressLine(link: string, address: string): string {
  return `addr add ${address} dev ${link}${address.includes(':') ? ' nodad' : ''}`;
}

/** Unmounts everything below a folder, the latest first. */
async function unmountBelow(folder: string): Promise<void> {
  const mounts = (await readFile('/proc/self/mountinfo', 'utf8'))
    .split('\n')
    // proc(5): the fifth field is the mount point.
    .map((line) => line.split(' ')[4] ?? '')
    .filter((point) => point.startsWith(`${folder}/`));
  for (const point of mounts.reverse()) await execa('umount', [point], { stdin: 'ignore' });
}

function labFolder(id: string): string {
  return `${folders}/${mark}${id}`;
}

function noNamespaces(cause: LabError): LabError {
  return new LabError(
    {
      sentence: `This machine does not let the lab build its networks. ${cause.sentence}`,
      remedy: 'Run the lab as root on Linux, outside containers that forbid network namespaces, bridges or IPv6.',
    },
    { cause },
  );
}
