import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { plan } from '../addresses.ts';
import type { Namespace } from '../namespace.ts';
import type { LabNetwork } from '../network.ts';
import type { Server } from './server.ts';
import { startServer } from './server.ts';

/** The certificate authority of the lab, which speaks ACME (RFC 8555). */
export interface AcmeServer extends Server {
  /** Where a client begins. */
  readonly directory: string;
  /** A file with the certificate that clients must trust to speak to it; not the one that its certificates come from. */
  readonly trustFile: string;
}

const hostName = 'acme-v02.api.letsencrypt.org';

/**
 * Starts pebble under the name of Let's Encrypt's own service, and resolves when it answers. It asks the lab's resolver,
 * which must be up.
 */
export async function startAcme(network: LabNetwork): Promise<AcmeServer> {
  const namespace = network.host('acme');
  const folder = join(network.folder, 'acme');
  await mkdir(folder, { recursive: true });
  const files = await makeCertificate(namespace, folder);
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
  return { ...server, directory, trustFile: files.certificate };
}

interface CertificateFiles {
  readonly certificate: string;
  readonly key: string;
}

async function makeCertificate(namespace: Namespace, folder: string): Promise<CertificateFiles> {
  const files = { certificate: join(folder, 'certificate.pem'), key: join(folder, 'key.pem') };
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
  const names = ['-subj', `/CN=${hostName}`, '-addext', `subjectAltName=DNS:${hostName}`];
  const out = ['-days', '30', '-keyout', files.key, '-out', files.certificate];
  await namespace.exec('openssl', ['req', '-x509', ...curve, ...names, ...out]);
  await chmod(files.key, 0o600);
  return files;
}

function pebbleConfig({ certificate, key }: CertificateFiles): string {
  return JSON.stringify({
    pebble: {
      listenAddress: '[::]:443',
      managementListenAddress: '127.0.0.1:15000',
      certificate,
      privateKey: key,
      httpPort: 80,
      tlsPort: 443,
    },
  });
}
