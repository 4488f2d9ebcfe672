import type { Program } from '../program.ts';
import { failed } from '../program.ts';

/** cmp(1): `cmp [-s] FILE FILE` */
export const cmp: Program = {
  name: 'cmp',
  async run({ args, machine, path, input }) {
    const isSilent = args.includes('-s');
    const [first = '', second = ''] = args.filter((arg) => arg === '-' || !arg.startsWith('-'));
    const contents: Buffer[] = [];
    for (const name of [first, second]) {
      if (name === '-') contents.push(Buffer.from(input, 'latin1'));
      else if (await machine.files.exists(path(name))) {
        contents.push(Buffer.from(await machine.files.readFileBuffer(path(name))));
      } else return isSilent ? { status: 2 } : failed(`cmp: ${name}: No such file or directory`, 2);
    }
    const [one = Buffer.alloc(0), other = Buffer.alloc(0)] = contents;
    if (one.equals(other)) return {};
    return isSilent ? { status: 1 } : { out: `${first} ${second} differ\n`, status: 1 };
  },
};

/** mkdir(1) with `-m MODE`, which just-bash does not know. */
export const mkdir: Program = {
  name: 'mkdir',
  async run({ args, machine, path, bundled }) {
    const at = args.indexOf('-m');
    if (at === -1) return bundled(args);
    const rest = args.filter((_, index) => index !== at && index !== at + 1);
    const made = await bundled(rest);
    if ((made.status ?? 0) !== 0) return made;
    const mode = Number.parseInt(args[at + 1] ?? '', 8);
    for (const name of rest.filter((arg) => !arg.startsWith('-'))) await machine.files.chmod(path(name), mode);
    return made;
  },
};

/** sync(1): all is in memory. */
export const sync: Program = { name: 'sync', run: () => ({}) };
