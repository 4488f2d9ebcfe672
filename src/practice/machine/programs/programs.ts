import type { Program } from '../program.ts';
import { aptCache, aptConfig, aptGet } from './apt.ts';
import { cmp, mkdir, sync } from './coreutils.ts';
import { curl } from './curl.ts';
import { df } from './df.ts';
import { dpkg, dpkgQuery } from './dpkg.ts';
import { find } from './find.ts';
import { getent } from './getent.ts';
import { id, whoami } from './identity.ts';
import { ip } from './ip.ts';
import { journalctl } from './journalctl.ts';
import { mktemp } from './mktemp.ts';
import { netplan, networkctl, sysctl } from './networking.ts';
import { chgrp, chown, install, stat } from './ownership.ts';
import { ss } from './ss.ts';
import { systemctl } from './systemctl.ts';
import { locale, localeGen, systemdDetectVirt, timedatectl, updateLocale } from './time.ts';
import { hostname, uname } from './uname.ts';

/** What every system has: just-bash's own programs, and these. */
export const smallPrograms: readonly Program[] = [
  cmp,
  df,
  find,
  hostname,
  id,
  mkdir,
  mktemp,
  stat,
  sync,
  uname,
  whoami,
];

/** What Ubuntu has beside that, or gets by its packages. */
export const ubuntuPrograms: readonly Program[] = [
  aptCache,
  aptConfig,
  aptGet,
  chgrp,
  chown,
  curl,
  dpkg,
  dpkgQuery,
  getent,
  install,
  ip,
  journalctl,
  locale,
  localeGen,
  netplan,
  networkctl,
  ss,
  sysctl,
  systemctl,
  systemdDetectVirt,
  timedatectl,
  updateLocale,
];
