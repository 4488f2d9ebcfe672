import { createHash, randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { plan } from './addresses.ts';
import { type Call, type Conversation, converse } from './distance/peers.ts';
import { type Distance, putDistance, type Traffic } from './distance.ts';
import { LabError } from './error.ts';
import { createLab, type Lab } from './lab.ts';
import type { Namespace } from './namespace.ts';
import { createLabNetwork, type LabNetwork, labIds } from './network.ts';
import { changesBetween } from './traces.ts';

describe.skipIf(inject('noLabHere') !== '')('a distance', () => {
  let network: LabNetwork;
  let distance: Distance;
  let conversation: Conversation | undefined;
  const talk = async (call: Partial<Call> = {}): Promise<Conversation> => {
    const [from, to] = [network.host('operator'), network.host('gmail')];
    conversation = await converse({ from, to, address: plan.gmail.ipv4, ...call });
    return conversation;
  };

  beforeAll(async () => {
    network = await createLabNetwork();
  });
  beforeEach(async () => {
    distance = await putDistance(network, 'operator');
  });
  afterEach(async () => {
    await distance?.remove();
    await conversation?.end();
    conversation = undefined;
  });
  afterAll(async () => {
    await network?.remove();
  });

  describe.each([
    { family: 'IPv4', address: plan.gmail.ipv4 },
    { family: 'IPv6', address: plan.gmail.ipv6 },
  ])('over $family', ({ address }) => {
    it('takes its delay each way', async () => {
      await distance.delay(200);

      const { connectedAfter } = await talk({ address });

      expect(connectedAfter).toBeGreaterThanOrEqual(400);
    });

    it('lets nothing through a black hole, and a connection that is open goes on afterwards', async () => {
      const { near, far } = await talk({ address });
      await distance.blackHole();
      const before = await distance.traffic();
      near.say('from the operator');
      far.say('from gmail');
      const during = await until(distance, ({ outward, inward }) => outward.lost > 0 && inward.lost > 0);

      expect(during.outward.delivered).toBe(before.outward.delivered);
      expect(during.inward.delivered).toBe(before.inward.delivered);
      await distance.restore();
      expect(await far.hear()).toBe('from the operator');
      expect(await near.hear()).toBe('from gmail');
    });

    it('loses in a black hole what was under way', async () => {
      const { near, far } = await talk({ address });
      await distance.delay(3_600_000);
      near.say('late');
      const { outward: before } = await until(distance, ({ outward }) => outward.underWay > 0);

      await distance.blackHole();

      const { outward: after } = await distance.traffic();
      expect(after).toEqual({ ...before, sent: after.sent, lost: after.sent - before.delivered, underWay: 0 });
      expect(after.lost).toBeGreaterThanOrEqual(before.underWay);
      await distance.delay(0);
      await distance.restore();
      expect(await far.hear()).toBe('late');
    });

    it('carries 50 MB byte for byte each way, and loses nothing', async () => {
      const { near, far } = await talk({ address });
      const sent = randomBytes(50_000_000);

      const [there, back] = await Promise.all([
        hashOf(far.output),
        hashOf(near.output),
        pipeline(Readable.from(slices(sent)), near.input),
        pipeline(Readable.from(slices(sent)), far.input),
      ]);

      const expected = createHash('sha256').update(sent).digest('hex');
      expect([there, back]).toEqual([expected, expected]);
      expect(await droppedByKernel(network.host('operator'), 'distance')).toBe(0);
      expect(await droppedByKernel(network.backbone, 'far-operator')).toBe(0);
      const { outward, inward } = await distance.traffic();
      expect(outward).toEqual({ sent: outward.sent, delivered: outward.sent, lost: 0, underWay: 0 });
      expect(inward).toEqual({ sent: inward.sent, delivered: inward.sent, lost: 0, underWay: 0 });
    });

    it('lets no packet overtake another when the delay becomes shorter', async () => {
      const { near, far } = await talk({ address, protocol: 'udp' });
      const words = Array.from({ length: 100 }, (_, index) => `${index}`);
      await distance.delay(300);
      for (const word of words.slice(0, 50)) near.say(word);
      await until(distance, ({ outward }) => outward.sent >= 50);
      await distance.delay(0);
      for (const word of words.slice(50)) near.say(word);

      const heard: string[] = [];
      while (heard.length < words.length) heard.push(await far.hear());

      expect(heard).toEqual(words);
    });
  });

  it('adds up with a distance before another machine', async () => {
    await distance.delay(100);
    const other = await putDistance(network, 'gmail');
    try {
      await other.delay(150);

      const { connectedAfter } = await talk();

      expect(connectedAfter).toBeGreaterThanOrEqual(500);
    } finally {
      await other.remove();
    }
  });

  it('is refused before a machine that has one', async () => {
    const second = putDistance(network, 'operator');

    await expect(second).rejects.toThrow(LabError);
    await expect(second).rejects.toThrow(/no distance before .*operator.*busy/);
  });

  it('says so when it is asked for something after it was removed', async () => {
    await distance.remove();

    await expect(distance.blackHole()).rejects.toThrow(LabError);
  });

  it('leaves links, addresses and routes as they were, and open connections open', async () => {
    await distance.remove();
    const { near, far } = await talk();
    const before = await networkOf(network);

    distance = await putDistance(network, 'operator');
    near.say('through the distance');
    expect(await far.hear()).toBe('through the distance');
    expect((await distance.traffic()).outward.delivered).toBeGreaterThan(0);
    await distance.remove();

    expect(changesBetween(before, await networkOf(network))).toEqual([]);
    near.say('without it');
    expect(await far.hear()).toBe('without it');
  });

  it('goes with its lab, black hole and all', async () => {
    const other = await createLabNetwork();
    const left = await putDistance(other, 'operator');
    await left.blackHole();
    const [pid] = await other.host('operator').pids();
    expect(existsSync(`/proc/${pid}`)).toBe(true);

    await other.remove();

    expect(await labIds()).not.toContain(other.id);
    expect(existsSync(`/proc/${pid}`)).toBe(false);
    await expect(left.traffic()).rejects.toThrow(LabError);
  });
});

describe.skipIf(inject('noLabHere') !== '')('brevduva check over a delay of 50 ms', () => {
  let lab: Lab;

  beforeAll(async () => {
    lab = await createLab(inject('programs').brevduva);
    await lab.startVps('trixie');
  });
  afterAll(async () => {
    await lab?.remove();
  });

  it('sees over SSH what it would see from near', async () => {
    const distance = await putDistance(lab.network, 'operator');
    await distance.delay(50);
    const words = [...lab.operator.vps, '--trust', '--accept-new-host-key', '--json', '--set', 'domain=example.com'];

    const said = await lab.operator.brevduva(['check', ...words]);

    const expected = ['choose-server: proven', 'wait-for-os: proven', 'prepare-system: todo', 'ipv6: todo'];
    expect(states(said.out), said.err).toEqual(expect.arrayContaining(expected));
    const { outward, inward } = await distance.traffic();
    expect(Math.min(outward.delivered, inward.delivered)).toBeGreaterThan(0);
  });
});

/** Resolves to what went through a distance, as soon as it is so. The distance answers at once, and is asked again. */
async function until(distance: Distance, isSo: (traffic: Traffic) => boolean): Promise<Traffic> {
  for (;;) {
    const traffic = await distance.traffic();
    if (isSo(traffic)) return traffic;
  }
}

function* slices(bytes: Buffer): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += 65_536) yield bytes.subarray(at, at + 65_536);
}

