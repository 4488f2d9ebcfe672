import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { plan } from '../addresses.ts';
import type { LabNetwork } from '../network.ts';
import type { Server } from './server.ts';
import { startServer } from './server.ts';
import { type CertificateFiles, makeServerCertificate } from './server-certificate.ts';

/** The certificate authority of the lab, which speaks ACME (RFC 8555). */
export interface AcmeServer extends Server {
  /** Where a client begins. */
  readonly directory: string;
  /** A file with the certificate that clients must trust to speak to it; not the one that its certificates come from. */
  readonly trustFile: string;
  /** The root from which its certificates come, in PEM; another one each time that it starts. */
  root(): Promise<string>;
}

const hostName = 'acme-v02.api.letsencrypt.org';
/** Where pebble tells of itself, to its own machine alone. */
const management = '127.0.0.1:15000';

/**
 * Starts pebble under the name of Let's Encrypt's own service, and resolves when it answers. It asks the lab's resolver,
 * which must be up.
 */
export async function startAcme(network: LabNetwork): Promise<AcmeServer> {
  const namespace = network.host('acme');
  const folder = join(network.folder, 'acme');
  await mkdir(folder, { recursive: true });
  const files = await makeServerCertificate(namespace, { folder, names: [hostName] });
  const config = join(folder, 'pebble.json');
  await writeFile(config, pebbleConfig(files));
  const directory = `https://${hostName}/dir`;
  const server = await startServer(namespace, {
    name: 'the certificate authority',
    command: 'pebble',
    args: ['-config', config, '-dnsserver', `${plan.resolver.ipv4}:53`],
    log: join(folder, 'log'),
    // Without these it waits for as long as it likes before it looks, and refuses one request in twenty at random.
    env: { PEBBLE_VA_NOSLEEP: '1', PEBBLE_WFE_NONCEREJECT: '0' },
    answers: async () => {
      const words = ['-fsS', '--noproxy', '*', '--cacert', files.certificate, directory];
      const { out } = await namespace.exec('curl', words, { mayFail: true });
      return out.includes('"newOrder"');
    },
  });
  return {
    ...server,
    directory,
    trustFile: files.certificate,
    root: async () => {
      const words = ['-fsS', '--noproxy', '*', '--insecure', `https://${management}/roots/0`];
      return (await namespace.exec('curl', words)).out;
    },
  };
}

function pebbleConfig({ certificate, key }: CertificateFiles): string {
  return JSON.stringify({
    pebble: {
      listenAddress: '[::]:443',
      managementListenAddress: management,
      certificate,
      privateKey: key,
      httpPort: 80,
      tlsPort: 443,
    },
  });
}
