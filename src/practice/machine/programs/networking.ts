import type { Program } from '../program.ts';
import { failed, said } from '../program.ts';
import { link } from '../state/network-link.ts';

/** netplan(8): `generate` and `get` are what the guide asks. */
export const netplan: Program = {
  name: 'netplan',
  async run({ args: [verb, key = ''], machine }) {
    const fault = await machine.network.fault();
    if (fault !== undefined) return failed(fault);
    if (verb === 'get') return said(key === `ethernets.${link}` ? 'addresses:\n- set\n' : 'null\n');
    if (verb === 'apply') await machine.network.configure();
    return {};
  },
};

/** networkctl(1): `reconfigure` applies what netplan's files say. */
export const networkctl: Program = {
  name: 'networkctl',
  async run({ args: [verb], machine, pause }) {
    if (verb !== 'reconfigure') return {};
    await pause(100);
    await machine.network.configure();
    return {};
  },
};

/** sysctl(8): reads, sets and loads settings of IPv6; the practice kernel has no others. */
export const sysctl: Program = {
  name: 'sysctl',
  async run({ args, machine: { files, network }, path }) {
    const words = args.filter((arg) => !arg.startsWith('-'));
    if (args.includes('-p')) {
      const text = (await files.text(path(words[0] ?? '/etc/sysctl.conf'))) ?? '';
      return said(
        settingsIn(text)
          .map(([key, value]) => set(network, key, value))
          .join(''),
      );
    }
    const out: string[] = [];
    const err: string[] = [];
    for (const each of words) {
      const [key = '', value] = each.replaceAll('/', '.').split(/\s*=\s*/);
      const part = partOf(key);
      if (part === undefined) {
        err.push(`sysctl: cannot stat /proc/sys/${key.replaceAll('.', '/')}: No such file or directory\n`);
      } else if (value !== undefined) out.push(set(network, key, value));
      else out.push(`${args.includes('-n') ? '' : `${key} = `}${network.isOff(part) ? 1 : 0}\n`);
    }
    return { out: out.join(''), err: err.join(''), status: err.length === 0 ? 0 : 255 };
  },
};

/** The part of net.ipv6.conf that a key is about: `all`, `eth0`. */
function partOf(key: string): string | undefined {
  return /^net\.ipv6\.conf\.(.+)\.disable_ipv6$/.exec(key)?.[1];
}

function settingsIn(text: string): readonly (readonly [string, string])[] {
  return [...text.matchAll(/^\s*-?([\w./-]+)\s*=\s*(\S+)/gm)].map(([, key = '', value = '']) => [
    key.replaceAll('/', '.'),
    value,
  ]);
}

function set(network: { setOff(part: string, isOff: boolean): void }, key: string, value: string): string {
  const part = partOf(key);
  if (part !== undefined) network.setOff(part, value !== '0');
  return `${key} = ${value}\n`;
}
