import type { Owner } from '../files.ts';
import { folderOf } from '../files.ts';
import type { Call, Outcome, Program } from '../program.ts';
import { failed, said } from '../program.ts';

/** chown(1) and chgrp(1): `chown [-R] [USER][:[GROUP]] FILE…` */
export const chown: Program = { name: 'chown', run: (call) => give(call, ownerIn) };
export const chgrp: Program = { name: 'chgrp', run: (call) => give(call, (group) => ({ group })) };

async function give(call: Call, read: (text: string) => Partial<Owner>): Promise<Outcome> {
  const { args, machine, path } = call;
  const words = args.filter((arg) => !arg.startsWith('-'));
  const [text = '', ...targets] = words;
  const owner = read(text);
  for (const [database, name] of [
    ['passwd', owner.user],
    ['group', owner.group],
  ] as const) {
    if (name !== undefined && !(await isKnown(call, database, name))) {
      return failed(`chown: invalid ${database === 'passwd' ? 'user' : 'group'}: ‘${text}’`);
    }
  }
  const isDeep = args.some((arg) => /^-\w*R/.test(arg));
  for (const target of targets) {
    const at = path(target);
    if (!(await machine.files.exists(at))) return failed(`chown: cannot access '${target}': No such file or directory`);
    machine.files.own(at, owner);
    if (!isDeep) continue;
    for (const each of machine.files.getAllPaths()) if (each.startsWith(`${at}/`)) machine.files.own(each, owner);
  }
  return {};
}

function ownerIn(text: string): Partial<Owner> {
  const [user = '', group] = text.split(':');
  // `chown name:` means the name's own group (chown(1)).
  const named = group === '' ? user : group;
  return { ...(user === '' ? {} : { user }), ...(named === undefined ? {} : { group: named }) };
}

async function isKnown({ machine }: Call, database: string, name: string): Promise<boolean> {
  const text = (await machine.files.text(`/etc/${database}`)) ?? '';
  return text.split('\n').some((line) => line.split(':')[0] === name) || /^\d+$/.test(name);
}

/** install(1): `install [-d] [-m MODE] [-o USER] [-g GROUP] SOURCE… TARGET` */
export const install: Program = {
  name: 'install',
  async run(call) {
    const { args, machine, path, input } = call;
    const { files } = machine;
    const rest = [...args];
    const names: string[] = [];
    let mode = 0o755;
    let isFolder = false;
    const owner: { user?: string; group?: string } = {};
    for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
      if (word === '-m') mode = Number.parseInt(rest.shift() ?? '', 8);
      else if (word === '-o') owner.user = rest.shift() ?? '';
      else if (word === '-g') owner.group = rest.shift() ?? '';
      else if (word === '-d') isFolder = true;
      else if (!word.startsWith('-')) names.push(word);
    }
    for (const [database, name] of [
      ['passwd', owner.user],
      ['group', owner.group],
    ] as const) {
      if (name !== undefined && !(await isKnown(call, database, name))) {
        return failed(`install: invalid ${database === 'passwd' ? 'user' : 'group'}: ‘${name}’`);
      }
    }
    if (isFolder) {
      for (const name of names) {
        await files.mkdir(path(name), { recursive: true });
        await files.chmod(path(name), mode);
        files.own(path(name), owner);
      }
      return {};
    }
    const target = path(names.pop() ?? '');
    for (const name of names) {
      const content = name === '/dev/stdin' ? Buffer.from(input, 'latin1') : await contentOf(call, name);
      if (content === undefined) return failed(`install: cannot stat '${name}': No such file or directory`);
      const isInto = (await files.exists(target)) && (await files.stat(target)).isDirectory;
      const to = isInto ? `${target}/${name.split('/').at(-1)}` : target;
      if (!(await files.exists(folderOf(to)))) {
        return failed(`install: cannot create regular file '${to}': No such file or directory`);
      }
      await files.put(to, content, { mode });
      files.own(to, owner);
    }
    return {};
  },
};

async function contentOf({ machine, path }: Call, name: string): Promise<Uint8Array | undefined> {
  const at = path(name);
  return (await machine.files.exists(at)) ? machine.files.readFileBuffer(at) : undefined;
}

/** stat(1): `stat -c FORMAT FILE…` */
export const stat: Program = {
  name: 'stat',
  async run({ args, machine, path, bundled }) {
    const at = args.findIndex((arg) => arg === '-c' || arg === '--format');
    const attached = args.find((arg) => arg.startsWith('-c') && arg.length > 2)?.slice(2);
    const format = attached ?? (at === -1 ? undefined : args[at + 1]);
    if (format === undefined) return bundled(args);
    const names = args.filter((arg, index) => !arg.startsWith('-') && (at === -1 || index !== at + 1));
    let out = '';
    for (const name of names) {
      const file = path(name);
      if (!(await machine.files.exists(file))) {
        return { out, err: `stat: cannot statx '${name}': No such file or directory\n`, status: 1 };
      }
      const { mode, size, mtime, isDirectory } = await machine.files.lstat(file);
      const { user, group } = machine.files.ownerOf(file);
      const values: Readonly<Record<string, string>> = {
        a: (mode & 0o7777).toString(8),
        U: user,
        G: group,
        s: String(size),
        n: name,
        Y: String(Math.floor(mtime.getTime() / 1000)),
        F: isDirectory ? 'directory' : 'regular file',
        '%': '%',
      };
      out += `${format.replace(/%(0?)(\d*)([a-zA-Z%])/g, (whole, _zero, width: string, letter: string) => {
        const value = values[letter];
        return value === undefined ? whole : value.padStart(Number(width), '0');
      })}\n`;
    }
    return said(out);
  },
};
