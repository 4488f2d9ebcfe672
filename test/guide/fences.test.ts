import { describe, expect, it } from 'vitest';
import { readFenceRole } from '../../src/guide/fences.ts';
import { aGuide, aStep, holds } from './a-guide.ts';

const roleOf = (info: string) => readFenceRole(info, { file: 'x.md', line: 1 }, () => {});

describe('a fence without a role', () => {
  it.each(['', 'sh', 'yaml', 'text', 'bash', 'js title="run"', 'console', 'python run.py'])(
    'stays prose: "%s"',
    (info) => {
      expect(roleOf(info)).toEqual({ kind: 'prose' });
    },
  );
});

describe('a fence with a role', () => {
  it.each([
    ['sh run', { language: 'sh', role: 'run', on: 'target', poll: { every: 5, for: 0 } }],
    ['  sh   run  on=here ', { language: 'sh', role: 'run', on: 'here', poll: { every: 5, for: 0 } }],
    ['sh verify for=2m', { language: 'sh', role: 'verify', on: 'target', poll: { every: 5, for: 120 } }],
    ['sh verify for=1s', { language: 'sh', role: 'verify', on: 'target', poll: { every: 5, for: 1 } }],
    ['sh verify every=1m for=48h', { language: 'sh', role: 'verify', on: 'target', poll: { every: 60, for: 172_800 } }],
    ['yaml verify for=10s every=1s', { language: 'yaml', role: 'verify', on: 'target', poll: { every: 1, for: 10 } }],
    ['yaml records', { language: 'yaml', role: 'records', on: 'target', poll: { every: 5, for: 0 } }],
    ['sh hint', { language: 'sh', role: 'hint', on: 'target', poll: { every: 5, for: 0 } }],
    ['sh undo on=target', { language: 'sh', role: 'undo', on: 'target', poll: { every: 5, for: 0 } }],
  ])('is read: `%s`', (info, expected) => {
    expect(roleOf(info)).toEqual({ kind: 'role', ...expected });
  });
});

describe('a fence that was mistyped', () => {
  it.each<[string, string]>([
    ['sh vreify', '`vreify` is no role of a `sh` fence. | Did you mean `verify`?'],
    [
      'sh frobnicate',
      '`frobnicate` is no role of a `sh` fence. | The roles are `run`, `verify`, `hint` and `undo`; a fence that only shows something has none.',
    ],
    ['yaml record', '`record` is no role of a `yaml` fence. | Did you mean `records`?'],
    ['yaml run', 'A `run` fence cannot be `yaml`. | Write `sh run`.'],
    ['sh records', 'A `records` fence cannot be `sh`. | Write `yaml records`.'],
    ['bash run', 'A `run` fence cannot be `bash`. | Write `sh run`.'],
    ['yml verify', 'A `verify` fence cannot be `yml`. | Write `sh verify` or `yaml verify`.'],
    ['verify', 'A fence begins with its language, not with `verify`. | Write `sh verify` or `yaml verify`.'],
    ['sh verify evry=5s for=1m', '`evry` is no attribute of a `sh verify` fence. | Did you mean `every=`?'],
    ['sh run every=5s', '`every` is no attribute of a `sh run` fence. | The known ones are `on=`.'],
    ['yaml verify on=here', '`on` is no attribute of a `yaml verify` fence. | The known ones are `every=` and `for=`.'],
    [
      'yaml records for=1m',
      '`for` is no attribute of a `yaml records` fence. | Take it out: this fence has no attributes.',
    ],
    ['sh run verify', '`verify` is no attribute of a `sh run` fence. | A fence has one role; use two fences.'],
    ['sh run on=her', '`on=her` names no machine. | Did you mean `here`?'],
    ['sh run on', '`on=` names no machine. | The known ones are `here` and `target`.'],
    ['sh verify for=120', '`for=120` is no duration. | Write a duration such as 5s, 2m or 1h, at most a week.'],
    ['sh verify for=0s', '`for=0s` is no duration. | Write a duration such as 5s, 2m or 1h, at most a week.'],
    ['sh verify for=169h', '`for=169h` is no duration. | Write a duration such as 5s, 2m or 1h, at most a week.'],
    ['sh verify for=1m for=2m', '`for=` is given twice. | Keep one of them.'],
    [
      'sh verify every=5s',
      '`every=` without `for=` would ask only once. | Add how long to go on asking, such as `for=2m`.',
    ],
    ['sh verify every=5m for=2m', '`every=` is longer than `for=`. | Make `for=` the longer one.'],
  ])('is told with what was meant: `%s`', async (info, expected) => {
    const guide = await aGuide({ one: aStep([...holds, '', `\`\`\`${info}`, 'true', '```']) });
    expect(await guide.problems()).toEqual([`steps/one.md:8 ${expected}`]);
  });

  it('is told whole: every wrong attribute, and the fence is not then missed as absent', async () => {
    const guide = await aGuide({ one: aStep(['```sh verify on=there foor=1m', 'true', '```']) });
    expect(await guide.problems()).toEqual([
      'steps/one.md:4 `on=there` names no machine. | Did you mean `here`?',
      'steps/one.md:4 `foor` is no attribute of a `sh verify` fence. | Did you mean `for=`?',
    ]);
  });
});

describe('a fence with a role that would not count', () => {
  it.each<[string, readonly string[], string]>([
    [
      'in a list',
      ['1. Do this:', '', '   ```sh', '   x', '   ```', '', '   ```sh run', '   x', '   ```'],
      '`sh run` fence',
    ],
    ['beside a bullet', ['- a', '- b', '', '', '', '- ```sh run', '  x', '  ```'], '`sh run` fence'],
    ['in a quote', ['> Look', '>', '> - more', '>', '> deep', '> ', '> ```sh run', '> x', '> ```'], '`sh run` fence'],
    ['in indented text', ['Look:', '', '', '', '', '', '    ```sh run', '    x', '    ```'], '`sh run` fence'],
  ])('is told: %s', async (where, lines, fence) => {
    const guide = await aGuide({ one: aStep([...holds, '', ...lines]) });
    const line = where === 'beside a bullet' ? 13 : 14;
    expect(await guide.problems()).toEqual([
      `steps/one.md:${line} This ${fence} stands in a list, a quote or indented text, where it would not count. | Move it to the left margin.`,
    ]);
  });

  it('is told where it does not end', async () => {
    const guide = await aGuide({ one: aStep([...holds, '````sh run', 'true', '```', 'more']) });
    expect(await guide.problems()).toEqual([
      'steps/one.md:7 This `sh run` fence does not end. | Close it with a line of ```.',
    ]);
  });

  it.each([[['']], [['# only a comment', '', '  # and another']]])('is told where it is empty', async (lines) => {
    const guide = await aGuide({ one: aStep([...holds, '```sh run', ...lines, '```']) });
    expect(await guide.problems()).toEqual(['steps/one.md:7 This `sh run` fence is empty. | Fill it, or take it out.']);
  });
});
