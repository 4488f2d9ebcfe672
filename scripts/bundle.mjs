// How the project's TypeScript becomes something that node runs: the program, and what tests and benches start.

/** Ink reaches react-devtools-core (and ws) only when DEV=true; neither belongs in what people install. */
const withoutDevtools = {
  name: 'without-devtools',
  setup(setup) {
    setup.onResolve({ filter: /devtools\.js$|^react-devtools-core$/ }, ({ path }) => ({ path, namespace: 'empty' }));
    setup.onLoad({ filter: /.*/, namespace: 'empty' }, () => ({ contents: 'export default {}' }));
  },
};

// Packages in the bundle that are CommonJS call require().
const requireLine =
  "import { createRequire as brevduvaRequire } from 'node:module'; const require = brevduvaRequire(import.meta.url);";

export const bundling = {
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  define: {
    'process.env.NODE_ENV': '"production"',
    // Yoga would fetch its own data: URL, for which Node loads all of its HTTP client; without fetch it just decodes it.
    fetch: 'undefined',
  },
  banner: { js: requireLine },
  external: ['ssh2', 'just-bash'],
  plugins: [withoutDevtools],
  logLevel: 'warning',
};
