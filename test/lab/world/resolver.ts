import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { plan } from '../addresses.ts';
import type { LabNetwork } from '../network.ts';
import { publicResolvers } from './addresses.ts';
import type { NameServer } from './dns.ts';
import type { Server } from './server.ts';
import { startServer } from './server.ts';
import { nameServers, zoneOf } from './zones.ts';

/** The resolver that all machines of the lab ask, by its own address or by those of the well-known public ones. */
export interface Resolver extends Server {
  /** Forgets the whole zone of a name, as if the time that its answers may be remembered had passed. */
  forget(name: string): Promise<void>;
}

/**
 * Starts unbound as a resolver that begins at the lab's root and validates what is signed. It also has the addresses
 * of the public resolvers that Brevduva asks, so that the program needs no option here.
 */
export async function startResolver(network: LabNetwork, authority: NameServer): Promise<Resolver> {
  const namespace = network.host('resolver');
  const folder = join(network.folder, 'resolver');
  await mkdir(folder, { recursive: true });
  await takePublicAddresses(network);
  await writeFile(join(folder, 'root.hints'), rootHints());
  await writeFile(
    join(folder, 'root.key'),
    authority.trustAnchors.map(({ name, type, value }) => `${name}. IN ${type} ${value}\n`).join(''),
  );
  const config = join(folder, 'unbound.conf');
  await writeFile(config, unboundConfig(folder));
  const server = await startServer(namespace, {
    name: 'the resolver',
    command: 'unbound',
    args: ['-d', '-p', '-c', config],
    log: join(folder, 'log'),
    answers: async () => {
      const words = [`@${plan.resolver.ipv4}`, '+short', '+tries=1', '+time=2', 'ns1.example.net', 'A'];
      const { out } = await namespace.exec('dig', words, { mayFail: true });
      return out === plan.authority.ipv4;
    },
  });
  return {
    ...server,
    forget: async (name) => {
      await namespace.exec('unbound-control', ['-c', config, 'flush_zone', `${zoneOf(name).apex}.`]);
    },
  };
}

async function takePublicAddresses(network: LabNetwork): Promise<void> {
  const namespace = network.host('resolver');
  const { ipv4, ipv6 } = publicResolvers;
  await namespace.ipLines([
    ...ipv4.map((address) => `addr add ${address}/32 dev eth0`),
    ...ipv6.map((address) => `addr add ${address}/128 dev eth0 nodad`),
  ]);
  await network.backbone.ipLines([
    ...ipv4.map((address) => `route add ${address}/32 via ${plan.resolver.ipv4}`),
    ...ipv6.map((address) => `route add ${address}/128 via ${plan.resolver.ipv6}`),
  ]);
}

function rootHints(): string {
  return nameServers
    .map(({ name, ipv4, ipv6 }) => `. 3600000 NS ${name}.\n${name}. 3600000 A ${ipv4}\n${name}. 3600000 AAAA ${ipv6}\n`)
    .join('');
}

function unboundConfig(folder: string): string {
  const addresses = [plan.resolver.ipv4, plan.resolver.ipv6, ...publicResolvers.ipv4, ...publicResolvers.ipv6];
  // `unblock-lan-zones`: without it unbound answers for the documentation ranges itself, with nothing.
  return `server:
  directory: "${folder}"
  username: ""
  chroot: ""
  use-syslog: no
  do-daemonize: no
${['127.0.0.1', ...addresses].map((address) => `  interface: ${address}\n`).join('')}
  access-control: 0.0.0.0/0 allow
  access-control: ::/0 allow
  root-hints: "${folder}/root.hints"
  trust-anchor-file: "${folder}/root.key"
  unblock-lan-zones: yes
  insecure-lan-zones: no
  aggressive-nsec: no
remote-control:
  control-enable: yes
  control-use-cert: no
  control-interface: "${folder}/control"
`;
}
