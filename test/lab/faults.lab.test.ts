import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { Verdict } from '../../src/probe/evidence.ts';
import { plan } from './addresses.ts';
import { LabError } from './error.ts';
import { type Faults, faultsIn } from './faults/faults.ts';
import type { FaultName } from './faults/names.ts';
import {
  checkpointsIn,
  firstSteps,
  publishName,
  publishReverseNames,
  reverseNames,
  runUntil,
  type Stage,
  serverName,
  sessionWords,
  setStage,
} from './first-checkpoints.ts';
import type { Suite } from './packages.ts';
import { changesBetween, tracesOn } from './traces.ts';

/** One will do: the lab's tests share half an hour, and what these faults break differs little between the two. */
const testedSuites: readonly Suite[] = ['trixie'];
const last = 'reverse-dns';
const steps = [...firstSteps, last];

type Told = ReturnType<typeof checkpointsIn>;

const gmail = 'banner gmail-smtp-in.l.google.com:25';
const inbound6 = (port: number) => `tcp [${plan.vps.ipv6}]:${port} over IPv6`;

/** Those that concern the first checkpoints. */
type FirstFault = Extract<
  FaultName,
  'outbound-25-blocked' | 'ptr-missing' | 'ipv6-down' | 'aaaa-wrong' | 'hostname-on-loopback'
>;

/**
 * All that is to be seen of a fault: each evidence that is no longer true, by its checkpoint and its probe, and what its
 * remedy must say. A checkpoint with one that is false has failed; every other one goes on being proven.
 */
const seenOf: Readonly<Record<FirstFault, readonly (readonly [string, string, Verdict, RegExp])[]>> = {
  'outbound-25-blocked': [
    ['open-ports', `${gmail} over IPv4`, 'false', /blocks or intercepts outbound port 25 over IPv4/],
    ['open-ports', `${gmail} over IPv6`, 'false', /^Over IPv6 outbound port 25 is blocked/],
    ['ipv6', `${gmail} over IPv6`, 'false', /ask the provider to open outbound TCP 25 for IPv6 too/],
  ],
  'ptr-missing': [
    [last, `dns PTR ${plan.vps.ipv4}`, 'false', /^Set the reverse name of 203\.0\.113\.10 to smtp\.example\.com, at/],
    [last, `dns PTR ${plan.vps.ipv6}`, 'false', /^Set the reverse name of 2001:db8:113::10 to smtp\.example\.com, at/],
  ],
  'ipv6-down': [
    ['open-ports', `${gmail} over IPv6`, 'warning', /Turn IPv6 on in the checkpoint ipv6/],
    ...[25, 465, 587].map((port) => ['open-ports', inbound6(port), 'warning', /server gets its address back/] as const),
    ['ipv6', 'sh verify', 'false', /^Run this checkpoint, which switches IPv6 on/],
    ['ipv6', `${gmail} over IPv6`, 'false', /If IPv6 itself is down, mend that first/],
  ],
  'aaaa-wrong': [
    ['name-server', `dns AAAA ${serverName}`, 'false', /^Publish: .* type AAAA, value “2001:db8:113::10”/],
    [last, `dns AAAA ${serverName}`, 'false', /^The AAAA record of smtp\.example\.com must be 2001:db8:113::10/],
  ],
  'hostname-on-loopback': [['name-server', 'sh verify', 'false', /^In \/etc\/hosts no line that begins with 127\. /]],
};

const faultNames = Object.keys(seenOf) as readonly FirstFault[];

