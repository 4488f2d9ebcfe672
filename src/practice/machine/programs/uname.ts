import type { Program } from '../program.ts';
import { said } from '../program.ts';

/** uname(1) */
export const uname: Program = {
  name: 'uname',
  run({ args, machine }) {
    const { hostName, kernel } = machine;
    const parts = {
      s: 'Linux',
      n: hostName,
      r: kernel,
      v: '#71-Ubuntu SMP PREEMPT_DYNAMIC',
      m: 'x86_64',
      o: 'GNU/Linux',
    };
    const letters = args.join('').replaceAll('-', '');
    const wanted = letters.includes('a') ? Object.keys(parts) : [...(letters || 's')];
    const words = Object.entries(parts).flatMap(([letter, text]) => (wanted.includes(letter) ? [text] : []));
    return said(`${words.join(' ')}\n`);
  },
};

/** hostname(1): tells the name, or sets it until the next start. */
export const hostname: Program = {
  name: 'hostname',
  run({ args: [name], machine }) {
    if (name === undefined || name === '-f') return said(`${machine.hostName}\n`);
    machine.hostName = name;
    return {};
  },
};
