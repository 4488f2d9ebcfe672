import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { errorText } from '../../src/cli/program.ts';
import { BrevduvaError } from '../../src/error.ts';
import { plan } from './addresses.ts';
import { debianSid, NoSidHere } from './debian-sid.ts';
import { deskHelp, serveDesk } from './desk.ts';
import { LabError } from './error.ts';
import { createLab, type Lab } from './lab.ts';
import { labIds, refuseLeftoverLab, removeLab } from './network.ts';
import { prepareMachine } from './requirements.ts';
import { rootFileSystem } from './root-file-systems.ts';
import { installAcmeShStandIn } from './world/acme-sh.ts';
import { startWorld, type World } from './world/world.ts';

const say = (line: string): void => void process.stdout.write(`${line}\n`);

/** `npm run lab`: a lab with a world and a new server, for a person to try things in, until Ctrl-C. */
async function up(program: string): Promise<void> {
  if (!existsSync(program)) {
    throw new LabError({ sentence: `The program is not built: there is no ${program}.`, remedy: 'Say: npm run build' });
  }
  await prepareMachine(say);
  await refuseLeftoverLab();
  const suite = 'trixie';
  await rootFileSystem(suite, say);
  await debianSid(say).catch((error: unknown) => {
    if (!(error instanceof NoSidHere)) throw error;
    say(`The newest chasquid cannot be installed in this lab. ${errorText(error)}`);
  });
  const interrupted = new Promise<void>((resolve) => {
    // Listeners that stay: execa's own ends the process on a signal that nobody else listens to any more.
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => resolve());
  });
  const lab = await createLab(program, say);
  const lines = createInterface({ input: process.stdin });
  try {
    say('Starting its world: name servers, resolver, certificate authority, Gmail.');
    const world = await startWorld(lab.network);
    const vps = await lab.startVps(suite);
    await world.becomeTrusted(vps);
    if (world.github === undefined) await installAcmeShStandIn(vps);
    say(welcome(lab, world));
    // Where there is nobody to type (its input is closed) it stays up all the same.
    const quit = serveDesk(lines, world, say).then((end) => (end === 'quit' ? undefined : interrupted));
    await Promise.race([interrupted, quit]);
  } finally {
    lines.close();
    say('Taking the lab down.');
    await lab.remove();
  }
}

function welcome(lab: Lab, world: World): string {
  const authority = `ca=${world.certificateAuthority.directory}`;
  const setup = ['setup', ...lab.operator.vps, '--guide', 'smtp', '--set', 'domain=example.com', '--set', authority];
  return `
The lab is up: a new Debian at ${plan.vps.ipv4}, and an Internet of its own. In another terminal, as root:

  ${lab.operator.shellLine(setup)}

${deskHelp}
`;
}

/** `npm run lab -- down [ID…]`: removes these labs, or all there are. */
async function down(wanted: readonly string[]): Promise<void> {
  const ids = (await labIds()).filter((id) => wanted.length === 0 || wanted.includes(id));
  for (const id of ids) await removeLab(id);
  say(ids.length === 0 ? 'There was no lab.' : `Removed ${ids.map((id) => `lab ${id}`).join(', ')}.`);
}

// Where the terminal is gone, the lab must still be taken down.
process.stdout.on('error', () => undefined);
const [verb, program, ...ids] = process.argv.slice(2);
try {
  if (verb === 'down') await down(ids);
  else if (verb === 'up' && program !== undefined) await up(program);
  else throw new Error('scripts/lab.mjs calls this with up PROGRAM, or down PROGRAM [ID…].');
} catch (error) {
  if (!(error instanceof BrevduvaError)) throw error;
  process.stderr.write(`${errorText(error)}\n`);
  process.exitCode = 1;
}
