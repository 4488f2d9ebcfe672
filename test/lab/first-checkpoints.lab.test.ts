import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { plan } from './addresses.ts';
import {
  firstSteps,
  publishName,
  runStep,
  runUntil,
  type Stage,
  sessionWords,
  setStage,
  statesIn,
} from './first-checkpoints.ts';
import { suites } from './packages.ts';
import { changesBetween, tracesOn } from './traces.ts';

const last = 'name-server';
/** The steps with an action that a new server needs. */
const acting = ['prepare-system', 'ipv6', last];

// The tests of one suite are one story: each goes on where the one before it stopped.
describe.skipIf(inject('noLabHere') !== '').each(suites)('the first six checkpoints on %s', (suite) => {
  let stage: Stage;
  let bare: string;
  const check = () => stage.lab.operator.brevduva(['check', ...sessionWords(stage)]);

  beforeAll(async () => {
    stage = await setStage(suite);
  });
  afterAll(async () => {
    await stage?.remove();
  });

  it('finds not one of the acting steps true on the bare machine', async () => {
    expect(statesIn((await check()).out, acting)).toEqual(acting.map((step) => [step, 'todo']));
  });

  it('takes the bare machine to proven, unattended', async () => {
    await publishName(stage.world);

    for (const step of firstSteps) {
      if (step === 'ipv6') bare = await tracesOn(stage.vps);
      const said = await runStep(stage, step);
      expect(statesIn(said.out, [step]), `${said.out}\n${said.err}`).toEqual([[step, 'proven']]);
    }
  });

  it('changes nothing when it is run again', async () => {
    const before = await tracesOn(stage.vps);

    const said = await runUntil(stage, last);

    expect(said.status, said.out).toBe(0);
    expect(changesBetween(before, await tracesOn(stage.vps))).toEqual([]);
  });

  it('finds all of them true afterwards, looking only', async () => {
    expect(statesIn((await check()).out, firstSteps)).toEqual(firstSteps.map((step) => [step, 'proven']));
  });

  it('leads back by undo to how it was before', async () => {
    const { operator } = stage.lab;
    const said = await operator.node(inject('programs').undo, [
      plan.vps.ipv4,
      operator.config,
      last,
      'ipv6',
      'open-ports',
    ]);

    expect(said.status, said.err).toBe(0);
    expect(changesBetween(bare, await tracesOn(stage.vps))).toEqual([]);
  });
});
