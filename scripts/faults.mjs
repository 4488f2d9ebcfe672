// `npm run faults [-- --quick]`: breaks what can break, many times over, and prints what came of it.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const [option, ...others] = process.argv.slice(2);
if (others.length > 0 || (option !== undefined && option !== '--quick')) {
  console.error('faults: the only option is --quick.\n  Without it every fault is tried many times, which takes long.');
  process.exit(2);
}
const folder = mkdtempSync(join(tmpdir(), 'brevduva-faults-'));
const table = join(folder, 'table');
const { status } = spawnSync(process.execPath, ['node_modules/vitest/vitest.mjs', 'run', 'test/faults'], {
  stdio: 'inherit',
  env: { ...process.env, BREVDUVA_FAULTS: option === '--quick' ? 'quick' : 'whole', BREVDUVA_FAULTS_TABLE: table },
});
const rows = existsSync(table)
  ? readFileSync(table, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
  : [];
rmSync(folder, { recursive: true });

const head = { fault: 'fault', tries: 'tries', lost: 'lost', doubled: 'doubled', wronglyGreen: 'wrongly green' };
const width = Math.max(...[head, ...rows].map(({ fault }) => fault.length));
for (const row of [head, ...rows]) {
  const counts = [row.tries, row.lost, row.doubled, row.wronglyGreen].map((count, at) =>
    String(count).padStart([7, 6, 9, 15][at]),
  );
  console.log(`${row.fault.padEnd(width)}${counts.join('')}`);
}
process.exitCode = status ?? 1;
