import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { plan } from './addresses.ts';
import { type Stage, setStage, turnIpv6On } from './first-checkpoints.ts';
import { type Looked, type Rehearsal, rehearse } from './part-of-guide.ts';
import { changesBetween, tracesOn } from './traces.ts';

/** Every inbound port of one address that a look did not find open, and what it is called then. */
const closedIn = ({ evidence }: Looked) =>
  evidence
    .filter(({ probe, verdict }) => probe.startsWith('tcp ') && verdict !== 'true')
    .map(({ probe, verdict }) => `${probe}: ${verdict}`);
const inbound = [`${plan.vps.ipv4}:PORT over IPv4`, `[${plan.vps.ipv6}]:PORT over IPv6`];
/** What is to be seen of a port, over both families. */
const both = (port: number, verdict: string) =>
  inbound.map((text) => `tcp ${text.replace('PORT', `${port}`)}: ${verdict}`);

// The tests are one story: each goes on where the one before it stopped.
describe.skipIf(inject('noLabHere') !== '')('the ports of a server with ufw', () => {
  let stage: Stage;
  let rehearsal: Rehearsal;
  const look = () => rehearsal.look('open-ports');
  const run = () => rehearsal.run('open-ports');
  const shell = (lines: string) => rehearsal.shell(lines);
  const rules = () => shell('ufw show added');

  beforeAll(async () => {
    stage = await setStage('trixie');
    await turnIpv6On(stage.vps);
    await stage.vps.exec('sh', [
      '-euc',
      'apt-get -q update; apt-get -q -y --no-install-recommends install ufw; ufw allow 22/tcp',
    ]);
    rehearsal = await rehearse(stage, { steps: ['open-ports'] });
  });
  afterAll(async () => {
    await stage?.remove();
  });

  it('are open where it is installed and off, and a run does not turn it on', async () => {
    const { state, untrue } = await run();
    expect(state, untrue.join()).toBe('proven');
    expect(await rehearsal.script('open-ports', 'run')).toBe('');
    expect(await shell('ufw status')).toBe('Status: inactive');
    expect(await rules()).toMatch(/\nufw allow 22\/tcp$/);
  });

  it('are seen to be closed where it lets SSH in alone; of 25 that is not known from here', async () => {
    await shell('ufw --force enable');
    const looked = await look();
    expect(looked.state).toBe('failed');
    expect(new Set(closedIn(looked))).toEqual(
      new Set([...both(25, 'unknown'), ...both(465, 'false'), ...both(587, 'false')]),
    );
    for (const text of looked.untrue) expect(text).toMatch(/ \| .*firewall, on the server or in the provider.s panel/);
  });

  it('are opened by a run, these three and no other', async () => {
    const before = await rules();
    const { state, untrue, printed } = await run();
    expect(state, untrue.join()).toBe('proven');
    expect(printed).toContain('ufw lets TCP 25, 465 and 587 in');
    expect(changesBetween(before, await rules())).toEqual(["+ ufw allow 25,465,587/tcp comment 'brevduva open-ports'"]);
  });

  it('are left alone by a second run', async () => {
    const before = await tracesOn(stage.vps);
    expect((await run()).state).toBe('proven');
    expect(await rehearsal.script('open-ports', 'run')).toBe('');
    expect(changesBetween(before, await tracesOn(stage.vps))).toEqual([]);
  });

  it('are closed again by undo, which leaves ufw on and SSH open', async () => {
    expect(await rehearsal.script('open-ports', 'undo')).toMatch(/ufw no longer lets TCP 25, 465 and 587 in/);
    expect(await shell('ufw status')).toMatch(/^Status: active\n[\s\S]*22\/tcp/);
    expect(closedIn(await look())).toHaveLength(6);
  });

  it('are unknown, and opened by a run, where somebody opened all of them but 25', async () => {
    await shell('ufw allow 465/tcp; ufw allow 587/tcp');
    const looked = await look();
    expect(looked.state).toBe('unknown');
    expect(new Set(closedIn(looked))).toEqual(new Set(both(25, 'unknown')));
    const { state, untrue, printed } = await run();
    expect(state, `${untrue.join()} ${printed}`).toBe('proven');
  });
});
