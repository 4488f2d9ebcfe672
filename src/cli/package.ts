import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder that Brevduva was installed in: it holds `package.json`, `runbook/` and `steps/`. */
export function packageDirectory(): string {
  let directory = dirname(fileURLToPath(import.meta.url));
  while (!(existsSync(join(directory, 'package.json')) && existsSync(join(directory, 'runbook')))) {
    const parent = dirname(directory);
    if (parent === directory) throw new Error('The installation is not whole: its runbook folder is missing.');
    directory = parent;
  }
  return directory;
}

/** This program's version. */
export function packageVersion(): string {
  const manifest: unknown = JSON.parse(readFileSync(join(packageDirectory(), 'package.json'), 'utf8'));
  const version = typeof manifest === 'object' && manifest !== null && 'version' in manifest ? manifest.version : null;
  return typeof version === 'string' ? version : 'unknown';
}
