import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Vps } from '../vps.ts';

/** Has a server believe certificates of the lab as it believes those of the Internet's authorities: update-ca-certificates(8). */
export async function trust(
  vps: Pick<Vps, 'root' | 'exec'>,
  authorities: Readonly<Record<string, string>>,
): Promise<void> {
  const folder = join(vps.root, 'usr/local/share/ca-certificates');
  await mkdir(folder, { recursive: true });
  for (const [name, text] of Object.entries(authorities))
    await writeFile(join(folder, `${name}.crt`), `${text.trim()}\n`);
  await vps.exec('update-ca-certificates', []);
}
