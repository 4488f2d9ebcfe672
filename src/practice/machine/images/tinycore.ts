import { noInternet } from '../internet.ts';
import { Machine } from '../machine.ts';
import { plan } from '../plan.ts';
import { ip } from '../programs/ip.ts';
import { smallPrograms } from '../programs/programs.ts';

/** The little system that some providers boot first, to write the real one to the disk. */
export async function bootTinyCore(): Promise<Machine> {
  const machine = new Machine({
    hostName: 'box',
    kernel: '6.1.2-tinycore64',
    greeting: 'Welcome to TinyCore 13!\n',
    banner: 'OpenSSH_9.1',
    programs: [...smallPrograms, ip],
    mirror: [],
    internet: noInternet,
  });
  await machine.boot();
  await machine.files.put(
    '/etc/os-release',
    'NAME=TinyCore\nVERSION="13.1"\nID=tinycore\nVERSION_ID=13.1\nPRETTY_NAME="TinyCoreLinux 13.1"\n',
  );
  await machine.files.put('/etc/init.d/tc-config', '#!/bin/sh\n', { mode: 0o755 });
  await machine.files.put('/etc/passwd', 'root:x:0:0:root:/root:/bin/sh\n');
  await machine.files.mkdir('/root', { recursive: true });
  await machine.files.mkdir('/tmp', { recursive: true });
  machine.network.use({
    ipv4: { addresses: [`${plan.ipv4}/24`], gateway: plan.gateway4 },
    ipv6: { addresses: [`${plan.ipv6}/64`], gateway: plan.gateway6 },
  });
  return machine;
}
