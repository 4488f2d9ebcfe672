import { describe, expect, it } from 'vitest';
import { GuideError } from '../../src/guide/error.ts';
import { aGuide, aStep, files, holds } from './a-guide.ts';

const inputs = [
  'domain: {type: domain, label: Domain}',
  'password: {type: secret, label: Password}',
  'note: {type: text, label: Note, optional: true}',
];

describe('what a step needs', () => {
  it.each<[string, string, string]>([
    ['frist', 'steps/second.md:5 `needs` names `frist`, which is no step of this guide. |', 'Did you mean `first`?'],
    [
      'frobnicate',
      'steps/second.md:5 `needs` names `frobnicate`, which is no step of this guide. |',
      'The known ones are `first`.',
    ],
    [
      'third',
      'steps/second.md:5 `needs` names `third`, which comes later in the guide. |',
      'Move `third` before `second` in the index, or take it out.',
    ],
    ['second', 'steps/second.md:5 `needs` names `second`, the step itself. |', 'Take it out.'],
  ])('must be an earlier step: %s', async (id, problem, remedy) => {
    const guide = await aGuide({
      first: aStep(holds),
      second: aStep(holds, ['needs:', '  - first', `  - ${id}`]),
      third: aStep(holds),
    });
    expect(await guide.problems()).toEqual([`${problem} ${remedy}`]);
  });

  it('has none to choose from in the first step', async () => {
    const guide = await aGuide({ first: aStep(holds, ['needs: [other]']) });
    expect(await guide.problems()).toEqual([
      'steps/first.md:3 `needs` names `other`, which is no step of this guide. | There is no earlier step here.',
    ]);
  });
});

describe('the names that a step uses', () => {
  it('may be inputs, and outputs of this and earlier steps', async () => {
    const guide = await aGuide(
      {
        first: aStep(['{{first_output}} for {{domain}}', ...holds], ['gives: [first_output]']),
        second: aStep(
          [
            '```yaml verify',
            '- tcp: {from: here, host: $FIRST_OUTPUT, port: 25, when: note}',
            '```',
            '{{ first_output }}',
          ],
          ['gives: [domain]'],
        ),
        third: aStep(['Look at {{domain}}.'], ['confirm: Has {{domain}} arrived?']),
      },
      inputs,
    );
    const { steps } = await guide.load();
    expect(steps.map(({ uses }) => uses)).toEqual([['domain', 'first_output'], ['note', 'first_output'], ['domain']]);
  });

  it.each<[string, readonly string[], readonly string[], string]>([
    [
      'an unknown one in prose',
      ['One.', '', '- two', '- {{domian}}', '', ...holds],
      [],
      'steps/first.md:7 `{{domian}}` is no input of this guide, and no step so far gives it. | Did you mean `{{domain}}`?',
    ],
    [
      'one in upper case',
      ['{{DOMAIN}}', ...holds],
      [],
      'steps/first.md:4 `{{DOMAIN}}` is no input of this guide, and no step so far gives it. | Did you mean `{{domain}}`?',
    ],
    [
      'an unknown one in a plain fence',
      ['```text', 'a', '{{frobnicate}}', '```', ...holds],
      [],
      'steps/first.md:6 `{{frobnicate}}` is no input of this guide, and no step so far gives it. | Add it to `inputs:` of the index, or to `gives:` of this or an earlier step.',
    ],
    [
      'an unknown one in what is confirmed',
      ['Look.'],
      ['takes: 1 min', 'confirm: Is it {{domian}}?'],
      'steps/first.md:4 `{{domian}}` is no input of this guide, and no step so far gives it. | Did you mean `{{domain}}`?',
    ],
    [
      'one that only a later step gives',
      ['{{late}}', ...holds],
      [],
      'steps/first.md:4 `{{late}}` is given only by the later step `second`. | Move that step before this one in the index.',
    ],
    [
      'a secret in prose',
      ['{{password}}', ...holds],
      [],
      'steps/first.md:4 `{{password}}` is a secret, and secrets are never shown, nor used in probes but as `password`. | Take it out; a script reads it from standard input, where `secrets:` lists it.',
    ],
    [
      'a secret in a probe',
      ['```yaml verify', '- tcp: {from: here, port: 25, host: $PASSWORD}', '```'],
      [],
      'steps/first.md:5 `$PASSWORD` is a secret, and secrets are never shown, nor used in probes but as `password`. | Take it out; a script reads it from standard input, where `secrets:` lists it.',
    ],
    [
      'a secret in a record',
      [
        '```yaml verify',
        '- dns: {records: true}',
        '```',
        '```yaml records',
        '- {name: a, type: TXT, value: x}',
        '- {name: a, type: TXT, value: "{{password}}"}',
        '```',
      ],
      [],
      'steps/first.md:9 `{{password}}` is a secret, and secrets are never shown, nor used in probes but as `password`. | Take it out; a script reads it from standard input, where `secrets:` lists it.',
    ],
    [
      'a secret that is no input',
      holds,
      ['secrets: [pasword]'],
      'steps/first.md:3 `secrets` names `pasword`, which is no input of this guide. | Did you mean `password`?',
    ],
    [
      'a secret that is none',
      holds,
      ['secrets: [password, domain]'],
      'steps/first.md:3 `secrets` names `domain`, an input of the type `domain`. | Take it out: scripts have it as `$DOMAIN`.',
    ],
    [
      'an output that is a secret',
      holds,
      ['gives: [password]'],
      'steps/first.md:3 `gives` names the secret `password`, but what a step gives is written down. | Give it under a name of its own, or not at all.',
    ],
  ])('are told where they are wrong: %s', async (_, body, settings, expected) => {
    const guide = await aGuide({ first: aStep(body, settings), second: aStep(holds, ['gives: [late]']) }, inputs);
    expect(await guide.problems()).toEqual([expected]);
  });

  it('are not called unknown where the step that may give them cannot be read', async () => {
    const guide = await aGuide({ first: aStep(holds, ['gives: [a', 'x']), second: aStep(['{{a}}', ...holds]) });
    expect((await guide.problems()).every((problem) => problem.startsWith('steps/first.md'))).toBe(true);
  });

  it('are not called unknown where the file of the step that may give them is absent', async () => {
    const guide = await files({
      'runbook/guide.md': '---\ntitle: x\n---\n1. [A](../steps/a.md)\n2. [B](../steps/b.md)\n',
      'steps/b.md': aStep(['{{a}}', ...holds], ['needs: [a]']),
    });
    expect(await guide.problems()).toEqual([
      'runbook/guide.md:4 There is no step file `../steps/a.md`. | Did you mean `b.md`?',
    ]);
  });
});

