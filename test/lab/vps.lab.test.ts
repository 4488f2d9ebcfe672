import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import { plan } from './addresses.ts';
import { createLab, type Lab } from './lab.ts';
import { labIds } from './network.ts';
import { suites } from './packages.ts';
import type { Vps } from './vps.ts';

describe.skipIf(inject('noLabHere') !== '').each(suites)('a new server with %s', (suite) => {
  let lab: Lab;
  let vps: Vps | undefined;

  beforeAll(async () => {
    lab = await createLab(inject('programs').brevduva);
  });
  afterEach(async () => {
    await vps?.stop();
    vps = undefined;
  });
  afterAll(async () => {
    await lab?.remove();
    expect(await labIds()).not.toContain(lab.network.id);
  });

  it('boots and answers over SSH, with systemd and the suite that was asked for', async () => {
    vps = await lab.startVps(suite);

    const said = await lab.operator.ssh('. /etc/os-release; echo "$VERSION_CODENAME $(cat /proc/1/comm) $(id -un)"');

    expect(said.out).toBe(`${suite} systemd root`);
  });

  it('has IPv4 from netplan, and IPv6 switched off until somebody turns it on', async () => {
    vps = await lab.startVps(suite);

    const addresses = await vps.exec('ip', ['-o', 'addr', 'show', 'dev', 'eth0', 'scope', 'global']);
    const off = await vps.exec('cat', ['/proc/sys/net/ipv6/conf/all/disable_ipv6']);

    expect(addresses.out).toContain(`inet ${plan.vps.ipv4}/24`);
    expect(addresses.out).not.toContain('inet6');
    expect(off.out).toBe('1');
  });

  it('installs packages without the Internet, from the folder of what the guide needs', async () => {
    vps = await lab.startVps(suite);

    await vps.exec('apt-get', ['-qq', 'update']);
    await vps.exec('apt-get', ['-qq', '-y', '--no-install-recommends', 'install', 'acl']);

    expect((await vps.exec('getfacl', ['--version'])).out).toContain('getfacl');
  });

  it('is a fresh one each time: nothing of the one before is left', async () => {
    vps = await lab.startVps(suite);
    const before = vps.hostKeys;
    await vps.exec('touch', ['/root/was-here']);
    await vps.stop();

    vps = await lab.startVps(suite);

    expect((await vps.exec('ls', ['-A', '/root'])).out).not.toContain('was-here');
    expect(vps.hostKeys).not.toEqual(before);
  });
});
