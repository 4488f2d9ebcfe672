import type { Program } from '../program.ts';
import { said } from '../program.ts';

/** id(1) for root, who is the only one to log in, and for the accounts of /etc/passwd. */
export const id: Program = {
  name: 'id',
  async run({ args, machine }) {
    const name = args.find((arg) => !arg.startsWith('-')) ?? 'root';
    const account = (await accounts(machine.files.text('/etc/passwd'))).find((each) => each.name === name);
    if (account === undefined) return { err: `id: ‘${name}’: no such user\n`, status: 1 };
    const { user, group } = account;
    const flags = args.filter((arg) => arg.startsWith('-')).join('');
    const isName = flags.includes('n');
    if (flags.includes('u')) return said(`${isName ? name : user}\n`);
    if (flags.includes('g') || flags.includes('G')) return said(`${isName ? name : group}\n`);
    return said(`uid=${user}(${name}) gid=${group}(${name}) groups=${group}(${name})\n`);
  },
};

/** whoami(1) */
export const whoami: Program = { name: 'whoami', run: () => said('root\n') };

interface Account {
  readonly name: string;
  readonly user: string;
  readonly group: string;
}

/** Each account has a group of its own name, which is all that the practice machine needs. */
async function accounts(file: Promise<string | undefined>): Promise<readonly Account[]> {
  return ((await file) ?? '').split('\n').flatMap((line) => {
    const [name, , user, group] = line.split(':');
    return name === undefined || user === undefined || group === undefined ? [] : [{ name, user, group }];
  });
}
