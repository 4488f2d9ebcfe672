import { rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { bundleProgram } from '../program.ts';
import { plan } from './addresses.ts';
import { createLab, type Lab } from './lab.ts';
import { suites } from './packages.ts';
import { changesBetween, tracesOn } from './traces.ts';
import type { Vps } from './vps.ts';
import { startWorld, type World } from './world/world.ts';

const last = 'name-server';
const steps = ['choose-server', 'wait-for-os', 'prepare-system', 'open-ports', 'ipv6', last];
/** The steps with an action that a new server needs. */
const acting = ['prepare-system', 'ipv6', last];

// The tests of one suite are one story: each goes on where the one before it stopped.
describe.skipIf(inject('noLabHere') !== '').each(suites)('the first six checkpoints on %s', (suite) => {
  let program: string;
  let undoProgram: string;
  let lab: Lab;
  let world: World;
  let vps: Vps;
  let bare: string;
  const words = () => [
    ...lab.operator.vps,
    '--trust',
    '--accept-new-host-key',
    '--json',
    '--set',
    'domain=example.com',
  ];

  beforeAll(async () => {
    program = await bundleProgram(join(import.meta.dirname, '..', '..', 'src', 'cli', 'brevduva.ts'));
    undoProgram = await bundleProgram(join(import.meta.dirname, 'undo-program.ts'));
    lab = await createLab(program);
    world = await startWorld(lab.network);
    vps = await lab.startVps(suite);
  });
  afterAll(async () => {
    await lab?.remove();
    for (const file of [program, undoProgram]) rmSync(dirname(file), { recursive: true, force: true });
  });

  it('finds not one of the acting steps true on the bare machine', async () => {
    const seen = checkpoints((await lab.operator.brevduva(['check', ...words()])).out);

    expect(acting.map((step) => [step, seen.get(step)])).toEqual(acting.map((step) => [step, 'todo']));
  });

  it('takes the bare machine to proven, unattended', async () => {
    await world.publish({ name: 'smtp.example.com', type: 'A', value: plan.vps.ipv4 });
    await world.publish({ name: 'smtp.example.com', type: 'AAAA', value: plan.vps.ipv6 });

    for (const step of steps) {
      if (step === 'ipv6') bare = await tracesOn(vps);
      const said = await lab.operator.brevduva(['run', ...words(), '--yes', '--step', step]);
      expect(checkpoints(said.out).get(step), `${step}\n${said.out}\n${said.err}`).toBe('proven');
    }
  });

  it('changes nothing when it is run again', async () => {
    const before = await tracesOn(vps);

    const said = await lab.operator.brevduva(['run', ...words(), '--yes', '--until', last]);

    expect(said.status, said.out).toBe(0);
    expect(changesBetween(before, await tracesOn(vps))).toEqual([]);
  });

  it('finds all of them true afterwards, looking only', async () => {
    const seen = checkpoints((await lab.operator.brevduva(['check', ...words()])).out);

    expect(steps.map((step) => [step, seen.get(step)])).toEqual(steps.map((step) => [step, 'proven']));
  });

  it('leads back by undo to how it was before', async () => {
    const said = await lab.operator.node(undoProgram, [plan.vps.ipv4, lab.operator.config, last, 'ipv6', 'open-ports']);

    expect(said.status, said.err).toBe(0);
    expect(changesBetween(bare, await tracesOn(vps))).toEqual([]);
  });
});

/** Where each checkpoint stands, by id, out of the lines of `--json`. */
function checkpoints(text: string): ReadonlyMap<string, string> {
  const lines = text.split('\n').filter((line) => line !== '');
  return new Map(
    lines
      .map((line) => JSON.parse(line))
      .filter(({ kind }) => kind === 'checkpoint')
      .map(({ id, state }) => [id, state.kind]),
  );
}
