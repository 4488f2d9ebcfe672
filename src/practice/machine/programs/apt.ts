import type { Call, Outcome, Program } from '../program.ts';
import { failed, said } from '../program.ts';

/** apt-get(8): `update`, `install`, `remove`, `purge` */
export const aptGet: Program = {
  name: 'apt-get',
  async run(call) {
    const [verb = '', ...names] = wordsOf(call.args);
    switch (verb) {
      case 'update':
        return update(call);
      case 'install':
        return install(call, names);
      case 'remove':
      case 'purge':
        for (const name of names) call.machine.packages.remove(name);
        return {};
      default:
        return failed(`E: Invalid operation ${verb}`, 100);
    }
  },
};

const lists = '/var/lib/apt/lists';

/** The words that are no options; `-o` takes one more. */
function wordsOf(args: readonly string[]): readonly string[] {
  return args.filter((arg, index) => !arg.startsWith('-') && args[index - 1] !== '-o' && args[index - 1] !== '-t');
}

async function update({ machine, say, pause }: Call): Promise<Outcome> {
  if (machine.network.source(4) === undefined)
    return failed('E: Failed to fetch http://archive.ubuntu.com/ubuntu/dists/noble/InRelease', 100);
  const suites = ['noble', 'noble-updates', 'noble-security'];
  for (const [index, suite] of suites.entries()) {
    await pause(120);
    say(`Get:${index + 1} http://archive.ubuntu.com/ubuntu ${suite} InRelease [126 kB]`);
    await machine.files.put(
      `${lists}/archive.ubuntu.com_ubuntu_dists_${suite}_main_binary-amd64_Packages`,
      `Origin: Ubuntu\n`,
    );
  }
  say('Reading package lists...');
  return {};
}

async function install({ machine, say, pause }: Call, names: readonly string[]): Promise<Outcome> {
  const { packages } = machine;
  say('Reading package lists...');
  say('Building dependency tree...');
  const bare = names.map((name) => name.replace(/[=/].*/, ''));
  const unknown = bare.find((name) => packages.find(name) === undefined);
  if (unknown !== undefined) return failed(`E: Unable to locate package ${unknown}`, 100);
  for (const name of bare.filter((each) => packages.isInstalled(each))) {
    say(`${name} is already the newest version (${packages.find(name)?.version}).`);
  }
  const missing = packages.missingFor(bare);
  if (missing.length > 0)
    say(`The following NEW packages will be installed:\n  ${missing.map(({ name }) => name).join(' ')}`);
  say(`0 upgraded, ${missing.length} newly installed, 0 to remove and 0 not upgraded.`);
  for (const [index, { name, version, size }] of missing.entries()) {
    await pause(80);
    say(`Get:${index + 1} http://archive.ubuntu.com/ubuntu noble/main amd64 ${name} amd64 ${version} [${size} kB]`);
  }
  for (const { name, version } of missing) {
    await pause(120);
    say(`Setting up ${name} (${version}) ...`);
    await packages.install(name, machine);
  }
  return {};
}

/** apt-config(8): `dump --format '%v%n' KEY` */
export const aptConfig: Program = {
  name: 'apt-config',
  async run({ args, machine: { files } }) {
    const key = args.at(-1) ?? '';
    const folder = '/etc/apt/apt.conf.d';
    const names = (await files.exists(folder)) ? (await files.readdir(folder)).sort() : [];
    const texts = await Promise.all(names.map((name) => files.readFile(`${folder}/${name}`)));
    const values = [...texts.join('\n').matchAll(/^\s*([\w:-]+)\s+"([^"]*)";/gm)].filter(([, name]) => name === key);
    const value = values.at(-1)?.[2];
    return value === undefined ? {} : said(`${value}\n`);
  },
};

/** apt-cache(8): `policy PACKAGE` */
export const aptCache: Program = {
  name: 'apt-cache',
  run({ args: [verb, name = ''], machine: { packages } }) {
    const known = packages.find(name);
    if (verb !== 'policy' || known === undefined) return {};
    const installed = packages.isInstalled(name) ? known.version : '(none)';
    return said(`${name}:\n  Installed: ${installed}\n  Candidate: ${known.version}\n`);
  },
};