describe('a guide with several problems', () => {
  it('is told all of them, by file and line, and counts them', async () => {
    const guide = await files({
      'runbook/guide.md': '---\ntitel: x\n---\n1. [B](../steps/b.md)\n2. [A](../steps/a.md)\n3. [C](../steps/c.md)\n',
      'steps/a.md': aStep(['```sh vreify', 'true', '```'], ['optonal: true']),
      'steps/b.md': aStep(['{{x}}', '```sh verify foor=1m', 'true', '```']),
      'steps/c.md': aStep(['```sh verify', 'ping {{x}}', '```'], ['needs: [d]']),
    });
    const error = await guide.load().catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(GuideError);
    const places = (await guide.problems()).map((problem) => problem.split(' ', 1)[0]);
    expect(places).toEqual([
      'runbook/guide.md:2',
      'runbook/guide.md:2',
      'steps/b.md:5',
      'steps/a.md:3',
      'steps/a.md:5',
      'steps/c.md:3',
      'steps/c.md:6',
    ]);
    const file = guide.path('runbook/guide.md');
    expect(error).toMatchObject({
      sentence: `The guide ${file} has 7 problems.`,
      place: { file, line: 2 },
      remedy: `Mend them, the first at ${file}:2; \`brevduva lint ${file}\` shows what is left.`,
    });
  });

  it('with one problem says that problem itself', async () => {
    const guide = await aGuide({ one: aStep(['Do it.']) });
    const error = await guide.load().catch((reason: unknown) => reason);
    expect(error).toMatchObject({
      sentence: 'This step has no verify, so it could never be called proven.',
      place: { file: guide.path('steps/one.md'), line: 1 },
    });
  });
});
