import { describe, expect, it } from 'vitest';
import type { InputSpec, InputType } from '../../src/guide/guide.ts';
import { environmentOf, fillTemplate, resolveInputs } from '../../src/guide/inputs.ts';
import { validateInput } from '../../src/guide/validate-input.ts';

function anInput(name: string, more: Partial<InputSpec> = {}): InputSpec {
  return {
    name,
    type: 'text',
    label: name,
    optional: false,
    choices: [],
    generate: false,
    place: { file: 'g.md', line: 1 },
    ...more,
  };
}

function answer(type: InputType, typed: string, more: Partial<InputSpec> = {}): string {
  const result = validateInput(anInput('value', { type, label: 'Value', ...more }), typed);
  return result.ok ? result.value : `refused: ${result.sentence}`;
}

describe('a typed value', () => {
  it.each<[InputType, string, string]>([
    ['domain', ' Example.COM. ', 'example.com'],
    ['domain', 'Exämple.se', 'xn--exmple-cua.se'],
    ['domain', 'xn--exmple-cua.se', 'xn--exmple-cua.se'],
    ['domain', 'a-b.c1.example', 'a-b.c1.example'],
    ['domain', '1.example', '1.example'],
    ['hostname', 'Mail.Example.com', 'mail.example.com'],
    ['ip', '203.0.113.10', '203.0.113.10'],
    ['ip', '2001:DB8:0:0:0:0:0:1', '2001:db8::1'],
    ['ip', '::', '::'],
    ['email', 'Jane.Doe+x@Example.com', 'Jane.Doe+x@example.com'],
    ['email', 'a@exämple.se', 'a@xn--exmple-cua.se'],
    ['choice', 'both', 'both'],
    ['text', '  två ord  ', 'två ord'],
    ['secret', ' kept as typed ', ' kept as typed '],
  ])('of type %s is made canonical: "%s"', (type, typed, expected) => {
    expect(answer(type, typed, { choices: ['send', 'both'] })).toBe(expected);
  });

  it.each<[InputType, string, string]>([
    ['domain', '', 'Value is needed.'],
    ['domain', 'localhost', '"localhost" is not a domain, such as example.com: it has no dot.'],
    [
      'domain',
      'https://example.com',
      '"https://example.com" is not a domain, such as example.com: leave out the part before and with //.',
    ],
    ['domain', 'me@example.com', '"me@example.com" is not a domain, such as example.com: leave out all up to the @.'],
    ['domain', 'example.com/x', '"example.com/x" is not a domain, such as example.com: it must not have "/".'],
    ['domain', 'ex%41mple.com', '"ex%41mple.com" is not a domain, such as example.com: it must not have "%".'],
    ['domain', 'a b.com', '"a b.com" is not a domain, such as example.com: it must not have " ".'],
    ['domain', '*.example.com', '"*.example.com" is not a domain, such as example.com: it must not have "*".'],
    [
      'domain',
      '192.0.2.1',
      '"192.0.2.1" is not a domain, such as example.com: that is an address, and a name is wanted.',
    ],
    ['domain', '1.2.3', '"1.2.3" is not a domain, such as example.com: no such name can be registered (RFC 5891).'],
    [
      'domain',
      'xn--a.com',
      '"xn--a.com" is not a domain, such as example.com: no such name can be registered (RFC 5891).',
    ],
    ['domain', 'a..com', '"a..com" is not a domain, such as example.com: it has an empty part between dots.'],
    [
      'domain',
      '-a.com',
      '"-a.com" is not a domain, such as example.com: each part between dots has letters, digits and inner hyphens only.',
    ],
    ['domain', `${'a'.repeat(64)}.com`, 'a part between dots is longer than 63 characters'],
    ['domain', `${'a.'.repeat(126)}com`, 'it is longer than 253 characters'],
    ['hostname', 'mail', '"mail" is not a full host name, such as mail.example.com: it has no dot.'],
    ['ip', '203.0.113', '"203.0.113" is not an IP address, such as 203.0.113.10 or 2001:db8::10.'],
    ['ip', '203.0.113.010', '"203.0.113.010" is not an IP address, such as 203.0.113.10 or 2001:db8::10.'],
    ['ip', 'fe80::1%eth0', '"fe80::1%eth0" is not an IP address, such as 203.0.113.10 or 2001:db8::10.'],
    ['email', 'me', '"me" is not an email address, such as me@example.com: it has no @.'],
    [
      'email',
      'a..b@example.com',
      '"a..b@example.com" is not an email address, such as me@example.com: before the @ it has letters, digits, and dots between them.',
    ],
    [
      'email',
      'me@localhost',
      '"me@localhost" is not an email address, such as me@example.com: after the @, it has no dot.',
    ],
    ['email', `${'a'.repeat(65)}@example.com`, 'the part before the @ is longer than 64 characters'],
    ['choice', 'sned', '"sned" is not among the choices. Did you mean `send`?'],
    ['choice', 'frobnicate', '"frobnicate" is not among the choices. The known ones are `send` and `both`.'],
    ['text', 'two\nlines', 'Value must be one line.'],
    ['text', 'a\u001bb', 'Value holds the invisible character U+001B.'],
    ['text', 'a\0b', 'Value holds the invisible character U+0000.'],
    ['text', 'x'.repeat(1001), 'Value must not be longer than 1000 characters.'],
    ['secret', '', 'Value is needed.'],
    ['secret', 'a\nb', 'Value must be one line, without a NUL character.'],
    ['secret', 'a\0b', 'Value must be one line, without a NUL character.'],
  ])('of type %s is refused in one sentence: "%s"', (type, typed, expected) => {
    const said = answer(type, typed, { choices: ['send', 'both'] });
    expect(said).toMatch(/^refused: /);
    expect(said).toContain(expected);
  });

  it('may be empty where it is optional', () => {
    expect(answer('domain', ' ', { optional: true })).toBe('');
    expect(answer('secret', '', { optional: true })).toBe('');
  });

  it('is never repeated where it is a secret', () => {
    expect(answer('secret', 'hunter2\n')).not.toContain('hunter2');
  });
});

