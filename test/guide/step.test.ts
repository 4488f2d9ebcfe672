import { describe, expect, it } from 'vitest';
import { aGuide, aStep, holds } from './a-guide.ts';

describe('a step file', () => {
  it('gives its prose, action, proof, records, hint and undo', async () => {
    const guide = await aGuide(
      {
        first: aStep(holds),
        spf: aStep(
          [
            'Say who may send for {{domain}}.',
            '',
            '```sh run',
            'set -eu',
            'echo "$DOMAIN"',
            '```',
            '',
            'Then wait.',
            '',
            '```sh verify every=2s for=1m on=here',
            'exit 75',
            '```',
            '',
            '```yaml verify for=1h',
            '- dns: {records: true}',
            '- tcp: {from: target, host: $DOMAIN, port: [25, 587]}',
            '```',
            '',
            '```yaml records',
            '- {name: "{{domain}}", type: TXT, value: v=spf1 mx -all}',
            '- {name: "{{domain}}", type: MX, value: "mx.{{domain}}", priority: 10, ttl: 60, when: relay}',
            '```',
            '',
            '```sh hint',
            'dig "$DOMAIN"',
            '```',
            '',
            '```sh undo',
            'true',
            '```',
            '',
            '```sh',
            'echo only shown',
            '```',
          ],
          [
            'needs: [first]',
            'optional: true',
            'effects: [dns]',
            'takes: 2 min',
            'reverts: 2m',
            'reinstalls: true',
            'secrets: [password]',
            'gives: [selector]',
          ],
        ),
      },
      [
        'domain: {type: domain, label: Domain}',
        'relay: {type: hostname, label: Relay, optional: true}',
        'password: {type: secret, label: Password}',
      ],
    );
    const step = (await guide.load()).steps[1];
    const file = guide.path('steps/spf.md');
    expect(step).toMatchObject({
      id: 'spf',
      title: 'A step',
      place: { file, line: 1 },
      needs: ['first'],
      optional: true,
      effects: ['dns'],
      takes: '2 min',
      reverts: 120,
      reinstalls: true,
      secrets: ['password'],
      gives: ['selector'],
      prose: 'Say who may send for {{domain}}.\n\nThen wait.\n\n```sh\necho only shown\n```',
      run: { text: 'set -eu\necho "$DOMAIN"', on: 'target', place: { file, line: 14 } },
      hint: { text: 'dig "$DOMAIN"', on: 'target', place: { file, line: 35 } },
      undo: { text: 'true', on: 'target', place: { file, line: 39 } },
      uses: ['domain', 'relay', 'password'],
    });
    expect(step?.verify).toEqual([
      {
        kind: 'shell',
        script: { text: 'exit 75', on: 'here', place: { file, line: 21 } },
        poll: { every: 2, for: 60 },
      },
      {
        kind: 'typed',
        place: { file, line: 25 },
        poll: { every: 5, for: 3600 },
        probes: [
          { kind: 'dns', spec: { from: ['authority', 'public'], records: true } },
          {
            kind: 'tcp',
            spec: {
              from: 'target',
              host: '$DOMAIN',
              port: [25, 587],
              is: 'open',
              silence: 'false',
              noroute: 'false',
              timeout: 5,
            },
          },
        ],
      },
    ]);
    expect(step?.records).toEqual([
      { name: '{{domain}}', type: 'TXT', value: 'v=spf1 mx -all', ttl: 3600 },
      { name: '{{domain}}', type: 'MX', value: 'mx.{{domain}}', priority: 10, ttl: 60, when: 'relay' },
    ]);
  });

  it('asks once where a verify says nothing of polling', async () => {
    const guide = await (await aGuide({ one: aStep(holds) })).load();
    expect(guide.steps[0]?.verify[0]?.poll).toEqual({ every: 5, for: 0 });
  });

  it('leaves empty lines and fences inside a plain fence as they are', async () => {
    const shown = ['````markdown', '```sh run', 'echo', '', '', '', '```', '````'];
    const guide = await (await aGuide({ one: aStep([...shown, '', ...holds]) })).load();
    expect(guide.steps[0]?.prose).toBe(shown.join('\n'));
    expect(guide.steps[0]?.run).toBeUndefined();
  });

  it('keeps an indented script without its indentation, and a commented-out fence out', async () => {
    const guide = await (
      await aGuide({
        one: aStep([
          '  ```sh verify',
          '  if true; then',
          '    true',
          '  fi',
          '  ```',
          '',
          '<!--',
          '```sh run',
          'rm',
          '```',
          '-->',
        ]),
      })
    ).load();
    expect(guide.steps[0]?.verify[0]).toMatchObject({ script: { text: 'if true; then\n  true\nfi' } });
    expect(guide.steps[0]?.run).toBeUndefined();
  });

  it.each(['spf', 'dkim', 'dmarc'])('may have its records read by a `mail` probe of %s', async (of) => {
    const more = { spf: ', addresses: [192.0.2.1]', dkim: ', selector: s, key: k', dmarc: '' }[of];
    const records = ['```yaml records', '- {name: a.example, type: TXT, value: v}', '```'];
    const probe = ['```yaml verify', `- mail: {of: ${of}, domain: a.example${more}}`, '```'];
    const guide = await (await aGuide({ one: aStep([...records, ...probe]) })).load();
    expect(guide.steps[0]?.records).toHaveLength(1);
  });

  it('uses an input whose variable a script names in any way', async () => {
    const guide = await aGuide(
      { one: aStep(['```sh verify', 'test $((PORT + 1)) -gt "$(printenv DOMAIN)" # HOSTS', '```']) },
      ['port: {type: text, label: P}', 'domain: {type: domain, label: D}', 'host: {type: hostname, label: H}'],
    );
    expect((await guide.load()).steps[0]?.uses).toEqual(['port', 'domain']);
  });
});

