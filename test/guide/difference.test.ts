import { describe, expect, it } from 'vitest';
import { guideDifference } from '../../src/guide/difference.ts';
import { aGuide, aStep, holds } from './a-guide.ts';

const run = ['```sh run', 'one', '```'];

/** What is told of a step that was `before` and is `after`. */
async function changedParts(before: string, after: string) {
  const [old, now] = [await (await aGuide({ one: before })).load(), await (await aGuide({ one: after })).load()];
  const differences = guideDifference(old.steps, now);
  return { parts: differences.flatMap(({ parts }) => parts), isOtherGuide: old.digest !== now.digest };
}

describe('a guide that changed since it was pinned', () => {
  it('is told by step: added, changed, removed', async () => {
    const old = await aGuide({ kept: aStep(holds), changed: aStep(holds), gone: aStep(holds) });
    const now = await aGuide({ fresh: aStep(holds), changed: aStep(['New words.', ...holds]), kept: aStep(holds) });
    expect(guideDifference((await old.load()).steps, await now.load())).toEqual([
      { id: 'fresh', kind: 'added', parts: [] },
      { id: 'changed', kind: 'changed', parts: ['prose'] },
      { id: 'gone', kind: 'removed', parts: [] },
    ]);
  });

  it.each<[string, string, readonly string[]]>([
    ['its words', aStep(['Other words.', ...run, ...holds], ['takes: 1 min']), ['prose']],
    ['its action', aStep(['Words.', '```sh run', 'two', '```', ...holds], ['takes: 1 min']), ['action']],
    [
      'where its action runs',
      aStep(['Words.', '```sh run on=here', 'one', '```', ...holds], ['takes: 1 min']),
      ['action'],
    ],
    ['its undo', aStep(['Words.', ...run, ...holds, '```sh undo', 'x', '```'], ['takes: 1 min']), ['action']],
    ['its proof', aStep(['Words.', ...run, '```sh verify', 'false', '```'], ['takes: 1 min']), ['verify']],
    [
      'how long it polls',
      aStep(['Words.', ...run, '```sh verify for=1m', 'true', '```'], ['takes: 1 min']),
      ['verify'],
    ],
    ['its hint', aStep(['Words.', ...run, ...holds, '```sh hint', 'x', '```'], ['takes: 1 min']), ['settings']],
    ['its front matter', aStep(['Words.', ...run, ...holds], ['takes: 2 min']), ['settings']],
  ])('says which part of a step: %s', async (_, after, parts) => {
    const before = aStep(['Words.', ...run, ...holds], ['takes: 1 min']);
    expect(await changedParts(before, after)).toEqual({ parts, isOtherGuide: true });
  });

  it('says that records are part of the proof', async () => {
    const records = (value: string) => ['```yaml records', `- {name: a, type: TXT, value: ${value}}`, '```'];
    const compare = ['```yaml verify', '- dns: {records: true}', '```'];
    const told = await changedParts(aStep([...records('x'), ...compare]), aStep([...records('y'), ...compare]));
    expect(told.parts).toEqual(['verify']);
  });

  it('counts no comment and no order of keys in YAML, though the digest of the whole is another', async () => {
    const probe = (keys: string) => ['```yaml verify', `- tcp: {${keys}}`, '```'];
    const told = await changedParts(
      aStep(probe('from: here, host: a, port: 25'), ['takes: 1 min', 'optional: true']),
      aStep(probe('port: 25, host: a, from: here'), ['# why', 'optional: true', 'takes: 1 min']),
    );
    expect(told).toEqual({ parts: [], isOtherGuide: true });
  });

  it('has another digest where its index changed', async () => {
    const steps = { one: aStep(holds) };
    const old = await (await aGuide(steps)).load();
    const now = await (await aGuide(steps, ['domain: {type: domain, label: D}'])).load();
    expect(guideDifference(old.steps, now)).toEqual([]);
    expect(now.digest).not.toBe(old.digest);
  });
});
