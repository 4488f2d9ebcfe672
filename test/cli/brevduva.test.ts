import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { aGuide, aStep, files } from '../guide/a-guide.ts';
import { aDirectory } from '../session/a-session.ts';
import { freePort, generateKey, type Sshd, sshdAvailable, startSshd } from '../sshd.ts';
import { aProgram, jsonLines, type Program, targetWords } from './a-program.ts';

let program: Program;
beforeAll(async () => {
  program = await aProgram();
});
afterAll(() => program.remove());

const noTrace = expect.not.stringMatching(/^\s+at /m);
const twoSteps = (place: string) => ({
  one: aStep([
    '```sh run',
    `echo making; echo one >> ${place}/one`,
    '```',
    '```sh verify',
    `[ -e ${place}/one ] && echo "one is there" || { echo "no one"; exit 1; }`,
    '```',
  ]),
  two: aStep(
    ['```sh verify', `[ -e ${place}/two ] && echo "two is there" || { echo "no two"; exit 1; }`, '```'],
    ['needs: [one]'],
  ),
});

describe('the help', () => {
  it('names every verb and what the exit statuses mean', async () => {
    const { status, out } = await program.call(['--help'], { state: aDirectory() });
    expect(status).toBe(0);
    for (const word of ['setup', 'run', 'check', 'lint', 'headers', 'dns', 'Exit status', '130'])
      expect(out).toContain(word);
  });

  it.each([
    [
      'setup',
      [
        '--guide',
        '--set',
        '--secret-file',
        '--trust',
        '--accept-new-host-key',
        '--salvage',
        '--resolver',
        '--authority',
        '-F',
        '-i',
        '-J',
        '-l',
        '-p',
      ],
    ],
    ['run', ['--yes', '--until', '--step', '--json', '--guide', '-F']],
    ['check', ['--json', '--guide', '-F']],
    ['lint', ['file']],
    ['headers', ['--json', 'file', 'standard input', 'Exit status']],
    ['dns', ['--zone', '--json', 'session', 'Exit status']],
  ])('tells every option of %s', async (verb, options) => {
    const { status, out } = await program.call([verb, '--help'], { state: aDirectory() });
    expect(status).toBe(0);
    for (const option of options) expect(out).toContain(option);
  });

  it('tells a default only where it is a word', async () => {
    const { out } = await program.call(['run', '--help'], { state: aDirectory() });
    expect(out.replace(/\s+/g, ' ').match(/\(default: [^)]*\)/g)).toEqual(['(default: smtp)']);
  });
});

