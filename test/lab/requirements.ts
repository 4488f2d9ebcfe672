import { existsSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { execa } from 'execa';
import { LabError } from './error.ts';
import { worldNeeds } from './world/packages.ts';

/** What the lab calls, and the Debian package that has it. */
const needed: readonly { readonly command: string; readonly package: string }[] = [
  { command: 'busybox', package: 'busybox-static' },
  { command: 'debootstrap', package: 'debootstrap' },
  { command: 'dpkg-scanpackages', package: 'dpkg-dev' },
  { command: 'git', package: 'git' },
  { command: 'ip', package: 'iproute2' },
  { command: 'nft', package: 'nftables' },
  { command: 'nsenter', package: 'util-linux' },
  { command: 'python3', package: 'python3' },
  { command: 'ssh', package: 'openssh-client' },
  { command: 'sshd', package: 'openssh-server' },
  { command: 'systemd-nspawn', package: 'systemd-container' },
  { command: 'xz', package: 'xz-utils' },
  ...worldNeeds,
];

/** This machine cannot have a lab at all: there is nothing to try, and its tests are skipped. */
export class NoLabHere extends LabError {}

/**
 * Sees to it that this machine can have a lab, and installs the Debian packages that are missing. `tell` gets a line
 * where that takes time. Throws NoLabHere where it cannot, LabError where an installation fails.
 */
export async function prepareMachine(tell: (line: string) => void): Promise<void> {
  if (process.platform !== 'linux') {
    throw new NoLabHere({
      sentence: `The lab boots Linux servers, and this is ${process.platform}.`,
      remedy: 'Run it on Debian or Ubuntu, in a virtual machine for example.',
    });
  }
  if (process.getuid?.() !== 0) {
    throw new NoLabHere({
      sentence: 'The lab makes network namespaces and boots systems in them, which only root may do.',
      remedy: 'Run it as root.',
    });
  }
  if (!isThere('apt-get')) {
    throw new NoLabHere({
      sentence: 'The lab builds its servers from Debian’s packages, and there is no apt-get here.',
      remedy: 'Run it on Debian or Ubuntu, in a virtual machine for example.',
    });
  }
  const missing = needed.filter(({ command }) => !isThere(command)).map((need) => need.package);
  if (missing.length === 0) return;
  tell(`installing what the lab needs: ${missing.join(', ')}`);
  await install(missing);
  const still = needed.filter(({ command }) => !isThere(command));
  if (still.length === 0) return;
  throw new LabError({
    sentence: `The lab needs ${still.map(({ command }) => command).join(', ')}, which could not be installed.`,
    remedy: `See what this says: apt-get install ${still.map((need) => need.package).join(' ')}`,
  });
}

async function install(packages: readonly string[]): Promise<void> {
  const options = { stdin: 'ignore', reject: false, env: { DEBIAN_FRONTEND: 'noninteractive' } } as const;
  await execa('apt-get', ['-qq', 'update'], options);
  const words = ['-qq', '-y', '--no-install-recommends', 'install', ...packages];
  const { exitCode, stderr } = await withoutStarting(() => execa('apt-get', words, options));
  if (exitCode === 0) return;
  throw new LabError({
    sentence: `The lab needs ${packages.join(', ')}, and apt-get could not install that: ${stderr.trim().slice(-500)}`,
    remedy: `See what this says: apt-get install ${packages.join(' ')}`,
  });
}

/** The mail and name servers are for the lab's namespaces: Debian asks this file before it starts one here. */
const policy = '/usr/sbin/policy-rc.d';

async function withoutStarting<T>(install: () => Promise<T>): Promise<T> {
  // A policy that is there already is this machine's own, and stays.
  if (existsSync(policy)) return install();
  // invoke-rc.d(8): 101 forbids the action.
  await writeFile(policy, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  try {
    return await install();
  } finally {
    await rm(policy);
  }
}

function isThere(command: string): boolean {
  const folders = (process.env.PATH ?? '').split(delimiter);
  return [...folders, '/usr/sbin', '/sbin'].some((folder) => existsSync(join(folder, command)));
}