async function hashOf(output: Readable): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of output) hash.update(chunk);
  return hash.digest('hex');
}

/** How many packets a device dropped because nobody took them out in time, or put them in. */
async function droppedByKernel(namespace: Namespace, device: string): Promise<number> {
  const [link] = JSON.parse(await namespace.ip(['-json', '-statistics', 'link', 'show', 'dev', device]));
  return link.stats64.tx.dropped + link.stats64.rx.dropped;
}

/** Links, addresses and routes at both ends of the operator's line, a line each. */
async function networkOf(network: LabNetwork): Promise<string> {
  const shown = [network.host('operator'), network.backbone].flatMap((namespace) =>
    [
      ['link'],
      ['addr'],
      ['-4', 'rule'],
      ['-6', 'rule'],
      ['-4', 'route', 'show', 'table', 'all'],
      ['-6', 'route', 'show', 'table', 'all'],
    ].map(async (words) => `${namespace.name}\n${await namespace.ip(['-oneline', ...words])}`),
  );
  return (await Promise.all(shown)).join('\n');
}

/** Where each checkpoint stands, out of the lines of `--json`. */
function states(text: string): readonly string[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line))
    .filter(({ kind }) => kind === 'checkpoint')
    .map(({ id, state }) => `${id}: ${state.kind}`);
}