// The tests of one suite are one story: each goes on where the one before it stopped.
describe.skipIf(inject('noLabHere') !== '').each(testedSuites)('a fault that is injected on %s', (suite) => {
  let stage: Stage;
  let faults: Faults;
  let healthy: string;
  let before: Told;
  const check = async () => checkpointsIn((await stage.lab.operator.brevduva(['check', ...sessionWords(stage)])).out);

  beforeAll(async () => {
    stage = await setStage(suite);
    faults = faultsIn(stage);
    await publishName(stage.world);
    await publishReverseNames(stage.world);
    await runUntil(stage, last);
    healthy = await everythingIn(stage);
    before = await check();
  });
  afterAll(() => stage?.remove());

  it('finds everything proven', () => {
    expect(steps.map((step) => [step, states(before).get(step)])).toEqual(steps.map((step) => [step, 'proven']));
  });

  it.each(faultNames)('%s: is seen for what it is, by whom it concerns, until it is taken back', async (name) => {
    const takeBack = await faults.inject(name);
    const broken = await check();
    await takeBack();

    const asEver = new Set(untrueIn(before).map(({ what }) => what));
    const seen = untrueIn(broken).filter(({ what }) => !asEver.has(what));
    expect(new Set(seen.map(({ what }) => what))).toEqual(
      new Set(seenOf[name].map(([id, probe, verdict]) => `${id}: ${probe}: ${verdict}`)),
    );
    for (const { what, remedy } of seen) expect(remedy, what).toMatch(remedyOf(name, what));
    const failed = seenOf[name].filter(([, , verdict]) => verdict === 'false').map(([id]) => id);
    expect(provenPart(broken)).toEqual(
      new Map([...provenPart(before), ...failed.map((id) => [id, 'failed'] as const)]),
    );
    // What nobody has done yet may wait for what failed, but is not red.
    expect(redIn(broken)).toEqual(new Set(failed));
    expect(changesBetween(healthy, await everythingIn(stage))).toEqual([]);
    expect(states(await check())).toEqual(states(before));
  });

  it('is there once, however often it is injected, and is taken back once', async () => {
    for (const name of faultNames) {
      const takeBack = await faults.inject(name);
      expect(await faults.inject(name), name).toBe(takeBack);
    }
    expect(changesBetween(healthy, await everythingIn(stage))).not.toEqual([]);

    await faults.takeAllBack();
    await faults.takeAllBack();

    expect(changesBetween(healthy, await everythingIn(stage))).toEqual([]);
  });

  it('is refused where there is nothing to break', async () => {
    const takeBack = await faults.inject('ptr-missing');
    const without = await everythingIn(stage);

    await expect(faultsIn(stage).inject('ptr-missing')).rejects.toThrow(LabError);

    expect(changesBetween(without, await everythingIn(stage))).toEqual([]);
    await takeBack();
    expect(changesBetween(healthy, await everythingIn(stage))).toEqual([]);
  });
});

function states(told: Told): ReadonlyMap<string, string> {
  return new Map([...told].map(([id, { state }]) => [id, state.kind]));
}

function redIn(told: Told): ReadonlySet<string> {
  return new Set([...states(told)].filter(([, state]) => state === 'failed').map(([id]) => id));
}

function provenPart(told: Told): ReadonlyMap<string, string> {
  return new Map([...states(told)].filter(([id]) => steps.includes(id)));
}

/** Every evidence of the proven part of the guide that is not true. */
function untrueIn(told: Told) {
  return steps.flatMap((id) =>
    (told.get(id)?.evidence ?? [])
      .filter(({ verdict }) => verdict !== 'true')
      .map(({ probe, verdict, remedy }) => ({ what: `${id}: ${probe}: ${verdict}`, remedy: remedy ?? '' })),
  );
}

function remedyOf(name: FirstFault, what: string): RegExp {
  const found = seenOf[name].find(([id, probe, verdict]) => what === `${id}: ${probe}: ${verdict}`);
  return found?.[3] ?? /nobody expects this/;
}

/** What the faults could change, a line a thing: on the server, between it and the world, and at the panel. */
async function everythingIn({ lab, world, vps }: Stage): Promise<string> {
  const names = [
    ...['A', 'AAAA'].map((type) => ({ name: serverName, type })),
    ...reverseNames.map((name) => ({ name, type: 'PTR' })),
  ];
  const records = await Promise.all(
    names.map(async ({ name, type }) => `${name} ${type} ${(await world.publishedNow(name, type)).join(' ')}`),
  );
  const rules = await lab.network.backbone.exec('nft', ['list', 'ruleset']);
  return [await tracesOn(vps), ...records, rules.out].join('\n');
}
