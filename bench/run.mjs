// `npm run bench [NAME…]`: ratios against what a person would run instead, or against the floor. Never part of the tests.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { bundling } from '../scripts/bundle.mjs';

const wanted = process.argv.slice(2);
const here = import.meta.dirname;
const benches = readdirSync(here).filter((name) => name.endsWith('.bench.ts'));
const chosen = benches.filter((name) => wanted.length === 0 || wanted.some((word) => name.startsWith(word)));
if (chosen.length === 0) {
  console.error(
    `There is no such bench; there are ${benches.map((name) => name.replace('.bench.ts', '')).join(', ')}.`,
  );
  process.exit(2);
}

// Beside node_modules, so that external packages are found.
const folder = mkdtempSync(join(here, '..', 'node_modules', '.brevduva-bench-'));
try {
  await build({
    ...bundling,
    entryPoints: chosen.map((name) => join(here, name)),
    outdir: folder,
    outExtension: { '.js': '.mjs' },
  });
  for (const name of chosen) {
    const { status } = spawnSync(process.execPath, [join(folder, name.replace(/\.ts$/, '.mjs'))], { stdio: 'inherit' });
    if (status !== 0) process.exitCode = 1;
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
