import type { Call, Program } from '../program.ts';
import { said } from '../program.ts';

/** find(1): with `-lname`, which just-bash does not know, symbolic links by what they point to; all else is just-bash's. */
export const find: Program = {
  name: 'find',
  async run(call) {
    const { args, bundled } = call;
    if (!args.includes('-lname')) return bundled(args);
    const start = args.findIndex((arg) => arg === '(' || arg.startsWith('-'));
    const patterns = args.flatMap((arg, index) => (args[index - 1] === '-lname' ? [asPattern(arg)] : []));
    const found = (await Promise.all(args.slice(0, start).map((name) => linksIn(call, name, patterns)))).flat();
    return said(found.map((path) => `${path}\n`).join(''));
  },
};

async function linksIn(
  { machine: { files }, path }: Call,
  name: string,
  patterns: readonly RegExp[],
): Promise<string[]> {
  const folder = path(name);
  const found: string[] = [];
  for (const each of files.getAllPaths()) {
    if (!each.startsWith(`${folder}/`)) continue;
    if (!(await files.lstat(each)).isSymbolicLink) continue;
    const target = await files.readlink(each);
    if (patterns.some((pattern) => pattern.test(target))) found.push(each);
  }
  return found;
}

/** A shell pattern (fnmatch(3)) whose `*` also matches a slash, as find's does. */
function asPattern(text: string): RegExp {
  const source = text.replace(/\\(.)|[.+^${}()|]|\*|\?/g, (whole, escaped?: string) => {
    if (escaped !== undefined) return escaped.replace(/[[\]*?.]/, '\\$&');
    return whole === '*' ? '.*' : whole === '?' ? '.' : `\\${whole}`;
  });
  return new RegExp(`^${source}$`);
}
