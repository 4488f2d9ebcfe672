import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import type { LabNetwork } from '../network.ts';
import { worldPlan } from './addresses.ts';
import type { Server } from './server.ts';
import { startServer } from './server.ts';
import { makeServerCertificate } from './server-certificate.ts';

const service = fileURLToPath(new URL('github-service.mjs', import.meta.url));

/** `https://github.com`, with the one repository of acme.sh in it. */
export interface GitHub extends Server {
  /** A file with the certificate that clients must trust to speak to it. */
  readonly trustFile: string;
  /** Where the repository lies on this machine, bare; what is changed in it, its clients get. */
  readonly acmeSh: string;
}

/** The version of acme.sh that the guide pins, as a tag. */
const tag = '3.1.3';

/**
 * Serves a checkout of acme.sh as GitHub does, with the tag that the guide wants and nothing newer. Throws where the
 * checkout does not have that tag.
 */
export async function startGitHub(network: LabNetwork, checkout: string): Promise<GitHub> {
  const namespace = network.host(worldPlan.github.host);
  const { ipv4, ipv6 } = worldPlan.github;
  const folder = join(network.folder, 'github');
  const acmeSh = join(folder, 'repositories/acmesh-official/acme.sh');
  await mkdir(join(acmeSh, '..'), { recursive: true });
  const words = ['clone', '--quiet', '--bare', '--branch', tag, '--single-branch', `file://${checkout}`, acmeSh];
  await execa('git', words, { stdin: 'ignore' });
  const { certificate, key } = await makeServerCertificate(namespace, { folder, names: ['github.com'] });
  await namespace.ip(['addr', 'add', `${ipv4}/24`, 'dev', 'eth0']);
  await namespace.ip(['addr', 'add', `${ipv6}/64`, 'dev', 'eth0', 'nodad']);
  const server = await startServer(namespace, {
    name: 'GitHub',
    command: process.execPath,
    args: [service, join(folder, 'repositories'), certificate, key, ipv4, ipv6],
    log: join(folder, 'log'),
    answers: async () => {
      const asked = ['-fsS', '--noproxy', '*', '--cacert', certificate, '--resolve', `github.com:443:${ipv4}`];
      const url = 'https://github.com/acmesh-official/acme.sh/info/refs?service=git-upload-pack';
      const { out } = await namespace.exec('curl', [...asked, '--output', '-', url], { mayFail: true });
      return out.includes(`refs/tags/${tag}`);
    },
  });
  return { ...server, trustFile: certificate, acmeSh };
}