describe('what is wrong with a step alone', () => {
  it.each<[string, string, readonly string[]]>([
    [
      'no front matter',
      'Hello.\n',
      [
        'steps/one.md:1 The front matter of this step is missing. | Begin the file with a line `---`, then `title: …`, then `---`.',
      ],
    ],
    [
      'front matter without an end',
      '---\ntitle: x\n\nHello.\n',
      [
        'steps/one.md:1 The front matter of this step does not end. | Begin the file with a line `---`, then `title: …`, then `---`.',
      ],
    ],
    [
      'no title',
      ['---', 'optional: true', '---', ...holds].join('\n'),
      ['steps/one.md:2 `title` is missing. | Add `title: …`.'],
    ],
    [
      'a key mistyped',
      aStep(holds, ['optonal: true']),
      ['steps/one.md:3 `optonal` is no known key. | Did you mean `optional`?'],
    ],
    [
      'a key that is nothing like one',
      aStep(holds, ['colour: red']),
      [
        'steps/one.md:3 `colour` is no known key. | The known ones are `title`, `needs`, `optional`, `effects`, `takes`, `reverts`, `reinstalls`, `confirm`, `secrets` and `gives`.',
      ],
    ],
    [
      'YAML 1.1 booleans',
      aStep(holds, ['optional: yes']),
      [
        'steps/one.md:3 `optional` must be `true` or `false`. | YAML 1.2 knows only `true` and `false`, without quotes.',
      ],
    ],
    [
      'a list that is a word',
      aStep(holds, ['needs: first']),
      ['steps/one.md:3 `needs` must be a list. | Write it as a list: [first].'],
    ],
    [
      'a number for a text',
      aStep(holds, ['takes: 2']),
      ['steps/one.md:3 `takes` must be text. | Put it in quotes: "2".'],
    ],
    [
      'an entry without a value',
      aStep(holds, ['effects:', '  - sysctl', '  -']),
      ['steps/one.md:5 Entry 2 of `effects` has no value. | Give it a value, or take it out.'],
    ],
    [
      'a duration without a unit',
      aStep(['```sh run', 'true', '```', ...holds], ['reverts: "120"']),
      ['steps/one.md:3 `reverts` is no duration. | Write a duration such as 5s, 2m or 1h, at most a week.'],
    ],
    [
      'a change that takes itself back by nothing',
      aStep(['```sh run', 'true', '```', ...holds], ['reverts: 2m']),
      [
        'steps/one.md:3 `reverts` takes the action back by the undo, and this step has no `sh undo` fence. | Add the undo, or take `reverts` out.',
      ],
    ],
    [
      'an entry twice',
      aStep(holds, ['gives:', '  - address', '  - address']),
      ['steps/one.md:5 `gives` has `address` twice. | Keep one of them.'],
    ],
    [
      'a key twice',
      aStep(holds, ['takes: 1 min', 'takes: 2 min']),
      ['steps/one.md:4 This key is given twice. | Keep one of them.'],
    ],
    [
      'an output named as the shell names its own',
      aStep(holds, ['gives: [path, Mail-Host]']),
      [
        'steps/one.md:3 The output `path` would be the variable PATH, which the shell or Brevduva itself uses. | Take another name, such as `server_path`.',
        'steps/one.md:3 The output `Mail-Host` is no name. | A name has lower-case letters, digits and `_`, and begins with a letter.',
      ],
    ],
    [
      'a template in a title',
      '---\ntitle: Set up {{domain}}\n---\n```sh verify\ntrue\n```\n',
      [
        'steps/one.md:2 `title` is shown as it is written, so `{{…}}` has no meaning in it. | Use `{{…}}` only in prose, `confirm`, records and the defaults of inputs.',
      ],
    ],
    [
      'YAML that is none',
      aStep(holds, ['needs: [a', 'optional: true']),
      [
        'steps/one.md:4 This YAML cannot be read: Flow sequence in block collection must be sufficiently indented and end with a ]. | Check its indentation, quotes and colons; a text with `: ` or ` #` in it needs quotes.',
      ],
    ],
    [
      'a YAML alias',
      aStep(holds, ['takes: &x a', 'confirm: *x']),
      ['steps/one.md:4 YAML aliases are not allowed here. | Write the value out.'],
    ],
    [
      'a control character behind a YAML escape',
      aStep(holds, ['takes: "\\e[2J"']),
      ['steps/one.md:3 This text holds the invisible character U+001B. | Delete it.'],
    ],
    [
      'a control character',
      aStep(['Look:', 'a \u202e b', ...holds]),
      [
        'steps/one.md:5 The file holds the invisible character U+202E, which can make a text look other than it is. | Delete it.',
      ],
    ],
    [
      'neither verify nor confirm',
      aStep(['Do it.']),
      [
        'steps/one.md:1 This step has no verify, so it could never be called proven. | Add a `sh verify` or `yaml verify` fence, or `confirm: …` for what only a person can see.',
      ],
    ],
    [
      'both verify and confirm',
      aStep(holds, ['confirm: I saw it.']),
      [
        'steps/one.md:3 A step is proven by its verify or confirmed by a person, and this one has both. | Take `confirm` out, or the verify fence where no probe can see the truth.',
      ],
    ],
    [
      'a guard without an action',
      aStep(holds, ['reverts: 2m']),
      [
        'steps/one.md:3 `reverts` guards an action, and this step has no `sh run` fence. | Take it out, or add the action.',
      ],
    ],
    [
      'a second action',
      aStep(['```sh run', 'a', '```', '```sh run', 'b', '```', ...holds]),
      ['steps/one.md:7 A step has one `sh run` fence, and this is another. | Join them, or make two steps of them.'],
    ],
    [
      'a second hint and a second undo',
      aStep([
        '```sh hint',
        'a',
        '```',
        '```sh undo',
        'b',
        '```',
        '```sh hint',
        'a',
        '```',
        '```sh undo',
        'b',
        '```',
        ...holds,
      ]),
      [
        'steps/one.md:10 A step has one `sh hint` fence, and this is another. | Join them, or make two steps of them.',
        'steps/one.md:13 A step has one `sh undo` fence, and this is another. | Join them, or make two steps of them.',
      ],
    ],
    [
      'records that nothing compares',
      aStep(['```yaml records', '- {name: a.example, type: A, value: 192.0.2.1}', '```', ...holds]),
      [
        'steps/one.md:4 Nothing compares these records with what is published. | Add a `yaml verify` fence with `- dns: {records: true}`, or a `mail` probe of spf, dkim or dmarc.',
      ],
    ],
    [
      'a comparison without records',
      aStep(['```yaml verify', '- dns: {records: true}', '```']),
      [
        'steps/one.md:4 A `dns` probe with `records: true` compares the records of its step, and this step has none. | Add a `yaml records` fence, or name a record with `name` and `type`.',
      ],
    ],
    [
      'a template in a script',
      aStep(['```sh verify', 'true', 'ping {{ domain }}', '```']),
      [
        'steps/one.md:6 `{{domain}}` is not filled in here: scripts and probes are never templated. | Write `$DOMAIN`, the variable that holds it.',
      ],
    ],
    [
      'a template in a typed probe',
      aStep(['```yaml verify', '- tcp:', '    from: here', '    port: 25', '    host: "{{domain}}"', '```']),
      [
        'steps/one.md:8 `{{domain}}` is not filled in here: scripts and probes are never templated. | Write `$DOMAIN`, the variable that holds it.',
      ],
    ],
    [
      'a template in a typed probe without quotes',
      aStep(['```yaml verify', '- tcp:', '    from: here', '    port: 25', '    host: {{domain}}', '```']),
      [
        'steps/one.md:8 `{{domain}}` is not filled in here: scripts and probes are never templated. | Write `$DOMAIN`, the variable that holds it.',
        'steps/one.md:8 `{{` begins a map in YAML, not a text. | Put the value in quotes: "{{domain}}".',
      ],
    ],
  ])('is told with its line and remedy: %s', async (_, step, expected) => {
    expect(await (await aGuide({ one: step })).problems()).toEqual(expected);
  });

  it('leaves double braces that hold no name alone', async () => {
    const guide = await aGuide({
      one: aStep(['See {{.Names}} and {{ }}.', '```sh verify', "podman ps --format '{{.Names}}'", '```']),
    });
    expect(await guide.problems()).toEqual([]);
  });
});
