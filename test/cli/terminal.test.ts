import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { aGuide, aStep } from '../guide/a-guide.ts';
import { Pty, type PtyOptions, ptyAvailable } from '../pty.ts';
import { aDirectory, everythingIn } from '../session/a-session.ts';
import { type Sshd, sshdAvailable, startSshd } from '../sshd.ts';
import { aProgram, type Program, targetWords } from './a-program.ts';

let program: Program;
beforeAll(async () => {
  program = await aProgram();
});
afterAll(() => program.remove());

function open(words: readonly string[], options: PtyOptions & { readonly state: string }): Pty {
  const command = ['echo history;', `'${process.execPath}'`, `'${program.path}'`, ...words].join(' ');
  const pty = new Pty(`${command}; echo "status $?"`, {
    ...options,
    // CI=true makes Ink draw nothing where it is asked to find out by itself.
    environment: { XDG_STATE_HOME: options.state, CI: 'true' },
  });
  onTestFinished(() => pty.end());
  return pty;
}

describe.skipIf(!ptyAvailable())('on a terminal (needs script of util-linux)', () => {
  it('opens with the sessions and guides there are, and leaves the terminal as it was', async () => {
    const pty = open([], { state: aDirectory() });
    // The first Enter practises where nothing is saved; the guide that `setup` takes comes before the others.
    await pty.until(/❯ Practice[\s\S]*guides[^\n]*\n *A mail server that Gmail trusts/);
    pty.type('q');
    await pty.ended;
    expect(pty.screen()).toMatch(/^history\nstatus 0/);
    expect(pty.printed).not.toContain('\u001B[3J');
  });

  it('says so where the terminal is too small, and can be left', async () => {
    const pty = open([], { state: aDirectory(), columns: 30, rows: 8 });
    await pty.until('40×10');
    pty.type('\u0003');
    await pty.ended;
    expect(pty.screen()).toMatch(/status 0/);
  });
});

describe.skipIf(!ptyAvailable() || !sshdAvailable())('a session on a terminal, on a real sshd', () => {
  let server: Sshd;
  beforeAll(async () => {
    server = await startSshd();
  });
  afterAll(() => server.stop());

  it('is a story: host key, trust, inputs, action, proof, quit, resume', async () => {
    const place = aDirectory();
    const state = aDirectory();
    const canary = 'c4n4ry-in-the-terminal';
    const guide = await aGuide(
      {
        make: aStep(
          [
            'Makes a file.',
            '',
            '```sh run',
            'IFS= read -r token',
            `echo "making it for $DOMAIN"; [ "\${#token}" -eq ${canary.length} ] && touch ${place}/made`,
            '```',
            '```sh verify',
            `[ -e ${place}/made ] && echo "it is there" || { echo "not there"; exit 1; }`,
            '```',
          ],
          ['secrets: [token]'],
        ),
        look: aStep(['Looks.', '', '```sh verify', 'echo "all is well"', '```'], ['needs: [make]']),
      },
      ['domain: {type: domain, label: Mail domain}', 'token: {type: secret, label: A token}'],
    );
    const words = ['setup', ...(await targetWords(server)), '--guide', guide.path('runbook/guide.md')];

    const first = open(words, { state });
    await first.until(/trust/i);
    first.type('t');
    await first.until('Mail domain');
    first.type('example.com');
    await first.until('example.com');
    first.type('\r');
    const question = await first.until('SHA256:');
    expect(question.replace(/\s/g, '')).toContain((await server.fingerprint()).replace(/\s/g, ''));
    first.type('y');
    await first.until(/connected[\s\S]*Makes a file/);
    first.type('r');
    await first.until('A token');
    first.type(canary);
    first.type('\r');
    await first.until(/proven[\s\S]*it is there/);
    first.type('q');
    await first.ended;
    expect(first.screen()).toMatch(/history[\s\S]*Saved\. Go on with: [\s\S]*status 0/);
    expect(first.printed).not.toContain(canary);
    expect(everythingIn(state).includes(canary)).toBe(false);

    const again = open([], { state });
    await again.until(/1 of 2/);
    again.type('\r');
    // The first screen knows the SSH options with which the session was begun.
    await again.until(/connected[\s\S]*1 of 2 proven/);
    again.type('\u001B[B');
    await again.until('Looks.');
    again.type('v');
    await again.until('2 of 2 proven');
    again.type('q');
    await again.ended;
  });

  it('shows output as it comes, and a key press while it does', async () => {
    const place = aDirectory();
    const guide = await aGuide({
      one: aStep([
        'First text.',
        '',
        '```sh run',
        `echo "first line"; while [ ! -e ${place}/go ]; do sleep 0.1; done; echo "last line"`,
        '```',
        '```sh verify',
        `[ -e ${place}/go ] && echo "gone on" || exit 1`,
        '```',
      ]),
      two: aStep(['Second text.', '', '```sh verify', 'echo yes', '```']),
    });
    const words = [
      'setup',
      ...(await targetWords(server)),
      '--guide',
      guide.path('runbook/guide.md'),
      '--trust',
      '--accept-new-host-key',
    ];
    const pty = open(words, { state: aDirectory(), columns: 120, rows: 40 });
    await pty.until(/connected[\s\S]*First text/);
    pty.type('r');
    await pty.until('│ first line');
    pty.type('j');
    await pty.until('Second text.');
    pty.type('k');
    await pty.until('First text.');
    writeFileSync(join(place, 'go'), '');
    await pty.until('gone on');
    pty.type('q');
    await pty.ended;
  });
});
