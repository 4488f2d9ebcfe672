import { describe, expect, it } from 'vitest';
import { aStep, files, holds } from './a-guide.ts';

/** A guide of one step, `steps/one.md`, whose index has these front-matter lines (line 3 on). */
function withInputs(lines: readonly string[]) {
  return files({
    'runbook/guide.md': ['---', 'title: A guide', ...lines, '---', '1. [One](../steps/one.md)', ''].join('\n'),
    'steps/one.md': aStep(holds),
  });
}

/** A guide whose index has these lines after its front matter (line 4 on). */
function withBody(lines: readonly string[]) {
  return files({
    'runbook/guide.md': ['---', 'title: A guide', '---', ...lines, ''].join('\n'),
    'steps/one.md': aStep(holds),
    'steps/two.md': aStep(holds),
  });
}

describe('an index', () => {
  it('gives its title, introduction, inputs and steps in their order', async () => {
    const guide = await files({
      'runbook/guide.md': [
        '---',
        'title: Send mail',
        'inputs:',
        '  domain: {type: domain, label: Domain, help: The part after the @.}',
        '  host:',
        '    type: hostname',
        '    label: Host name',
        '    default: mail.{{domain}}',
        '  mode: {type: choice, label: Mode, choices: [send, both], default: send}',
        '  password: {type: secret, label: Password, optional: true}',
        '---',
        '# Welcome',
        '',
        'To {{domain}}.',
        '',
        '1. [Two](../steps/two.md)',
        '2. **[One](../steps/one.md)** (optional)',
        '',
        'The end.',
      ].join('\n'),
      'steps/one.md': aStep(holds, ['needs: [two]']),
      'steps/two.md': aStep(holds),
    });
    const loaded = await guide.load();
    const file = guide.path('runbook/guide.md');
    expect(loaded).toMatchObject({
      kind: 'runbook',
      id: 'guide',
      title: 'Send mail',
      file,
      shipped: false,
      introduction: '# Welcome\n\nTo {{domain}}.',
    });
    expect(loaded.steps.map(({ id }) => id)).toEqual(['two', 'one']);
    expect(loaded.inputs).toEqual([
      {
        name: 'domain',
        type: 'domain',
        label: 'Domain',
        help: 'The part after the @.',
        optional: false,
        choices: [],
        generate: false,
        place: { file, line: 4 },
      },
      {
        name: 'host',
        type: 'hostname',
        label: 'Host name',
        default: 'mail.{{domain}}',
        optional: false,
        choices: [],
        generate: false,
        place: { file, line: 5 },
      },
      {
        name: 'mode',
        type: 'choice',
        label: 'Mode',
        default: 'send',
        optional: false,
        choices: ['send', 'both'],
        generate: false,
        place: { file, line: 9 },
      },
      {
        name: 'password',
        type: 'secret',
        label: 'Password',
        optional: true,
        choices: [],
        generate: false,
        place: { file, line: 10 },
      },
    ]);
  });

  it.each<[string, readonly string[], readonly string[]]>([
    [
      'a second list of links',
      ['1. [One](../steps/one.md)', '', 'Then:', '', '1. [Two](../steps/two.md)'],
      [
        'runbook/guide.md:8 An index has one numbered list of links to steps, and this is another. | Join the two lists: their order is the order of the checkpoints.',
      ],
    ],
    [
      'a step twice',
      ['1. [One](../steps/one.md)', '2. [Two](../steps/two.md)', '3. [Again](../steps/one.md#x)'],
      [
        'runbook/guide.md:6 The step `one` is already listed on line 4. | Keep one of the two: an id is one checkpoint.',
      ],
    ],
    [
      'an entry without a link, and one with two',
      ['1. [One](../steps/one.md)', '2. Two', '3. [Two](../steps/two.md) or [one](../steps/one.md)'],
      [
        'runbook/guide.md:5 This entry has no link to a step. | Make each entry one link, such as `[Choose a server](../steps/choose-server.md)`.',
        'runbook/guide.md:6 This entry has more than one link. | Make each entry one link, such as `[Choose a server](../steps/choose-server.md)`.',
      ],
    ],
    [
      'links to elsewhere',
      [
        '1. [One](../steps/one.md)',
        '',
        '2. [Web](https://example.com/two.md)',
        '3. [Root](/etc/two.md)',
        '4. [Broken](../steps/%zz.md)',
        '5. [Text](../steps/two.txt)',
      ],
      [
        'runbook/guide.md:6 The link `https://example.com/two.md` is no path to a step. | Link to a file such as `../steps/choose-server.md`.',
        'runbook/guide.md:7 The link `/etc/two.md` is no path to a step. | Link to a file such as `../steps/choose-server.md`.',
        'runbook/guide.md:8 The link `../steps/%zz.md` is no path to a step. | Link to a file such as `../steps/choose-server.md`.',
        'runbook/guide.md:9 The step file `two.txt` has a name that cannot be an id. | Name it with lower-case letters, digits and hyphens, and the ending `.md`: `choose-server.md`.',
      ],
    ],
    [
      'a file name that is no id',
      ['1. [One](../steps/Step%20One.md)'],
      [
        'runbook/guide.md:4 The step file `Step One.md` has a name that cannot be an id. | Name it with lower-case letters, digits and hyphens, and the ending `.md`: `choose-server.md`.',
      ],
    ],
    [
      'files that are not there',
      ['1. [One](../steps/won.md)', '2. [Other](../steps/frobnicate.md)'],
      [
        'runbook/guide.md:4 There is no step file `../steps/won.md`. | Did you mean `one.md`?',
        'runbook/guide.md:5 There is no step file `../steps/frobnicate.md`. | Write it, or take this entry out.',
      ],
    ],
    [
      'something to run',
      ['```sh run', 'true', '```', '', '1. [One](../steps/one.md)'],
      ['runbook/guide.md:4 This `sh run` fence stands in an index, where nothing runs. | Move it into a step.'],
    ],
    [
      'an unknown name in its introduction',
      ['Hello', '{{domain}}.', '', '1. [One](../steps/one.md)'],
      [
        'runbook/guide.md:5 `{{domain}}` is no input of this guide, and no step so far gives it. | Add it to `inputs:` of the index, or to `gives:` of this or an earlier step.',
      ],
    ],
  ])('is told what it has wrong: %s', async (_, lines, expected) => {
    expect(await (await withBody(lines)).problems()).toEqual(expected);
  });

  it.each<[string, string, readonly string[]]>([
    [
      'no front matter',
      '1. [One](../steps/one.md)\n',
      [
        'runbook/guide.md:1 The front matter of this index is missing. | Begin the file with a line `---`, then `title: …`, then `---`.',
      ],
    ],
    [
      'front matter without an end',
      '---\ntitle: x\n\n1. [One](../steps/one.md)\n',
      [
        'runbook/guide.md:1 The front matter of this index does not end. | Begin the file with a line `---`, then `title: …`, then `---`.',
      ],
    ],
    [
      'no list',
      '---\ntitle: x\ninputs: {}\n---\n- [One](../steps/one.md)\n',
      [
        'runbook/guide.md:1 This index has no numbered list of links to steps. | Add one, each entry such as `1. [Choose a server](../steps/choose-server.md)`.',
      ],
    ],
    [
      'no title, and a key mistyped',
      '---\ntilte: x\n---\n1. [One](../steps/one.md)\n',
      [
        'runbook/guide.md:2 `title` is missing. | Add `title: …`.',
        'runbook/guide.md:2 `tilte` is no known key. | Did you mean `title`?',
      ],
    ],
  ])('is told what it lacks: %s', async (_, index, expected) => {
    const guide = await files({ 'runbook/guide.md': index, 'steps/one.md': aStep(holds) });
    expect(await guide.problems()).toEqual(expected);
  });
});