describe('the inputs of a guide', () => {
  const inputs = [
    anInput('domain', { type: 'domain' }),
    anInput('host', { type: 'hostname', default: 'mail.{{domain}}' }),
    anInput('banner', { default: '{{host}} at {{domain}}' }),
    anInput('relay', { type: 'hostname', optional: true }),
    anInput('route', { default: 'via {{relay}}' }),
    anInput('password', { type: 'secret' }),
  ];

  it('have defaults that use each other', () => {
    const { values, problems } = resolveInputs({ inputs }, { domain: 'Example.com', relay: 'r.example.net' });
    expect(values).toEqual({
      domain: 'example.com',
      host: 'mail.example.com',
      banner: 'mail.example.com at example.com',
      relay: 'r.example.net',
      route: 'via r.example.net',
    });
    expect(problems).toEqual([]);
  });

  it('are asked for where they have no value, but not where a default only waits for another', () => {
    const { values, missing } = resolveInputs({ inputs }, {});
    expect(missing.map(({ name }) => name)).toEqual(['domain', 'route', 'password']);
    expect(values).toEqual({ relay: '' });
  });

  it('count an empty text as not given', () => {
    expect(resolveInputs({ inputs }, { domain: 'a.example', host: '' }).values.host).toBe('mail.a.example');
  });

  it('keep secrets apart from all other values', () => {
    const { values, secrets, missing } = resolveInputs({ inputs }, { domain: 'a.example', password: 'p', route: 'x' });
    expect(values).not.toHaveProperty('password');
    expect(secrets).toEqual({ password: 'p' });
    expect(missing).toEqual([]);
  });

  it('are refused with all that is wrong, and then are still asked for', () => {
    const { missing, problems } = resolveInputs(
      { inputs },
      { domian: 'a.example', domain: 'localhost', route: 'x', password: 'a\nb' },
    );
    expect(problems).toEqual([
      { sentence: 'This guide has no input `domian`.', remedy: 'Did you mean `domain`?' },
      {
        sentence: '"localhost" is not a domain, such as example.com: it has no dot.',
        remedy: 'Give it again: --set domain=…',
      },
      { sentence: 'password must be one line, without a NUL character.', remedy: 'Type it again.' },
    ]);
    expect(missing.map(({ name }) => name)).toEqual(['domain', 'password']);
  });

  it('are refused where a default with its values is not valid', () => {
    const long = `${'a'.repeat(60)}.`.repeat(4);
    const { problems } = resolveInputs({ inputs }, { domain: `${long}example`, relay: 'r.example', password: 'p' });
    expect(problems.map(({ sentence }) => sentence)).toEqual([
      expect.stringContaining('it is longer than 253 characters'),
    ]);
  });

  it('may be named like members of every object', () => {
    const odd = [anInput('constructor'), anInput('valueof', { default: '{{constructor}}' })];
    expect(resolveInputs({ inputs: odd }, {}).missing.map(({ name }) => name)).toEqual(['constructor']);
    expect(fillTemplate('{{constructor}}', {})).toBe('{{constructor}}');
  });

  it('end even where a caller gives defaults in a circle', () => {
    const circle = [anInput('a', { default: '{{b}}' }), anInput('b', { default: '{{a}}' })];
    expect(resolveInputs({ inputs: circle }, {}).values).toEqual({});
  });
});

describe('values in force', () => {
  it('are variables in upper case', () => {
    expect(environmentOf({ domain: 'a.example', dkim_selector: 's' })).toEqual({
      DOMAIN: 'a.example',
      DKIM_SELECTOR: 's',
    });
  });

  it('fill prose once, and leave gaps to be seen', () => {
    expect(fillTemplate('{{a}} {{ b }} {{c}} {{.Names}}', { a: '{{b}}', b: '$&' })).toBe('{{b}} $& {{c}} {{.Names}}');
  });
});
