// `npm run lab`: a lab that stays up until Ctrl-C. `npm run lab -- down [ID…]`: removes labs, all when none is named.
// `npm run lab:test`: the tests that need one.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { bundling } from './bundle.mjs';

const [verb = 'up', ...others] = process.argv.slice(2);
async function node(...words) {
  const child = spawn(process.execPath, words, { stdio: 'inherit' });
  // This process stays until the lab has taken everything down. Ctrl-C reaches the lab by itself.
  process.on('SIGINT', () => {});
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  const [status] = await once(child, 'exit');
  return status ?? 1;
}

if (verb === 'test') {
  process.exitCode = await node('node_modules/vitest/vitest.mjs', 'run', '--config', 'vitest.lab.config.ts', ...others);
} else if (verb === 'up' || verb === 'down') {
  const folder = mkdtempSync(join('node_modules', '.brevduva-lab-'));
  try {
    await build({
      ...bundling,
      external: [...bundling.external, 'vitest'],
      // The others are started as programs of their own, and looked for beside the first.
      entryPoints: {
        lab: 'test/lab/main.ts',
        'acme-dns-service': 'test/lab/world/acme-dns-service.mjs',
        'acme-sh-stand-in': 'test/lab/world/acme-sh-stand-in.sh',
        'debian-service': 'test/lab/world/debian-service.mjs',
        'echo-service': 'test/lab/world/echo-service.mjs',
        'github-service': 'test/lab/world/github-service.mjs',
      },
      loader: { '.sh': 'copy' },
      outdir: folder,
      outExtension: { '.js': '.mjs' },
    });
    process.exitCode = await node(join(folder, 'lab.mjs'), verb, join(process.cwd(), 'dist', 'brevduva.js'), ...others);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
} else {
  console.error(`lab: “${verb}” is no verb of the lab.\n  The verbs are: up (when none is given), down, test.`);
  process.exitCode = 2;
}
