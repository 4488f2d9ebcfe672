import { chmod, copyFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Vps } from '../vps.ts';

/** A checkout of acme.sh. No package of Debian's has it, so it is somebody's own and need not be there. */
export const acmeShCheckout = process.env.BREVDUVA_ACME_SH;

const standIn = fileURLToPath(new URL('acme-sh-stand-in.sh', import.meta.url));

/**
 * Puts a stand-in for acme.sh on a server, as the version that the guide wants, so that the guide does not fetch it. It
 * orders real certificates, with this machine's dehydrated.
 */
export async function installAcmeShStandIn({ root }: Pick<Vps, 'root'>): Promise<void> {
  const home = join(root, 'root/.acme.sh');
  await mkdir(join(home, 'dnsapi'), { recursive: true, mode: 0o700 });
  await writeFile(join(home, 'account.conf'), '', { mode: 0o600 });
  await copyFile(standIn, join(home, 'acme.sh'));
  await chmod(join(home, 'acme.sh'), 0o755);
  await copyFile('/usr/bin/dehydrated', join(home, 'dehydrated'));
  await writeFile(join(home, 'dnsapi/dns_acmedns.sh'), '# in the stand-in itself\n');
}
