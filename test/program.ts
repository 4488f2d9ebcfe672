import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';

/**
 * Bundles a TypeScript file into one that `node` can run as a process of its own, beside the project's node_modules so
 * that external packages are found. Resolves to its path; the caller removes its folder.
 */
export async function bundleProgram(entry: string): Promise<string> {
  const folder = mkdtempSync(join(import.meta.dirname, '..', 'node_modules', '.brevduva-test-'));
  const outfile = join(folder, 'program.mjs');
  await build({
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    external: ['ssh2'],
    banner: { js: "import { createRequire as brevduvaRequire } from 'node:module'; const require = brevduvaRequire(import.meta.url);" },
    logLevel: 'error',
  });
  return outfile;
}
