import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { debianSidHere } from '../debian-sid.ts';
import type { LabNetwork } from '../network.ts';
import { worldPlan } from './addresses.ts';
import type { Server } from './server.ts';
import { startServer } from './server.ts';

const service = fileURLToPath(new URL('debian-service.mjs', import.meta.url));

/**
 * Starts `http://deb.debian.org`, which has of all Debian what debianSid fetched, under Debian's real signature. Resolves to
 * undefined, and starts nothing, where that could not be fetched.
 */
export async function startDebian(network: LabNetwork): Promise<Server | undefined> {
  const folder = await debianSidHere();
  if (folder === undefined) return undefined;
  const namespace = network.host(worldPlan.debian.host);
  const { ipv4, ipv6 } = worldPlan.debian;
  await namespace.ip(['addr', 'add', `${ipv4}/24`, 'dev', 'eth0']);
  await namespace.ip(['addr', 'add', `${ipv6}/64`, 'dev', 'eth0', 'nodad']);
  return startServer(namespace, {
    name: 'the archive of Debian',
    command: process.execPath,
    args: [service, folder, ipv4, ipv6],
    log: join(network.folder, 'debian.log'),
    answers: async () => {
      const urls = [ipv4, `[${ipv6}]`].map((address) => `http://${address}/debian/dists/sid/InRelease`);
      const words = ['-fsS', '--noproxy', '*', '--output', '/dev/null', '--output', '/dev/null', ...urls];
      return (await namespace.exec('curl', words, { mayFail: true })).status === 0;
    },
  });
}
