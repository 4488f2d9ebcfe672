// `npm run report:test`: sees to it that there is a Chromium to look at the HTML report in, then runs the report's tests.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

const chromium = '/usr/bin/chromium';

if (!existsSync(chromium) && process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) {
  console.log('No Chromium here: installing Debian’s for the tests of the HTML report.');
  const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const apt = (...words) =>
    spawnSync('apt-get', ['-qq', ...words], { stdio: ['ignore', 'ignore', 'inherit'], env: environment });
  apt('update');
  apt('install', '-y', '--no-install-recommends', 'chromium');
}
if (!existsSync(chromium)) {
  console.log('No Chromium here: the tests that need one are skipped, and named at the end.');
  console.log('To have them run: install chromium (as root: apt-get install chromium).');
}

const words = ['node_modules/vitest/vitest.mjs', 'run', 'test/report', ...process.argv.slice(2)];
const vitest = spawnSync(process.execPath, words, { stdio: 'inherit' });
process.exitCode = vitest.status ?? 1;
