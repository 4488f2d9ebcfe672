import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import type { Namespace } from '../namespace.ts';

/** Where a certificate and its key lie. */
export interface CertificateFiles {
  readonly certificate: string;
  readonly key: string;
}

/** Makes a certificate for these names that vouches for itself: who shall believe it must be told to. */
export async function makeServerCertificate(
  namespace: Namespace,
  { folder, names }: { readonly folder: string; readonly names: readonly [string, ...string[]] },
): Promise<CertificateFiles> {
  const files = { certificate: join(folder, 'certificate.pem'), key: join(folder, 'key.pem') };
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
  const alternatives = names.map((name) => `DNS:${name}`).join(',');
  const subject = ['-subj', `/CN=${names[0]}`, '-addext', `subjectAltName=${alternatives}`];
  const out = ['-days', '30', '-keyout', files.key, '-out', files.certificate];
  await namespace.exec('openssl', ['req', '-x509', ...curve, ...subject, ...out]);
  await chmod(files.key, 0o600);
  return files;
}
