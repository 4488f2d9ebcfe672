import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';

/** A certificate with its key, and the certificates above it that a server should show with it. PEM. */
export interface Issued {
  readonly key: string;
  readonly certificate: string;
  readonly chain: string;
}

/** A certificate authority of a test's own, made by openssl. */
export interface Authority {
  /** Its own certificate, PEM. */
  readonly root: string;
  /** A certificate for names such as `DNS:mx.example.com` or `IP:127.0.0.1`, from now on for so many days. */
  issue(names: readonly string[], options?: { readonly days?: number }): Promise<Issued>;
  remove(): Promise<void>;
}

/** Makes an authority: a root, and an intermediate that signs. */
export async function anAuthority(name = 'A Test Authority'): Promise<Authority> {
  const directory = await mkdtemp(join(tmpdir(), 'brevduva-certificates-'));
  const openssl = (...words: readonly string[]) => execa('openssl', words, { cwd: directory });
  const newKey = (file: string) =>
    openssl('genpkey', '-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256', '-out', file);
  const read = (file: string) => readFile(join(directory, file), 'utf8');
  const sign = async (file: string, subject: string, signer: string, extensions: readonly string[], days: number) => {
    await newKey(`${file}.key`);
    await writeFile(join(directory, `${file}.ext`), extensions.join('\n'));
    await openssl('req', '-new', '-key', `${file}.key`, '-subj', subject, '-out', `${file}.csr`);
    const by = ['-CA', `${signer}.pem`, '-CAkey', `${signer}.key`, '-CAcreateserial'];
    const more = ['-days', String(days), '-extfile', `${file}.ext`, '-out', `${file}.pem`];
    await openssl('x509', '-req', '-in', `${file}.csr`, ...by, ...more);
  };

  await newKey('root.key');
  const root = ['-subj', `/CN=${name}`, '-days', '3650', '-addext', 'basicConstraints=critical,CA:TRUE'];
  await openssl('req', '-x509', '-new', '-key', 'root.key', ...root, '-out', 'root.pem');
  await sign('middle', `/CN=${name} M1`, 'root', ['basicConstraints=critical,CA:TRUE,pathlen:0'], 1_000);
  let issued = 0;
  return {
    root: await read('root.pem'),
    async issue(names, { days = 90 } = {}) {
      issued += 1;
      const file = `leaf${issued}`;
      await sign(file, '/CN=ignored.example', 'middle', [`subjectAltName=${names.join(',')}`], days);
      return {
        key: await read(`${file}.key`),
        certificate: await read(`${file}.pem`),
        chain: await read('middle.pem'),
      };
    },
    remove: () => rm(directory, { recursive: true, force: true }),
  };
}

/** What a server shows: the certificate, then those above it. */
export function shownBy({ key, certificate, chain }: Issued): { readonly key: string; readonly cert: string } {
  return { key, cert: `${certificate}${chain}` };
}
