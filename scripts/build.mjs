// Bundles the program into dist/: one small entry, and a chunk for what only some verbs need (Ink, ssh2's wrapper, …).
import { rm } from 'node:fs/promises';
import { build } from 'esbuild';

/** Ink reaches react-devtools-core (and ws) only when DEV=true; neither belongs in what people install. */
const withoutDevtools = {
  name: 'without-devtools',
  setup(setup) {
    setup.onResolve({ filter: /devtools\.js$|^react-devtools-core$/ }, ({ path }) => ({ path, namespace: 'empty' }));
    setup.onLoad({ filter: /.*/, namespace: 'empty' }, () => ({ contents: 'export default {}' }));
  },
};

await rm('dist', { recursive: true, force: true });
await build({
  entryPoints: { brevduva: 'src/cli/brevduva.ts' },
  outdir: 'dist',
  bundle: true,
  splitting: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  minify: true,
  keepNames: true,
  legalComments: 'linked',
  define: { 'process.env.NODE_ENV': '"production"' },
  // CommonJS packages in the bundle call require().
  banner: {
    js: "#!/usr/bin/env node\nimport { createRequire as brevduvaRequire } from 'node:module'; const require = brevduvaRequire(import.meta.url);",
  },
  external: ['ssh2'],
  plugins: [withoutDevtools],
  logLevel: 'warning',
});
