import type { Program } from '../program.ts';
import { said } from '../program.ts';

/** timedatectl(1): the clock counts as synchronised while a time service runs. */
export const timedatectl: Program = {
  name: 'timedatectl',
  run({ args, machine }) {
    const isRight = machine.services.find('systemd-timesyncd')?.state === 'active';
    if (args[0] === 'show')
      return said(
        args.includes('--value') ? `${isRight ? 'yes' : 'no'}\n` : `NTPSynchronized=${isRight ? 'yes' : 'no'}\n`,
      );
    return said(
      `               Local time: ${new Date().toUTCString()}\nSystem clock synchronized: ${isRight ? 'yes' : 'no'}\n`,
    );
  },
};

/** systemd-detect-virt(1): a virtual machine, no container. */
export const systemdDetectVirt: Program = {
  name: 'systemd-detect-virt',
  run({ args }) {
    if (args.includes('--container')) return args.includes('--quiet') ? { status: 1 } : said('none\n', 1);
    return args.includes('--quiet') ? {} : said('kvm\n');
  },
};

/** locale(1): `-a` */
export const locale: Program = {
  name: 'locale',
  async run({ machine }) {
    const generated = (await machine.files.text('/usr/lib/locale/generated')) ?? '';
    return said(`C\nC.utf8\nPOSIX\n${generated}`);
  },
};

/** locale-gen(8): makes what /etc/locale.gen lists. */
export const localeGen: Program = {
  name: 'locale-gen',
  package: 'locales',
  async run({ machine, say }) {
    const listed = (await machine.files.text('/etc/locale.gen')) ?? '';
    const names = [...listed.matchAll(/^([\w.-]+) UTF-8/gm)].map(([, name = '']) => name);
    say('Generating locales (this might take a while)...');
    for (const name of names) say(`  ${name}... done`);
    await machine.files.put(
      '/usr/lib/locale/generated',
      names.map((name) => `${name.replace('UTF-8', 'utf8')}\n`).join(''),
    );
    return said('Generation complete.\n');
  },
};

/** update-locale(8): `LANG=…` into /etc/default/locale */
export const updateLocale: Program = {
  name: 'update-locale',
  async run({ args, machine }) {
    await machine.files.put('/etc/default/locale', `${args.join('\n')}\n`);
    return {};
  },
};
