import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { bundling } from '../scripts/bundle.mjs';

/**
 * Bundles a TypeScript file into one that `node` can run as a process of its own, beside the project's node_modules so
 * that external packages are found. Resolves to its path; the caller removes its folder.
 */
export async function bundleProgram(entry: string): Promise<string> {
  const folder = mkdtempSync(join(import.meta.dirname, '..', 'node_modules', '.brevduva-test-'));
  const outfile = join(folder, 'program.mjs');
  await build({ ...bundling, entryPoints: [entry], outfile });
  return outfile;
}
