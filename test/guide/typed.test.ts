import { describe, expect, it } from 'vitest';
import { aGuide, aStep } from './a-guide.ts';

/** What is wrong with a `yaml verify` fence; its first line is line 5 of its file. */
async function wrongWithProbes(lines: readonly string[]): Promise<readonly string[]> {
  const guide = await aGuide({ one: aStep(['```yaml verify', ...lines, '```']) }, [
    'host: {type: hostname, label: Host}',
  ]);
  return guide.problems();
}

/** What is wrong with a `yaml records` fence; its first line is line 8 of its file. */
async function wrongWithRecords(lines: readonly string[]): Promise<readonly string[]> {
  const compare = ['```yaml verify', '- dns: {records: true}', '```'];
  const guide = await aGuide({ one: aStep([...compare, '```yaml records', ...lines, '```']) }, [
    'host: {type: hostname, label: Host}',
  ]);
  return guide.problems();
}

describe('typed probes', () => {
  it.each<[string, readonly string[], readonly string[]]>([
    [
      'no list',
      ['tcp: {}'],
      [
        'steps/one.md:5 A `yaml verify` fence must be a list of probes. | Write a list of probes, such as `- tcp: {from: here, host: $HOST, port: 25}`.',
      ],
    ],
    [
      'a list of words',
      ['- tcp'],
      [
        'steps/one.md:5 This entry is no probe. | Write a list of probes, such as `- tcp: {from: here, host: $HOST, port: 25}`.',
      ],
    ],
    [
      'a kind mistyped',
      ['- tcp: {from: here, host: a, port: 25}', '- bannr: {host: a, port: 25}'],
      ['steps/one.md:6 There is no probe of the kind `bannr`. | Did you mean `banner`?'],
    ],
    [
      'a kind that is none',
      ['- ping: {host: a}'],
      [
        'steps/one.md:5 There is no probe of the kind `ping`. | The known ones are `banner`, `tcp`, `dns`, `smtp`, `tls` and `mail`.',
      ],
    ],
    [
      'keys that are not indented',
      ['- tcp:', '  from: here'],
      [
        'steps/one.md:5 A probe has one key, its kind, but this one has `tcp` and `from`. | Indent what a probe asks below its kind, and begin each probe with its own `-`.',
      ],
    ],
    ['a kind with nothing', ['- tcp:'], ['steps/one.md:5 `tcp` has no value. | Give it a value, or take it out.']],
    [
      'a key mistyped, and another missing',
      ['- tcp:', '    from: here', '    hots: a', '    port: 25'],
      [
        'steps/one.md:5 `tcp.host` is missing. | Add `host: …`.',
        'steps/one.md:7 `tcp.hots` is no known key. | Did you mean `host`?',
      ],
    ],
    [
      'a vantage mistyped',
      ['- dns:', '    name: a', '    type: A', '    from: autority'],
      ['steps/one.md:8 `dns.from` must be `here`, `target`, `authority` or `public`. | Did you mean `authority`?'],
    ],
    [
      'a vantage mistyped in a list',
      ['- dns:', '    name: a', '    type: A', '    from:', '      - here', '      - pubic'],
      [
        'steps/one.md:10 Entry 2 of `dns.from` must be `here`, `target`, `authority` or `public`. | Did you mean `public`?',
      ],
    ],
    [
      'a port beyond the last',
      ['- tcp: {from: here, host: a, port: 70000}'],
      ['steps/one.md:5 `tcp.port` must be at most 65535. | undefined'],
    ],
    [
      'a port by name',
      ['- tcp: {from: here, host: a, port: smtp}'],
      ['steps/one.md:5 `tcp.port` must be a port from 1 to 65535, or a $NAME. | Write the number, such as 25.'],
    ],
    [
      'a port that is neither',
      ['- tcp: {from: here, host: a, port: true}'],
      ['steps/one.md:5 `tcp.port` must be a number or text or a list. | undefined'],
    ],
    [
      'a family of addresses that is none',
      ['- tcp: {from: here, host: a, port: 25, family: 5}'],
      ['steps/one.md:5 `tcp.family` must be `4` or `6`. | undefined'],
    ],
    [
      'a broken pattern',
      ['- banner:', '    host: a', '    port: 25', '    expect: "220 ("'],
      [
        'steps/one.md:8 `banner.expect` is no regular expression. | Check its brackets, and put a backslash before characters that shall mean themselves.',
      ],
    ],
    [
      'a banner of nothing',
      ['- banner:', '    expect: x'],
      [
        "steps/one.md:5 `banner.host` is missing: a service is found by its host and port. | Add `host`, or write `of: login` for the banner of the target's own login.",
        "steps/one.md:5 `banner.port` is missing: a service is found by its host and port. | Add `port`, or write `of: login` for the banner of the target's own login.",
      ],
    ],
    [
      'a login banner of another host',
      ['- banner:', '    of: login', '    host: a', '    from: here'],
      [
        'steps/one.md:7 `banner.host` has no meaning with `of: login`, which is the target itself. | Take it out.',
        'steps/one.md:8 `banner.from` has no meaning with `of: login`. | Take it out.',
      ],
    ],
    [
      'DNS without a question',
      ['- dns: {name: a}'],
      ["steps/one.md:5 `dns.type` is missing. | Add `type`, or `records: true` to compare the step's own records."],
    ],
    [
      'DNS that must be there and absent',
      ['- dns:', '    name: a', '    type: A', '    is: 192.0.2.1', '    absent: true'],
      ['steps/one.md:9 `dns.absent` contradicts `is`. | Take one of the two out.'],
    ],
    [
      'an authority that is allowed by an address',
      ['- dns: {name: a, type: A, allows: letsencrypt.org}'],
      ['steps/one.md:5 `dns.allows` has a meaning with `type: CAA` alone. | Take one of the two out.'],
    ],
    [
      'CAA that must allow and be absent',
      ['- dns: {name: a, type: CAA, absent: true, allows: letsencrypt.org}'],
      ['steps/one.md:5 `dns.allows` contradicts `absent`. | Take one of the two out.'],
    ],
    [
      'an SPF that nobody sends from',
      ['- mail: {of: spf, domain: example.com, selector: s}'],
      [
        'steps/one.md:5 `mail.addresses` is missing: `of: spf` needs it. | Add `addresses`.',
        'steps/one.md:5 `mail.selector` has no meaning with `of: spf`. | Take it out.',
      ],
    ],
    [
      'a signed message on a name server',
      ['- mail: {of: signed, domain: example.com, from: authority, file: /tmp/signed.eml}'],
      ['steps/one.md:5 `mail.from` must be the machine that the file is on. | Write `target` or `here`.'],
    ],
    [
      'half a mailbox',
      ['- mail: {of: message, id: a@example.com, mailbox: a@example.com, imap: imap.example.com, file: a.eml}'],
      [
        'steps/one.md:5 `mail.password` is missing: a message is found in a mailbox by `id`, `mailbox`, `password` and `imap`. | Add `password`, or give a `file` alone.',
      ],
    ],
    [
      'an unknown variable',
      ['- tcp:', '    from: here', '    port: 25', '    host: mx.$HOTS'],
      ['steps/one.md:8 `$HOTS` is no input of this guide, and no step so far gives it. | Did you mean `$HOST`?'],
    ],
    [
      'a variable in lower case',
      ['- tcp: {from: here, port: 25, host: $host}'],
      ['steps/one.md:5 `$host` is no variable. | Write `$HOST`.'],
    ],
    [
      'an unknown condition',
      ['- tcp: {from: here, port: 25, host: $HOST, when: hots}'],
      [
        'steps/one.md:5 `when: hots` is no input of this guide, and no step so far gives it. | Did you mean `when: host`?',
      ],
    ],
  ])('are told where they are wrong: %s', async (_, lines, expected) => {
    expect(await wrongWithProbes(lines)).toEqual(expected);
  });

  it.each([`expect: "^220 $\{HOST} "`, 'expect: ^220 $HOST ESMTP$', 'expect: costs [$]US'])(
    'may have variables in patterns: %s',
    async (line) => {
      expect(await wrongWithProbes(['- banner:', '    host: $HOST', '    port: 25', `    ${line}`])).toEqual([]);
    },
  );
});

