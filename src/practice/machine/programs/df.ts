import type { Program } from '../program.ts';
import { said } from '../program.ts';

/** Kilobytes of the only disk. */
const size = 78_000_000;

/** df(1): `df [-Pkh] [PATH]` */
export const df: Program = {
  name: 'df',
  run({ args, machine }) {
    const used = Math.round(size * machine.diskUse);
    const share = `${Math.ceil(machine.diskUse * 100)}%`;
    if (args.some((arg) => /^-\w*h/.test(arg))) {
      const giga = (kilo: number): string => `${Math.round(kilo / 1_048_576)}G`;
      return said(
        `Filesystem      Size  Used Avail Use% Mounted on\n/dev/sda1        ${giga(size)}  ${giga(used)}   ${giga(size - used)}  ${share} /\n`,
      );
    }
    return said(
      `Filesystem     1024-blocks     Used Available Capacity Mounted on\n/dev/sda1         ${size} ${used}  ${size - used}       ${share} /\n`,
    );
  },
};