describe('bad input gets one sentence and an exit status', () => {
  it.each([
    ['an unknown verb', ['frobnicate'], 2, /“frobnicate” is no verb/],
    ['an unknown option', ['run', 'host', '--untill', 'x'], 2, /unknown option '--untill'/],
    ['a missing target', ['setup'], 2, /missing required argument/],
    ['a target that is none', ['run', 'a b'], 2, /“a b” is no target/],
    ['a target that reads as an option to ssh', ['run', '--', '-oProxyCommand=x'], 2, /is no target/],
    ['an unknown guide', ['run', 'host', '--guide', 'smpt'], 2, /There is no guide `smpt`.*\n.*`smtp`/],
    ['an unknown input', ['run', 'host', '--set', 'domian=x'], 2, /has no input “domian”.*\n.*Did you mean `?domain/],
    ['a bad value', ['run', 'host', '--set', 'domain=x y'], 2, /domain/],
    ['an authority without a certificate', ['run', 'host', '--authority', 'package.json'], 2, /holds no certificate/],
    ['a pair that is none', ['run', 'host', '--set', 'domain'], 2, /no name=value pair/],
    [
      'an unknown checkpoint',
      ['run', '127.0.0.1:1', '--set', 'domain=example.com', '--until', 'name-servr'],
      2,
      /has no checkpoint “name-servr”.*\n.*name-server/,
    ],
    [
      'two words that exclude each other',
      ['run', '127.0.0.1:1', '--set', 'domain=example.com', '--until', 'ipv6', '--step', 'ipv6'],
      2,
      /exclude each other/,
    ],
    ['a missing input without a terminal', ['run', '127.0.0.1:1'], 2, /needs a value for domain/],
    ['no terminal for the full screen', ['setup', 'host'], 2, /needs a terminal/],
    ['no terminal for the first screen', [], 2, /needs a terminal/],
  ])('%s', async (_what, args, status, sentence) => {
    const said = await program.call(args, { state: aDirectory() });
    expect(said.err).toMatch(sentence);
    expect(said.err).toEqual(noTrace);
    expect(said.status).toBe(status);
  });

  it('a host that does not answer is unknown', async () => {
    const { directory } = await files({ config: 'Host *\nUserKnownHostsFile none\n' });
    const words = [`127.0.0.1:${await freePort()}`, '-F', join(directory, 'config'), '--set', 'domain=example.com'];
    const said = await program.call(['run', ...words, '--until', 'choose-server', '--yes'], { state: aDirectory() });
    expect(said.out + said.err).toMatch(/refused/);
    expect(said.status).toBe(3);
  });

  it('a state directory that cannot be made', async () => {
    const place = aDirectory();
    writeFileSync(join(place, 'file'), '');
    const said = await program.call(['run', 'host', '--set', 'domain=example.com'], { state: join(place, 'file') });
    expect(said).toMatchObject({ status: 2, err: expect.stringMatching(/cannot save its progress/) });
  });

  it('a guide with mistakes: all of them, each with its line', async () => {
    const guide = await aGuide({ one: aStep(['```sh vreify', 'true', '```'], ['nedes: [two]']) });
    const path = guide.path('runbook/guide.md');
    const linted = await program.call(['lint', path], { state: aDirectory() });
    expect(linted.status).toBe(2);
    expect(linted.out).toMatch(/steps\/one\.md:3: .*nedes/);
    expect(linted.out).toMatch(/steps\/one\.md:5: .*vreify/);
    const run = await program.call(['run', 'host', '--guide', path], { state: aDirectory() });
    expect(run).toMatchObject({ status: 2, err: expect.stringMatching(/one\.md:3[\s\S]*one\.md:5/) });
  });
});

describe('lint', () => {
  it('refuses a verify whose answer a failing command would choose', async () => {
    const guide = await aGuide({ one: aStep(['```sh verify', '# looks', 'set -eu', 'true', '```']) });
    const said = await program.call(['lint', guide.path('runbook/guide.md')], { state: aDirectory() });
    expect(said).toMatchObject({ status: 2, out: expect.stringMatching(/steps\/one\.md:6: A verify with `set -e`/) });
  });

  it('finds nothing wrong with the guides that come with Brevduva', async () => {
    const said = await program.call(['lint'], { state: aDirectory() });
    expect(said).toMatchObject({ status: 0, out: 'Nothing is wrong.' });
  });
});

describe.skipIf(!sshdAvailable())('without a full screen, on a real sshd', () => {
  let server: Sshd;
  beforeAll(async () => {
    server = await startSshd();
    await server.trust();
  });
  afterAll(() => server.stop());

  it('runs a guide to its proof, and changes nothing when run again', async () => {
    const place = aDirectory();
    const state = aDirectory();
    writeFileSync(join(place, 'two'), '');
    const guide = await aGuide(twoSteps(place));
    const words = [...(await targetWords(server)), '--guide', guide.path('runbook/guide.md'), '--trust', '--yes'];
    const first = await program.call(['run', ...words], { state });
    expect(first.out).toContain('making');
    expect(first.out).toMatch(/1 A step: proven[\s\S]*2 A step: proven[\s\S]*2 of 2 proven/);
    expect(first.status).toBe(0);
    expect((await program.call(['run', ...words], { state })).status).toBe(0);
    expect(readFileSync(join(place, 'one'), 'utf8')).toBe('one\n');
  });

  it('speaks JSON, one object a line', async () => {
    const place = aDirectory();
    const guide = await aGuide(twoSteps(place));
    const words = [
      ...(await targetWords(server)),
      '--guide',
      guide.path('runbook/guide.md'),
      '--trust',
      '--yes',
      '--json',
    ];
    const { status, out } = await program.call(['run', ...words], { state: aDirectory() });
    const lines = jsonLines(out);
    expect(lines.filter(({ kind }) => kind === 'output')).toEqual([{ kind: 'output', step: 'one', line: 'making' }]);
    expect(lines.filter(({ kind }) => kind === 'checkpoint')).toMatchObject([
      { id: 'one', number: 1, state: { kind: 'proven' }, evidence: [{ observed: 'one is there', vantage: 'target' }] },
      { id: 'two', number: 2, state: { kind: 'todo' } },
    ]);
    expect(lines.at(-1)).toMatchObject({ kind: 'summary', proven: 1, total: 2, exitStatus: 1 });
    expect(status).toBe(1);
  });

  it('runs no action unasked', async () => {
    const place = aDirectory();
    const guide = await aGuide(twoSteps(place));
    const words = [...(await targetWords(server)), '--guide', guide.path('runbook/guide.md'), '--trust'];
    const said = await program.call(['run', ...words], { state: aDirectory() });
    expect(said).toMatchObject({ status: 2, err: expect.stringMatching(/--yes/) });
    expect(existsSync(join(place, 'one'))).toBe(false);
  });

  it('goes on after what could not be seen, with what does not need it', async () => {
    const guide = await aGuide({
      one: aStep(['```sh verify', 'exit 3', '```']),
      two: aStep(['```sh verify', 'echo yes', '```']),
      three: aStep(['```sh verify', 'echo yes', '```'], ['needs: [one]']),
    });
    const words = [...(await targetWords(server)), '--guide', guide.path('runbook/guide.md'), '--trust', '--yes'];
    const said = await program.call(['run', ...words], { state: aDirectory() });
    expect(said.out).toMatch(/1 A step: unknown[\s\S]*2 A step: proven[\s\S]*3 A step: blocked by one/);
    expect(said.status).toBe(1);
  });

  it('stops after --until, and does only --step', async () => {
    const place = aDirectory();
    const guide = await aGuide(twoSteps(place));
    const words = [...(await targetWords(server)), '--guide', guide.path('runbook/guide.md'), '--trust', '--yes'];
    expect((await program.call(['run', ...words, '--until', 'one'], { state: aDirectory() })).status).toBe(0);
    const only = await program.call(['run', ...words, '--step', 'two'], { state: aDirectory() });
    expect(only.out).not.toContain('1 A step');
    expect(only.status).toBe(1);
  });

  it('refuses a guide that is not its own until it is trusted', async () => {
    const guide = await aGuide(twoSteps(aDirectory()));
    const words = [...(await targetWords(server)), '--guide', guide.path('runbook/guide.md'), '--yes'];
    const said = await program.call(['run', ...words], { state: aDirectory() });
    expect(said).toMatchObject({ status: 2, err: expect.stringMatching(/did not come with Brevduva[\s\S]*--trust/) });
  });

  it('check only looks, and its exit status says what it saw', async () => {
    const place = aDirectory();
    const state = aDirectory();
    writeFileSync(join(place, 'one'), '');
    writeFileSync(join(place, 'two'), '');
    const guide = await aGuide(twoSteps(place));
    const words = [...(await targetWords(server)), '--guide', guide.path('runbook/guide.md'), '--trust'];
    expect((await program.call(['check', ...words], { state })).status).toBe(0);
    rmSync(join(place, 'one'));
    const after = await program.call(['check', ...words, '--json'], { state });
    expect(after.status).toBe(1);
    expect(jsonLines(after.out)[0]).toMatchObject({ state: { kind: 'failed', why: 'No longer holds: no one' } });
    expect(existsSync(join(place, 'one'))).toBe(false);
  });

  it('opens any Markdown: its fences run, and are never called proven', async () => {
    const place = aDirectory();
    const { path } = await files({ 'notes.md': `# Notes\n\n## First\n\n\`\`\`sh\necho did > ${place}/did\n\`\`\`\n` });
    const words = [...(await targetWords(server)), '--guide', path('notes.md'), '--trust', '--yes'];
    const said = await program.call(['run', ...words], { state: aDirectory() });
    expect(said.out).toContain('ran, not proven');
    expect(said.out).toContain('0 of 1 proven');
    expect(readFileSync(join(place, 'did'), 'utf8')).toBe('did\n');
  });

  it('refuses an unknown host key without a terminal, unless it was told to accept it', async () => {
    const stranger = await startSshd();
    try {
      const guide = await aGuide({ one: aStep(['```sh verify', 'echo yes', '```']) });
      const words = [...(await targetWords(stranger)), '--guide', guide.path('runbook/guide.md'), '--trust', '--yes'];
      const refused = await program.call(['run', ...words], { state: aDirectory() });
      expect(refused.status).toBe(3);
      expect(refused.out).toContain(await stranger.fingerprint());
      const accepted = await program.call(['run', ...words, '--accept-new-host-key'], { state: aDirectory() });
      expect(accepted.status).toBe(0);
      expect(readFileSync(stranger.knownHosts, 'utf8')).toContain(await stranger.hostKey());
    } finally {
      await stranger.stop();
    }
  });

  it('says which ways to log in were tried when none worked', async () => {
    const key = join(aDirectory(), 'other');
    await generateKey(key, 'ed25519');
    const config = await server.clientConfig([`IdentityFile ${key}`, 'IdentitiesOnly yes']);
    writeFileSync(config, readFileSync(config, 'utf8').replace(`IdentityFile ${server.identity}\n`, ''));
    const guide = await aGuide({ one: aStep(['```sh verify', 'echo yes', '```']) });
    const words = [`127.0.0.1:${server.port}`, '-F', config, '--guide', guide.path('runbook/guide.md'), '--trust'];
    const said = await program.call(['check', ...words], { state: aDirectory() });
    expect(said.out).toMatch(/publickey/);
    expect(said.status).toBe(3);
  });

  it('lets one process at a time work on a session, and ends with 130 when it is interrupted', async () => {
    const place = aDirectory();
    const state = aDirectory();
    const guide = await aGuide({
      one: aStep(['```sh run', 'echo started; exec sleep 600', '```', '```sh verify', `[ -e ${place}/x ]`, '```']),
    });
    const words = [...(await targetWords(server)), '--guide', guide.path('runbook/guide.md'), '--trust', '--yes'];
    const child = spawn(process.execPath, [program.path, 'run', ...words], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, XDG_STATE_HOME: state },
    });
    await new Promise<void>((resolve) => {
      child.stdout.on('data', (chunk: Buffer) => {
        if (chunk.toString().includes('started')) resolve();
      });
    });
    const second = await program.call(['run', ...words], { state });
    expect(second).toMatchObject({ status: 2, err: expect.stringContaining(`process ${child.pid}`) });
    child.kill('SIGINT');
    const [status] = await once(child, 'exit');
    expect(status).toBe(130);
  });

  it('tells that it waits, and what for, as soon as it does', async () => {
    const place = aDirectory();
    const guide = await aGuide({
      one: aStep([
        '```sh verify every=1s for=1h',
        `[ -e ${place}/x ] && echo "it is there" || { echo "no x"; exit 75; }`,
        '```',
      ]),
    });
    const words = [
      ...(await targetWords(server)),
      '--guide',
      guide.path('runbook/guide.md'),
      '--trust',
      '--yes',
      '--json',
    ];
    const child = spawn(process.execPath, [program.path, 'run', ...words], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, XDG_STATE_HOME: aDirectory() },
    });
    onTestFinished(() => void child.kill());
    const lines: unknown[] = [];
    for await (const line of createInterface(child.stdout)) {
      lines.push(JSON.parse(line));
      if (line.includes('no x')) writeFileSync(join(place, 'x'), '');
    }

    expect(lines).toEqual([
      {
        kind: 'note',
        tone: 'calm',
        sentence: expect.stringMatching(/^Waiting for “A step” until .*\d\d:\d\d at the latest\. Not yet: no x$/),
      },
      expect.objectContaining({ kind: 'checkpoint', state: expect.objectContaining({ kind: 'proven' }) }),
      expect.objectContaining({ kind: 'summary', exitStatus: 0 }),
    ]);
  });

  it('tells a damaged journal by its line, and goes on with --salvage', async () => {
    const place = aDirectory();
    const state = aDirectory();
    writeFileSync(join(place, 'one'), '');
    const guide = await aGuide(twoSteps(place));
    const words = [...(await targetWords(server)), '--guide', guide.path('runbook/guide.md'), '--trust'];
    await program.call(['check', ...words], { state });
    const sessions = join(state, 'brevduva', 'sessions');
    const journal = join(sessions, readdirSync(sessions)[0] ?? '', 'events.jsonl');
    const lines = readFileSync(journal, 'utf8').split('\n');
    writeFileSync(journal, [lines[0], 'garbage', ...lines.slice(1)].join('\n'));
    const refused = await program.call(['check', ...words], { state });
    expect(refused).toMatchObject({
      status: 2,
      err: expect.stringMatching(/events\.jsonl:2: .*damaged[\s\S]*--salvage/),
    });
    const mended = await program.call(['check', ...words, '--salvage'], { state });
    expect(mended.err).toMatch(/was mended/);
    expect(mended.status).toBe(1);
  });

  it('goes on after a torn last line, and says so', async () => {
    const state = aDirectory();
    const guide = await aGuide({ one: aStep(['```sh verify', 'echo yes', '```']) });
    const words = [...(await targetWords(server)), '--guide', guide.path('runbook/guide.md'), '--trust'];
    await program.call(['check', ...words], { state });
    const sessions = join(state, 'brevduva', 'sessions');
    appendFileSync(join(sessions, readdirSync(sessions)[0] ?? '', 'events.jsonl'), '{"kind":');
    const said = await program.call(['check', ...words], { state });
    expect(said.err).toMatch(/cut short by a crash/);
    expect(said.status).toBe(0);
  });
});
