import { randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { plan } from '../addresses.ts';
import type { LabNetwork } from '../network.ts';
import type { NameServer } from './dns.ts';
import type { Server } from './server.ts';
import { startServer } from './server.ts';

const service = fileURLToPath(new URL('acme-dns-service.mjs', import.meta.url));

/**
 * A DNS provider with an API that can do one thing: set the TXT records of one name, for challenges. It speaks the
 * protocol of acme-dns (github.com/joohoi/acme-dns), which acme.sh knows as `dns_acmedns`.
 */
export interface AcmeDns extends Server {
  /** What `_acme-challenge` of a domain must be a CNAME for, with a last dot. */
  readonly target: string;
  /** The key of its one account, which nobody may see. */
  readonly password: string;
  /** Everything that acme.sh must be told, as NAME=value, parted by spaces. */
  readonly keys: string;
}

const zone = 'example.net';

/** Starts the provider beside the name server, whose records it changes. */
export async function startAcmeDns(network: LabNetwork, nameServer: NameServer): Promise<AcmeDns> {
  const namespace = network.host('authority');
  const folder = join(network.folder, 'acme-dns');
  await mkdir(folder, { recursive: true });
  const account = { username: 'c36f50e8', password: randomBytes(20).toString('hex'), subdomain: '8e5700ea' };
  const accountFile = join(folder, 'account.json');
  await writeFile(accountFile, JSON.stringify(account), { mode: 0o600 });
  const { ipv4 } = plan.authority;
  const server = await startServer(namespace, {
    name: 'the DNS provider',
    command: process.execPath,
    args: [service, ipv4, accountFile, nameServer.panelKey, zone],
    log: join(folder, 'log'),
    answers: async () => {
      const words = ['-fsS', '--noproxy', '*', `http://${ipv4}/health`];
      return (await namespace.exec('curl', words, { mayFail: true })).status === 0;
    },
  });
  return {
    ...server,
    target: `${account.subdomain}.${zone}.`,
    password: account.password,
    keys: [
      `ACMEDNS_BASE_URL=http://${ipv4}`,
      `ACMEDNS_USERNAME=${account.username}`,
      `ACMEDNS_PASSWORD=${account.password}`,
      `ACMEDNS_SUBDOMAIN=${account.subdomain}`,
    ].join(' '),
  };
}