describe('inputs', () => {
  it.each<[string, readonly string[], readonly string[]]>([
    [
      'a type mistyped, a key mistyped, a label missing',
      ['inputs:', '  domain:', '    type: domian', '    hlep: x'],
      [
        'runbook/guide.md:4 `inputs.domain.label` is missing. | Add `label: …`.',
        'runbook/guide.md:5 `inputs.domain.type` must be `domain`, `hostname`, `ip`, `email`, `secret`, `choice` or `text`. | Did you mean `domain`?',
        'runbook/guide.md:6 `inputs.domain.hlep` is no known key. | Did you mean `help`?',
      ],
    ],
    [
      'names that cannot be variables',
      [
        'inputs:',
        '  Domain: {type: domain, label: D}',
        '  hostname: {type: hostname, label: H}',
        '  brevduva_output: {type: text, label: O}',
      ],
      [
        'runbook/guide.md:4 The input `Domain` is no name. | A name has lower-case letters, digits and `_`, and begins with a letter.',
        'runbook/guide.md:5 The input `hostname` would be the variable HOSTNAME, which the shell or Brevduva itself uses. | Take another name, such as `server_hostname`.',
        'runbook/guide.md:6 The input `brevduva_output` would be the variable BREVDUVA_OUTPUT, which the shell or Brevduva itself uses. | Take another name, such as `server_brevduva_output`.',
      ],
    ],
    [
      'a name that is to be generated',
      ['inputs:', '  domain:', '    {type: domain, label: D, generate: true}'],
      [
        'runbook/guide.md:5 The input `domain` is to be generated, but its type is `domain`. | Make its type `secret`, or take `generate` out.',
      ],
    ],
    [
      'a choice without choices',
      ['inputs:', '  mode: {label: M, type: choice}'],
      [
        'runbook/guide.md:4 The input `mode` is a choice, but has no `choices`. | Add them, such as `choices: [one, other]`.',
      ],
    ],
    [
      'choices of something else',
      ['inputs:', '  mode:', '    type: text', '    label: M', '    choices: [a]'],
      [
        'runbook/guide.md:7 The input `mode` has choices, but its type is `text`. | Make its type `choice`, or take the choices out.',
      ],
    ],
    [
      'a choice twice',
      ['inputs:', '  mode:', '    type: choice', '    label: M', '    choices:', '      - a', '      - a'],
      ['runbook/guide.md:9 `inputs.mode.choices` has `a` twice. | Keep one of them.'],
    ],
    [
      'a default that is not among the choices',
      ['inputs:', '  mode:', '    type: choice', '    label: M', '    choices: [send, both]', '    default: sned'],
      [
        'runbook/guide.md:8 The default of `mode` is not valid: "sned" is not among the choices. Did you mean `send`? | Mend it.',
      ],
    ],
    [
      'a default of the wrong type',
      ['inputs:', '  ip: {type: ip, label: I, default: 192.0.2}', '  host: {type: hostname, label: H, default: mail}'],
      [
        'runbook/guide.md:4 The default of `ip` is not valid: "192.0.2" is not an IP address, such as 203.0.113.10 or 2001:db8::10. | Mend it.',
        'runbook/guide.md:5 The default of `host` is not valid: "mail" is not a full host name, such as mail.example.com: it has no dot. | Mend it.',
      ],
    ],
    [
      'a secret with a default',
      ['inputs:', '  password:', '    type: secret', '    label: P', '    default: hunter2'],
      [
        'runbook/guide.md:7 The secret `password` has a default, which all who read the guide would know. | Take it out.',
      ],
    ],
    [
      'defaults of an unknown and of a secret input',
      [
        'inputs:',
        '  domain: {type: domain, label: D}',
        '  password: {type: secret, label: P}',
        '  host: {type: hostname, label: H, default: "mail.{{domian}}"}',
        '  note: {type: text, label: N, default: "{{password}}"}',
      ],
      [
        'runbook/guide.md:6 `{{domian}}` in the default of `host` is no input. | Did you mean `{{domain}}`?',
        'runbook/guide.md:7 The default of `note` uses the secret `password`. | Secrets are never shown: take it out.',
      ],
    ],
    [
      'defaults in a circle',
      [
        'inputs:',
        '  one: {type: text, label: A, default: "{{two}}"}',
        '  two: {type: text, label: B, default: "x{{three}}"}',
        '  three: {type: text, label: C, default: "{{two}}"}',
        '  four: {type: text, label: D, default: "{{four}}"}',
      ],
      [
        'runbook/guide.md:5 The defaults of `two` and `three` use each other in a circle. | Give one of them a default of its own.',
        'runbook/guide.md:6 The defaults of `three` and `two` use each other in a circle. | Give one of them a default of its own.',
        'runbook/guide.md:7 The default of `four` uses `four` itself. | Give it a default of its own.',
      ],
    ],
    [
      'a template in a label',
      ['inputs:', '  domain:', '    type: domain', '    label: The {{domain}}'],
      [
        'runbook/guide.md:6 `inputs.domain.label` is shown as it is written, so `{{…}}` has no meaning in it. | Use `{{…}}` only in prose, `confirm`, records and the defaults of inputs.',
      ],
    ],
    [
      'inputs that are no map',
      ['inputs: [domain]'],
      ['runbook/guide.md:3 `inputs` must be a map of keys and values. | undefined'],
    ],
    [
      'an input that is no map',
      ['inputs:', '  domain: text'],
      ['runbook/guide.md:4 `inputs.domain` must be a map of keys and values. | undefined'],
    ],
  ])('are told where they are wrong: %s', async (_, lines, expected) => {
    expect(await (await withInputs(lines)).problems()).toEqual(expected);
  });

  it('that cannot be read are not also called unknown where a step uses them', async () => {
    const guide = await files({
      'runbook/guide.md':
        '---\ntitle: x\ninputs:\n  domain: {type: domian, label: D}\n---\n1. [One](../steps/one.md)\n',
      'steps/one.md': aStep(['For {{domain}}.', ...holds]),
    });
    expect(await guide.problems()).toHaveLength(1);
  });
});
