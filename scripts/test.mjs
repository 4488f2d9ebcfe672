// `npm test`: sees to it that there is an OpenSSH server to test against, then runs the tests.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

const sshd = ['/usr/sbin/sshd', '/usr/local/sbin/sshd', '/sbin/sshd'];
const hasSshd = () => sshd.some((file) => existsSync(file));
const has = (command) => spawnSync('sh', ['-c', `command -v ${command}`], { stdio: 'ignore' }).status === 0;

if (!hasSshd() && process.getuid?.() === 0 && has('apt-get')) {
  console.log('No sshd here: installing Debian’s openssh-server for the tests.');
  const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const apt = (...words) =>
    spawnSync('apt-get', ['-qq', ...words], { stdio: ['ignore', 'ignore', 'inherit'], env: environment });
  apt('update');
  apt('install', '-y', '--no-install-recommends', 'openssh-server', 'openssh-client');
}
if (!hasSshd()) {
  console.log('No sshd here: the tests that need one are skipped, and named at the end.');
  console.log('To have them run: install openssh-server (as root: apt-get install openssh-server).');
}

const vitest = spawnSync(process.execPath, ['node_modules/vitest/vitest.mjs', 'run', ...process.argv.slice(2)], {
  stdio: 'inherit',
});
process.exitCode = vitest.status ?? 1;
