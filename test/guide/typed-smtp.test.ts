import { describe, expect, it } from 'vitest';
import { aGuide, aStep } from './a-guide.ts';

const inputs = [
  'host: {type: hostname, label: Host}',
  'password: {type: secret, label: Password}',
  'sender: {type: email, label: Sender}',
];

/** What is wrong with a probe of a kind; its keys begin on line 7 of its file, below those of the front matter. */
async function wrongWith(kind: string, lines: readonly string[], settings = ['secrets: [password]']) {
  const fence = ['```yaml verify', `- ${kind}:`, ...lines.map((line) => `    ${line}`), '```'];
  return (await aGuide({ one: aStep(fence, settings) }, inputs)).problems();
}

const server = ['from: here', 'host: $HOST'];

describe('an SMTP probe in a guide', () => {
  it('may ask for everything at once', async () => {
    const lines = [
      ...server,
      'port: 587',
      'family: 6',
      'helo: $HOST',
      'greeting: ^220 $HOST ',
      'name: $HOST',
      'beforeTls: {offers: [STARTTLS], lacks: [AUTH]}',
      'offers: [AUTH PLAIN]',
      'lacks: [STARTTLS]',
      'login: {user: $SENDER, password: $PASSWORD}',
      'envelope: {from: <>, to: a@elsewhere.example, is: refused}',
      'bareLineFeed: {to: $SENDER}',
      'silence: unknown',
      'noroute: warning',
      'timeout: 20',
      'remedy: Mend it.',
      'when: sender',
    ];
    expect(await wrongWith('smtp', lines)).toEqual([]);
  });

  it.each<[string, readonly string[], string]>([
    [
      'a login without TLS',
      ['port: 25', 'login: {user: $SENDER, password: wrong, is: refused}'],
      '10 `smtp.login` needs TLS, and this conversation has none. | Add `security: starttls` or `security: implicit`.',
    ],
    [
      'a password for all to read',
      ['port: 465', 'login: {user: $SENDER, password: hunter2}'],
      '10 `smtp.login.password` is a password that the server accepts, and all who read the guide would know it. | Make it an input of the type `secret`, write `$NAME` here, and list it in `secrets:`.',
    ],
    [
      'a key of a login mistyped',
      ['port: 465', 'login: {user: $SENDER, password: $PASSWORD, iz: refused}'],
      '10 `smtp.login.iz` is no known key. | Did you mean `is`?',
    ],
    [
      'a time before TLS that is none',
      ['port: 465', 'beforeTls: {lacks: [AUTH]}'],
      '10 `smtp.beforeTls` has no meaning with `security: implicit`. | Add `security: starttls`, or use `offers` and `lacks` alone.',
    ],
    [
      'STARTTLS under TLS',
      ['port: 587', 'offers: [starttls]'],
      '10 `smtp.offers` names STARTTLS, which is never offered under TLS (RFC 3207 §4.2). | Write `beforeTls: {offers: [STARTTLS]}`.',
    ],
  ])('is told where it is wrong: %s', async (_, lines, expected) => {
    expect(await wrongWith('smtp', [...server, ...lines])).toEqual([`steps/one.md:${expected}`]);
  });

  it('may have a login where only the session knows the port', async () => {
    const lines = ['from: here', 'host: a', 'port: $HOST', 'login: {user: a, password: $PASSWORD}'];
    expect(await wrongWith('smtp', lines)).toEqual([]);
  });
});

describe('a secret in a probe', () => {
  const login = (password: string) => [...server, 'port: 465', 'login:', '  user: a', `  password: ${password}`];

  it('is for a password alone', async () => {
    expect(await wrongWith('smtp', [...server, 'port: 465', 'login: {user: $PASSWORD, password: $PASSWORD}'])).toEqual([
      'steps/one.md:10 `$PASSWORD` is a secret, and secrets are never shown, nor used in probes but as `password`. | Take it out; a script reads it from standard input, where `secrets:` lists it.',
    ]);
  });

  it('must be one that the step asks for', async () => {
    expect(await wrongWith('smtp', login('$PASSWORD'), [])).toEqual([
      'steps/one.md:11 `$PASSWORD` is a secret that this step does not ask for. | Add `secrets: [password]` to its front matter.',
    ]);
  });

  it('is written as a variable, and known', async () => {
    expect(await wrongWith('smtp', login('$password'))).toEqual([
      'steps/one.md:12 `smtp.login.password` is a password that the server accepts, and all who read the guide would know it. | Make it an input of the type `secret`, write `$NAME` here, and list it in `secrets:`.',
      'steps/one.md:12 `$password` is no variable. | Write `$PASSWORD`.',
    ]);
    expect(await wrongWith('smtp', login('$PASWORD'))).toEqual([
      'steps/one.md:12 `$PASWORD` is no input of this guide, and no step so far gives it. | Did you mean `$PASSWORD`?',
    ]);
  });

  it('makes the probe’s proof rest on it', async () => {
    const fence = ['```yaml verify', '- smtp:', ...login('$PASSWORD').map((line) => `    ${line}`), '```'];
    const guide = await (await aGuide({ one: aStep(fence, ['secrets: [password]']) }, inputs)).load();
    expect(guide.steps[0]?.uses).toEqual(['host', 'password']);
  });
});

describe('a TLS probe in a guide', () => {
  it('may ask for everything at once', async () => {
    const lines = [
      'from: target',
      'host: $HOST',
      'port: [25, 465, 587]',
      'family: 4',
      'servername: $HOST',
      'names: [$HOST, "*.example.com"]',
      'days: 14',
      'chain: any',
      'fingerprint: $HOST',
      'refuses: [TLSv1, TLSv1.1]',
      'old: warning',
      'tickets: absent',
      'starttls: none',
    ];
    expect(await wrongWith('tls', lines)).toEqual([]);
  });

  it.each<[string, readonly string[], string]>([
    [
      'a meaning without a question',
      ['old: warning'],
      '10 `tls.old` has no meaning without `refuses`. | Add `refuses: [TLSv1, TLSv1.1]`, or take it out.',
    ],
    [
      'a version that is not old',
      ['refuses: [TLSv1.2]'],
      '10 Entry 1 of `tls.refuses` must be `TLSv1` or `TLSv1.1`. | Did you mean `TLSv1.1`?',
    ],
  ])('is told where it is wrong: %s', async (_, lines, expected) => {
    expect(await wrongWith('tls', [...server, 'port: 465', ...lines])).toEqual([`steps/one.md:${expected}`]);
  });
});
