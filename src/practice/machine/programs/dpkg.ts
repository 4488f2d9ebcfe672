import type { Program } from '../program.ts';
import { said } from '../program.ts';

/** dpkg(1): nothing on the practice machine is ever half installed, so there is nothing to audit or to configure. */
export const dpkg: Program = {
  name: 'dpkg',
  run({ args }) {
    if (args.includes('--print-architecture')) return said('amd64\n');
    if (args[0] === '--compare-versions') {
      const [, one = '', relation = '', other = ''] = args;
      return { status: holds(compare(one, other), relation) ? 0 : 1 };
    }
    return {};
  },
};

// biome-ignore lint/suspicious/noTemplateCurlyInString: dpkg-query's own templates look the same
const usualFormat = '${Package}\\t${Version}\\n';

/** dpkg-query(1): `-W [-f FORMAT] PATTERN…` */
export const dpkgQuery: Program = {
  name: 'dpkg-query',
  run({ args, machine: { packages } }) {
    const at = args.findIndex((arg) => arg === '-f' || arg === '--showformat');
    const format = (at === -1 ? undefined : args[at + 1]) ?? usualFormat;
    const patterns = args.filter((arg, index) => !arg.startsWith('-') && (at === -1 || index !== at + 1));
    let err = '';
    let out = '';
    for (const pattern of patterns) {
      const matches = new RegExp(`^${pattern.replaceAll('.', '\\.').replaceAll('+', '\\+').replaceAll('*', '.*')}$`);
      const found = packages.installed().filter(({ name }) => matches.test(name));
      if (found.length === 0) err += `dpkg-query: no packages found matching ${pattern}\n`;
      for (const { name, version } of found) out += filled(format, name, version);
    }
    return { out, err, status: err === '' ? 0 : 1 };
  },
};

function filled(format: string, name: string, version: string): string {
  const values: Readonly<Record<string, string>> = {
    Package: name,
    Version: version,
    'db:Status-Status': 'installed',
    'db:Status-Abbrev': 'ii ',
    Status: 'install ok installed',
  };
  return format
    .replace(/\$\{([\w:-]+)\}/g, (_, key: string) => values[key] ?? '')
    .replaceAll('\\n', '\n')
    .replaceAll('\\t', '\t');
}

/** Debian's order of versions (deb-version(7)), for those without an epoch. */
function compare(one: string, other: string): number {
  const split = (text: string): readonly string[] => text.match(/\d+|~|[^\d~]+/g) ?? [];
  const [left, right] = [split(one), split(other)];
  for (let index = 0; index < Math.max(left.length, right.length); index += 1) {
    const [a, b] = [left[index], right[index]];
    if (a === b) continue;
    if (a === '~' || b === '~') return a === '~' ? -1 : 1;
    if (a === undefined || b === undefined) return a === undefined ? -1 : 1;
    const difference = /^\d/.test(a) && /^\d/.test(b) ? Number(a) - Number(b) : a < b ? -1 : 1;
    if (difference !== 0) return difference;
  }
  return 0;
}

function holds(order: number, relation: string): boolean {
  switch (relation) {
    case 'lt':
      return order < 0;
    case 'le':
      return order <= 0;
    case 'eq':
      return order === 0;
    case 'ge':
      return order >= 0;
    case 'gt':
      return order > 0;
    default:
      return order !== 0;
  }
}
