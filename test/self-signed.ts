import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';

/** A key, and a certificate that only it vouches for; both PEM. */
export interface SelfSigned {
  readonly key: string;
  readonly certificate: string;
}

/** Makes a certificate with openssl. `names` as in `subjectAltName`: `DNS:imap.example.com`, `IP:127.0.0.1`. */
export async function selfSigned(...names: readonly string[]): Promise<SelfSigned> {
  const folder = await mkdtemp(join(tmpdir(), 'brevduva-certificate-'));
  const [key, certificate] = [join(folder, 'key.pem'), join(folder, 'certificate.pem')];
  try {
    const kind = ['-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'];
    const about = ['-subj', '/CN=test', '-addext', `subjectAltName=${names.join(',')}`];
    await execa('openssl', ['req', ...kind, ...about, '-keyout', key, '-out', certificate]);
    return { key: await readFile(key, 'utf8'), certificate: await readFile(certificate, 'utf8') };
  } finally {
    await rm(folder, { recursive: true });
  }
}
