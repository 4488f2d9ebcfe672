import { once } from 'node:events';
import { errorText } from '../../src/cli/program.ts';
import { BrevduvaError } from '../../src/error.ts';
import { plan } from './addresses.ts';
import { createLab } from './lab.ts';
import { refuseLeftoverLab, removeAllLabs } from './network.ts';
import { prepareMachine } from './requirements.ts';

const say = (line: string): void => void process.stdout.write(`${line}\n`);

/** `npm run lab`: a lab with a new server, for a person to try things in, until Ctrl-C. */
async function up(program: string): Promise<void> {
  await prepareMachine(say);
  await refuseLeftoverLab();
  const interrupted = Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
  const lab = await createLab(program, say);
  try {
    await lab.startVps('trixie');
    const inside = `ip netns exec ${lab.network.host('operator').name}`;
    say(`The lab is up: a new Debian at ${plan.vps.ipv4}. In another terminal, as root:

  ${inside} ${process.execPath} ${program} setup ${lab.operator.vps.join(' ')}

A shell on the operator's computer:  ${inside} bash
Ctrl-C here takes everything down.`);
    await interrupted;
  } finally {
    say('Taking the lab down.');
    await lab.remove();
  }
}

async function down(): Promise<void> {
  const ids = await removeAllLabs();
  say(ids.length === 0 ? 'There was no lab.' : `Removed ${ids.map((id) => `lab ${id}`).join(', ')}.`);
}

const [verb, program] = process.argv.slice(2);
try {
  if (verb === 'down') await down();
  else if (verb === 'up' && program !== undefined) await up(program);
  else throw new Error('scripts/lab.mjs calls this with up PROGRAM, or down.');
} catch (error) {
  if (!(error instanceof BrevduvaError)) throw error;
  process.stderr.write(`${errorText(error)}\n`);
  process.exitCode = 1;
}
