import { createHash } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { builtOnce, callBuilder } from './cache.ts';
import type { Suite } from './packages.ts';
import { type RootFileSystem, rootFileSystem } from './root-file-systems.ts';

/** What a mail server of the lab has beyond the bare system: the suite's own chasquid, and what its tests call. */
export const furniturePackages: readonly string[] = ['adduser', 'chasquid', 'curl', 'openssl'];

/** Raise it when the way in which the layer is built changes. */
const recipe = 1;

/**
 * The root file system of a suite with the packages of a mail server over it, as apt-get installs them and nothing set up,
 * so that not every test waits for apt. Out of the cache or built now. Throws LabError when it cannot be built.
 */
export async function furnishedFileSystem(suite: Suite, tell: (line: string) => void): Promise<RootFileSystem> {
  const bare = await rootFileSystem(suite, tell);
  const key = createHash('sha256')
    .update(JSON.stringify([recipe, bare.root, furniturePackages]))
    .digest('hex')
    .slice(0, 12);
  const folder = await builtOnce({
    kind: `furnished-${suite}`,
    key,
    build: async (unfinished) => {
      tell(`${suite}: a layer with the packages of a mail server`);
      for (const part of ['layer', 'work', 'root']) await mkdir(join(unfinished, part), { recursive: true });
      // What is mounted in a mount namespace of its own is gone with it, come what may.
      const words = ['install', unfinished, bare.root, bare.mirror, ...furniturePackages];
      await callBuilder('unshare', ['--mount', 'sh', '-euc', installation, ...words]);
      for (const part of ['work', 'root']) await rm(join(unfinished, part), { recursive: true });
    },
  });
  return { ...bare, layers: [join(folder, 'layer'), ...bare.layers] };
}

/** `policy-rc.d`: Debian asks it before it starts a service, and there is no systemd that could (invoke-rc.d(8)). */
const installation = `
folder=$1 root=$1/root mirror=$3
mount -t overlay overlay -o "lowerdir=$2,upperdir=$folder/layer,workdir=$folder/work" "$root"
shift 3
mkdir "$root/srv/mirror"
mount --bind "$mirror" "$root/srv/mirror"
mount -t proc proc "$root/proc"
printf '#!/bin/sh\\nexit 101\\n' >"$root/usr/sbin/policy-rc.d"
chmod 0755 "$root/usr/sbin/policy-rc.d"
chroot "$root" apt-get -q update
chroot "$root" apt-get -q -y --no-install-recommends install "$@"
chroot "$root" apt-get clean
rm "$root/usr/sbin/policy-rc.d"
umount "$root/srv/mirror" "$root/proc"
rmdir "$root/srv/mirror"
umount "$root"
`;
