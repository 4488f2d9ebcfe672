import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { plan } from './addresses.ts';
import { timesOn } from './chasquid-steps.ts';
import { suites } from './packages.ts';
import { changesBetween, tracesOn } from './traces.ts';
import { leadThrough } from './whole-guide-screen.ts';
import {
  type GuideCalled,
  type GuideStep,
  senderPassword,
  setWholeGuideStage,
  type Undone,
  type WholeGuideStage,
  wholeGuide,
} from './whole-guide-stage.ts';

/** What is so on a new server already, before anything is done on it. */
const trueFromTheStart: readonly GuideStep[] = ['choose-server', 'wait-for-os', 'open-ports'];

/** The steps that can be taken back; the ports were open, and the package of the system stays prepared. */
const undoable: readonly GuideStep[] = [
  'ipv6',
  'name-server',
  'certificate',
  'install-chasquid',
  'server-name',
  'add-sender',
  'dkim',
  'receive-mail',
  'send-test',
  'backup-conf',
];

// The tests of one suite are one story: each goes on where the one before it stopped.
describe.skipIf(inject('noLabHere') !== '').each(suites)('the whole guide on %s', (suite) => {
  let stage: WholeGuideStage;

  beforeAll(async () => {
    stage = await setWholeGuideStage(suite);
  });
  afterAll(() => stage?.remove());

  it('finds nothing true on the bare server that has to be done', async () => {
    const { told, printed } = await stage.check();

    const found = wholeGuide.filter((step) => isTrue(told.get(step)));
    expect(found, printed).toEqual(trueFromTheStart);
  });

  it('goes unattended as far as it can, and is called again when the records that it asks for are published', async () => {
    const toTheName = await stage.run();
    expect(lastOf(toTheName), toTheName.printed).toEqual(['name-server', 'failed']);
    expect(toTheName.status).toBe(1);

    await stage.publishWhatIsTold();
    const toTheKey = await stage.run();
    expect(lastOf(toTheKey), toTheKey.printed).toEqual(['dkim', 'failed']);
    expect(toTheKey.status).toBe(1);

    await stage.publishWhatIsTold();
    const toTheEnd = await stage.run();
    expect(openIn(toTheEnd), toTheEnd.printed).toEqual([['gmail-send-as', 'todo']]);
    expect(toTheEnd.status).toBe(0);
  }, 900_000);

  it('ends with a message in the inbox, by IPv6, with spf=pass dkim=pass dmarc=pass', async () => {
    const raw = await stage.world.gmail.arrival('First letter from example.com');

    for (const verdict of ['spf=pass', 'dkim=pass', 'dmarc=pass']) expect(raw).toContain(verdict);
    expect(raw).toContain(plan.vps.ipv6);
  });

  it('has all twenty proven when mail was sent from Gmail as the sender', async () => {
    const saved = await stage.sendFromGmail();

    const said = await stage.run('--set', `gmail_eml=${saved}`);

    expect(openIn(said), said.printed).toEqual([]);
    expect([...said.told.keys()]).toEqual(wholeGuide);
    expect(said.status).toBe(0);
  });

  it('changes nothing when it is run again', async () => {
    const before = [await tracesOn(stage.vps), await timesOn(stage.vps)];

    const said = await stage.run();

    expect(openIn(said), said.printed).toEqual([]);
    expect(said.status).toBe(0);
    expect(changesBetween(before[0] ?? '', await tracesOn(stage.vps))).toEqual([]);
    expect(await timesOn(stage.vps)).toBe(before[1]);
  });

  it('finds all of it true afterwards, looking only, and has told no secret', async () => {
    const said = await stage.check();

    expect(openIn(said), said.printed).toEqual([]);
    expect(said.status).toBe(0);
    for (const secret of [senderPassword, stage.world.gmail.mailbox.password]) {
      expect(said.printed).not.toContain(secret);
    }
  });

  it.runIf(suite === 'trixie')(
    'is gone through with one key, from the list of sessions to the last checkpoint',
    async () => {
      expect(await leadThrough(stage)).toContain('20 of 20 proven');
    },
  );

  it('leads back to red, step by step, by each undo', async () => {
    const back = undoable.toReversed();

    const undone = await stage.undo(back);

    const isRed = (step: Undone) =>
      step.state.kind === 'todo' && step.evidence.some(({ verdict }) => verdict === 'false');
    expect(undone.filter((step) => !isRed(step))).toEqual([]);
    expect(undone.map(({ id }) => id)).toEqual(back);
  });
});

/** Whether all that was seen of a checkpoint is true, if with a warning. */
function isTrue(checkpoint: { readonly evidence: readonly { readonly verdict: string }[] } | undefined): boolean {
  const evidence = checkpoint?.evidence ?? [];
  return evidence.length > 0 && evidence.every(({ verdict }) => verdict === 'true' || verdict === 'warning');
}

/** Where the last checkpoint stands that a run came to. */
function lastOf({ told }: GuideCalled): readonly unknown[] {
  const last = [...told.values()].at(-1);
  return [last?.id, last?.state.kind];
}

/** Every checkpoint that is not proven, and where it stands. */
function openIn({ told }: GuideCalled): readonly (readonly unknown[])[] {
  return [...told.values()].filter(({ state }) => state.kind !== 'proven').map(({ id, state }) => [id, state.kind]);
}
