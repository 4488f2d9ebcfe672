import { isIP } from 'node:net';
import type { Machine } from '../machine.ts';
import type { Program } from '../program.ts';
import { said } from '../program.ts';

/** getent(1): `passwd`, `group`, `hosts`, `ahosts`, as nsswitch.conf has it: files first, then DNS. */
export const getent: Program = {
  name: 'getent',
  async run({ args: [database = '', key = ''], machine }) {
    if (database === 'passwd' || database === 'group') {
      const lines = ((await machine.files.text(`/etc/${database}`)) ?? '').split('\n').filter((line) => line !== '');
      const found = lines.filter((line) => key === '' || line.split(':')[0] === key || line.split(':')[2] === key);
      return found.length === 0 ? { status: 2 } : said(`${found.join('\n')}\n`);
    }
    const addresses = await addressesOf(machine, key);
    if (addresses.length === 0) return { status: 2 };
    if (database === 'hosts') return said(`${addresses[0]?.padEnd(15)} ${key}\n`);
    const kinds = ['STREAM', 'DGRAM', 'RAW'];
    const rows = addresses.flatMap((address, index) =>
      kinds.map((kind, at) => `${address.padEnd(15)} ${kind.padEnd(6)}${index === 0 && at === 0 ? ` ${key}` : ''}\n`),
    );
    return said(rows.join(''));
  },
};

/** What every program on the machine gets for a name. */
export async function addressesOf(machine: Machine, name: string): Promise<readonly string[]> {
  if (isIP(name) !== 0) return [name];
  const hosts = (await machine.files.text('/etc/hosts')) ?? '';
  const listed = hosts.split('\n').flatMap((line) => {
    const [address, ...names] = line.replace(/#.*/, '').trim().split(/\s+/);
    return address !== undefined && names.some((each) => each.toLowerCase() === name.toLowerCase()) ? [address] : [];
  });
  if (listed.length > 0) return listed;
  const { internet } = machine;
  return [...(await internet.lookUp(name, 6)), ...(await internet.lookUp(name, 4))];
}
