import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import type { Namespace } from '../namespace.ts';

/** Where a certificate and its key lie. */
export interface CertificateFiles {
  readonly certificate: string;
  readonly key: string;
}

/** Makes a certificate for one name that vouches for itself: who shall believe it must be told to. */
export async function makeServerCertificate(
  namespace: Namespace,
  { folder, hostName }: { readonly folder: string; readonly hostName: string },
): Promise<CertificateFiles> {
  const files = { certificate: join(folder, 'certificate.pem'), key: join(folder, 'key.pem') };
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
  const names = ['-subj', `/CN=${hostName}`, '-addext', `subjectAltName=DNS:${hostName}`];
  const out = ['-days', '30', '-keyout', files.key, '-out', files.certificate];
  await namespace.exec('openssl', ['req', '-x509', ...curve, ...names, ...out]);
  await chmod(files.key, 0o600);
  return files;
}
