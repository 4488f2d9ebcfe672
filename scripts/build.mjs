// Bundles the program into dist/: one small entry, and a chunk for what only some verbs need.
import { rm } from 'node:fs/promises';
import { build } from 'esbuild';
import { bundling } from './bundle.mjs';

await rm('dist', { recursive: true, force: true });
await build({
  ...bundling,
  entryPoints: { brevduva: 'src/cli/brevduva.ts', 'practice-world': 'src/practice/worker.ts' },
  outdir: 'dist',
  splitting: true,
  minify: true,
  keepNames: true,
  legalComments: 'linked',
  banner: { js: `#!/usr/bin/env node\n${bundling.banner.js}` },
});
