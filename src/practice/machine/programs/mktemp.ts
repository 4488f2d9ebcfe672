import { randomBytes } from 'node:crypto';
import type { Program } from '../program.ts';
import { failed, said } from '../program.ts';

/** mktemp(1) of coreutils: `mktemp [-d] [-u] [TEMPLATE]` */
export const mktemp: Program = {
  name: 'mktemp',
  async run({ args, machine, path, environment }) {
    const template = args.find((arg) => !arg.startsWith('-')) ?? `${environment.TMPDIR ?? '/tmp'}/tmp.XXXXXXXXXX`;
    const marks = /X{3,}$/.exec(template)?.[0];
    if (marks === undefined) return failed(`mktemp: too few X's in template ‘${template}’`);
    const letters = randomBytes(marks.length).toString('base64url').replace(/[-_]/g, 'x').slice(0, marks.length);
    const made = path(template.slice(0, -marks.length) + letters);
    const folder = made.replace(/\/[^/]*$/, '');
    if (folder !== '' && !(await machine.files.exists(folder))) {
      return failed(`mktemp: failed to create file via template ‘${template}’: No such file or directory`);
    }
    if (args.includes('-d')) {
      await machine.files.mkdir(made);
      await machine.files.chmod(made, 0o700);
    } else if (!args.includes('-u')) {
      await machine.files.put(made, '', { mode: 0o600 });
    }
    return said(`${made}\n`);
  },
};
