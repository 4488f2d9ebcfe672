import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { Verdict } from '../../src/probe/evidence.ts';
import { type Faults, faultsIn } from './faults/faults.ts';
import { untrueIn } from './part-of-guide.ts';
import { failures, notHad } from './whole-guide-failures.ts';
import { finishGuide, type GuideCalled, setWholeGuideStage, type WholeGuideStage } from './whole-guide-stage.ts';

const told = notHad.map(({ number, what, why }) => `${number}, ${what} (${why})`).join('; ');

it(`has all 33 failures of the catalogue but those that cannot be had here: ${told}`, () => {
  const numbers = [...new Set([...failures, ...notHad].map(({ number }) => number))].toSorted((a, b) => a - b);
  expect(numbers).toEqual(Array.from({ length: 33 }, (_, index) => index + 1));
});

// The tests are one story: the guide is finished once, and each failure is taken back.
describe.skipIf(inject('noLabHere') !== '')('a failure on the finished server', () => {
  let stage: WholeGuideStage;
  let faults: Faults;

  beforeAll(async () => {
    stage = await setWholeGuideStage('trixie');
    faults = faultsIn(stage);
    const finished = await finishGuide(stage);
    expect(finished.status, finished.printed).toBe(0);
  }, 1_500_000);
  afterAll(() => stage?.remove());

  it.each(failures)('$number, $fault, is told for what it is, and nothing else turns red', async ({ fault, red }) => {
    const takeBack = await faults.inject(fault);
    const said = await stage.check();
    await takeBack();

    expect(worstIn(said), said.printed).toEqual(
      Object.fromEntries(Object.entries(red).map(([step, [verdict]]) => [step, verdict])),
    );
    for (const [step, [, saying]] of Object.entries(red)) expect(saidOf(said, step)).toMatch(saying);
  });

  it('is over when it is taken back', async () => {
    const said = await stage.check();

    expect(worstIn(said), said.printed).toEqual({});
  });
});

const order: readonly Verdict[] = ['false', 'unknown', 'not-yet'];

/** Of each checkpoint that is not true, the worst that is seen; that chasquid was only just started is no fault. */
function worstIn({ told }: GuideCalled): Readonly<Record<string, Verdict>> {
  const seen = [...told.values()].flatMap(({ id, evidence }) => {
    const verdicts = evidence
      .filter(({ observed }) => !/^chasquid has run for \d+ s; half a minute is wanted$/.test(observed))
      .map(({ verdict }) => verdict);
    const worst = order.find((verdict) => verdicts.includes(verdict));
    return worst === undefined ? [] : [[id, worst] as const];
  });
  return Object.fromEntries(seen);
}

/** All that is said of what is not true at a checkpoint, a line each: what was seen, and what is to be done. */
function saidOf({ told }: GuideCalled, step: string): string {
  return untrueIn(told.get(step)?.evidence ?? []).join('\n');
}
