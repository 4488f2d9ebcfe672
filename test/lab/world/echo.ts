import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { LabNetwork } from '../network.ts';
import { worldPlan } from './addresses.ts';
import type { Server } from './server.ts';
import { startServer } from './server.ts';

const service = fileURLToPath(new URL('echo-service.mjs', import.meta.url));

/** Starts what `curl -6 6.ipw.cn` speaks to: HTTP on port 80, which answers with its caller's address. */
export async function startEcho(network: LabNetwork): Promise<Server> {
  const namespace = network.host(worldPlan.echo.host);
  const { ipv6 } = worldPlan.echo;
  await namespace.ip(['addr', 'add', `${ipv6}/64`, 'dev', 'eth0', 'nodad']);
  return startServer(namespace, {
    name: 'the echo of addresses',
    command: process.execPath,
    args: [service, ipv6],
    log: join(network.folder, 'echo.log'),
    answers: async () => {
      const { out } = await namespace.exec('curl', ['-fsS', '--noproxy', '*', `http://[${ipv6}]/`], { mayFail: true });
      return out === ipv6;
    },
  });
}