describe('records', () => {
  it.each<[string, readonly string[], readonly string[]]>([
    [
      'no list',
      ['name: a'],
      [
        'steps/one.md:8 A `yaml records` fence must be a list of records. | Write a list of records, such as `- {name: "{{domain}}", type: TXT, value: "v=spf1 mx -all"}`.',
      ],
    ],
    [
      'a type mistyped',
      ['- name: a', '  type: TXTT', '  value: x'],
      [
        'steps/one.md:9 `type` must be `A`, `AAAA`, `CNAME`, `MX`, `TXT`, `PTR`, `CAA`, `TLSA` or `SRV`. | Did you mean `TXT`?',
      ],
    ],
    [
      'an MX without a priority',
      ['- {name: a, type: MX, value: b}'],
      ['steps/one.md:8 `priority` is missing, and a record of type MX has one. | Add it, such as `priority: 10`.'],
    ],
    [
      'a priority elsewhere',
      ['- name: a', '  type: TXT', '  value: x', '  priority: 10'],
      ['steps/one.md:11 `priority` has no meaning for a record of type TXT. | Take it out.'],
    ],
    [
      'an address that is none',
      ['- {name: a, type: A, value: "2001:db8::1"}', '- {name: a, type: AAAA, value: 192.0.2.1}'],
      [
        'steps/one.md:8 `value` must be an IPv4 address in an A record. | Mend the value.',
        'steps/one.md:9 `value` must be an IPv6 address in an AAAA record. | Mend the value.',
      ],
    ],
    [
      'a variable instead of a template',
      ['- {name: a, type: TXT, value: "$HOST costs $US5"}'],
      ['steps/one.md:8 `$HOST` has no meaning in a record. | Write `{{host}}`.'],
    ],
    [
      'an unknown name',
      ['- name: "{{hots}}"', '  type: TXT', '  value: x', '  when: frobnicate'],
      [
        'steps/one.md:8 `{{hots}}` is no input of this guide, and no step so far gives it. | Did you mean `{{host}}`?',
        'steps/one.md:11 `when: frobnicate` is no input of this guide, and no step so far gives it. | Add it to `inputs:` of the index, or to `gives:` of this or an earlier step.',
      ],
    ],
  ])('are told where they are wrong: %s', async (_, lines, expected) => {
    expect(await wrongWithRecords(lines)).toEqual(expected);
  });

  it('of several fences are one table', async () => {
    const fence = (name: string) => ['```yaml records', `- {name: ${name}, type: TXT, value: x}`, '```'];
    const compare = ['```yaml verify', '- dns: {records: true}', '```'];
    const guide = await (await aGuide({ one: aStep([...fence('a'), 'and', ...fence('b'), ...compare]) })).load();
    expect(guide.steps[0]?.records.map(({ name }) => name)).toEqual(['a', 'b']);
  });
});
