import { readdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ShellProbe, ShellProbeOptions } from '../../src/probe/shell.ts';
import { runShellHere, runShellProbes } from '../../src/probe/shell.ts';
import { localTarget } from '../local-target.ts';
import { asSh, shellsHere } from '../shell/shells.ts';

const now = () => new Date('2026-11-24T12:00:00Z');
const unaborted = new AbortController().signal;

function aProbe(text: string, more: Partial<ShellProbe> = {}): ShellProbe {
  return { text, environment: {}, secrets: [], ...more };
}

/** Runs probes on this machine as a target; the temporary files go to a directory of the test's own. */
async function run(scripts: readonly ShellProbe[], more: Partial<ShellProbeOptions> = {}, path?: string) {
  return runShellProbes({ connection: localTarget({ path }), scripts, signal: unaborted, now, ...more });
}

async function runOne(text: string, more: Partial<ShellProbe> = {}) {
  const [result] = await run([aProbe(text, more)]);
  if (result === undefined) throw new Error('no result');
  return result;
}

let temporary: string;
const usual = process.env.TMPDIR;
beforeAll(async () => {
  temporary = await mkdtemp(join(tmpdir(), 'brevduva-probe-'));
  process.env.TMPDIR = temporary;
});
afterAll(async () => {
  if (usual === undefined) delete process.env.TMPDIR;
  else process.env.TMPDIR = usual;
  await rm(temporary, { recursive: true });
});

describe('a shell probe', () => {
  it.each([
    [0, 'true'],
    [1, 'false'],
    [2, 'warning'],
    [69, 'unknown'],
    [75, 'not-yet'],
  ])('that ends with %i is %s, and its last line is what it saw', async (status, verdict) => {
    const { evidence } = await runOne(`echo first; echo seen; echo; exit ${status}`);
    expect(evidence).toMatchObject({ verdict, observed: 'seen', raw: 'first\nseen', vantage: 'target' });
  });

  it.each([
    ['calls an unexpected exit status unknown', 'exit 3', /exit status 3 is no answer/],
    ['calls a missing command unknown', 'brevduva-no-such-command', /command was not found \(exit status 127\)/],
    ['calls a command that may not run unknown', '/etc/passwd', /may not be executed \(exit status 126\)/],
    ['calls the end by a signal unknown', "sh -c 'kill -9 $$'; exit $?", /ended by signal 9/],
    ['calls a script that does not parse unknown', 'if true; then', /does not parse, so nothing of it ran/],
    ['calls its own exit 70 unknown, but not unparsable', 'exit 70', /exit status 70 is no answer/],
  ])('%s', async (_, text, observed) => {
    const { evidence } = await runOne(text);
    expect(evidence.verdict).toBe('unknown');
    expect(evidence.observed).toMatch(observed);
    expect(evidence.remedy).toBeDefined();
  });

  it('says what to do in lines of their own, which are no part of what it saw', async () => {
    const { evidence } = await runOne(
      "echo first; echo 'remedy: Turn it on,'; echo seen; echo 'remedy: then verify again.'; exit 1",
    );
    expect(evidence).toMatchObject({ observed: 'seen', raw: 'first\nseen', remedy: 'Turn it on, then verify again.' });
  });

  it('says by itself why it cannot be known, and what to do', async () => {
    const { evidence } = await runOne("echo 'the list refuses to answer'; echo 'remedy: Ask another.'; exit 69");
    expect(evidence).toMatchObject({
      verdict: 'unknown',
      observed: 'the list refuses to answer',
      remedy: 'Ask another.',
    });
  });

  it('has no remedy where nothing is to be mended, and our own where the probe itself is broken', async () => {
    const fine = await runOne("echo 'remedy: Turn it on.'; echo seen");
    const broken = await runOne("echo 'remedy: Turn it on.'; echo seen; exit 3");
    expect(fine.evidence).not.toHaveProperty('remedy');
    expect(broken.evidence.remedy).toMatch(/^Run it by hand/);
  });

  it('says so when it printed nothing', async () => {
    expect((await runOne('true')).evidence.observed).toBe('nothing printed, exit status 0');
  });

  it('shows stderr too, and nothing that drives a terminal', async () => {
    const { evidence } = await runOne(`printf '\\033]0;title\\007\\033[31mred\\n'; echo "err" >&2; exit 1`);
    expect(evidence.raw).toBe('red\nerr');
  });

  it('keeps the last 4,000 characters of what was printed', async () => {
    const { evidence } = await runOne('i=0; while [ $i -lt 3000 ]; do echo "line $i"; i=$((i + 1)); done');
    expect(evidence.raw).toHaveLength(4_000);
    expect(evidence.raw).toMatch(/line 2998\nline 2999$/);
  });

  it('reads inputs as variables, and secrets from standard input, exactly', async () => {
    const value = `it's "$HOME" \`x\`; * \\ ünï`;
    const { evidence } = await runOne(
      'read -r first; read -r second; cat; test "$first$second" = "$BOTH" && echo "$VALUE"',
      {
        environment: { VALUE: value, BOTH: "pa$$'wordtwo words" },
        secrets: ["pa$$'word", 'two words'],
      },
    );
    expect(evidence).toMatchObject({ verdict: 'true', observed: value });
  });

  it('never tells a secret that a script prints, in plain or in base64', async () => {
    const { evidence, outputs } = await runOne(
      'read -r secret; echo "<$secret>"; printf "\\0user\\0%s" "$secret" | base64; echo "key=$secret" >>"$BREVDUVA_OUTPUT"; echo "remedy: say $secret"; echo "last $secret"; exit 1',
      { secrets: ['correct horse battery'] },
    );
    expect(evidence.observed).toBe('last [secret]');
    expect(evidence.remedy).toBe('say [secret]');
    expect(evidence.raw).toMatch(/^<\[secret\]>\n\S*\[secret\]\S*\n/);
    expect(evidence.raw).not.toMatch(/horse|Y29ycmVjdC|hvcnNl/);
    expect(outputs).toEqual({});
  });

  it('hands on what it appends to $BREVDUVA_OUTPUT, and tells what is no key=value', async () => {
    const { evidence, outputs } = await runOne(
      'printf "%s\\n" ipv4=192.0.2.1 "text=a = b" ipv4=192.0.2.2 "not a pair" UPPER=1 >>"$BREVDUVA_OUTPUT"; echo ok',
    );
    expect(outputs).toEqual({ ipv4: '192.0.2.2', text: 'a = b' });
    expect(evidence.raw).toBe(
      'ok\n(ignored in $BREVDUVA_OUTPUT, no key=value: not a pair)\n(ignored in $BREVDUVA_OUTPUT, no key=value: UPPER=1)',
    );
  });

  it('cannot print the frame of another one, since it never learns the nonce', async () => {
    const [spy, other] = await run([
      aProbe('set; env; echo "$@"; ps -ef 2>/dev/null; echo end'),
      aProbe('echo other; exit 1'),
    ]);
    expect(spy?.evidence.observed).toBe('end');
    expect(spy?.evidence.raw).not.toMatch(/\b[0-9a-f]{32}\b/);
    expect(other?.evidence).toMatchObject({ verdict: 'false', observed: 'other' });
  });

  it('is not disturbed by what another one leaves running', async () => {
    const go = join(temporary, 'go');
    const done = join(temporary, 'done');
    const [left, other] = await run([
      aProbe(`echo left; (until [ -e ${go} ]; do sleep 0.05; done; echo late; : >${done}) &`),
      aProbe(`: >${go}; until [ -e ${done} ]; do sleep 0.05; done; echo other; rm ${go} ${done}`),
    ]);
    expect(left?.evidence).toMatchObject({ verdict: 'true', raw: 'left\nlate' });
    expect(other?.evidence).toMatchObject({ verdict: 'true', raw: 'other' });
  });

  it('is stopped with all its processes when it runs too long, while others keep their answers', async () => {
    const mark = `brevduva-${process.pid}-${Date.now()}`;
    const [slow, spinning, quick] = await run(
      [
        aProbe(`echo begun; (MARK=${mark} sh -c 'trap "" TERM; while :; do sleep 0.1; done') & wait`),
        aProbe('while :; do :; done'),
        aProbe('echo quick'),
      ],
      { limitSeconds: 1 },
    );
    expect(slow?.evidence).toMatchObject({
      verdict: 'unknown',
      observed: 'The probe ran for more than 1 s and was stopped.',
      raw: expect.stringMatching(/^begun/),
    });
    expect(spinning?.evidence.verdict).toBe('unknown');
    expect(quick?.evidence).toMatchObject({ verdict: 'true', observed: 'quick' });
    const [left] = await run([
      aProbe(`i=0; while grep -qsF MARK=${mark} /proc/[0-9]*/environ && [ $i -lt 100 ]; do sleep 0.1; i=$((i + 1)); done
        ! grep -lsF MARK=${mark} /proc/[0-9]*/environ`),
    ]);
    expect(left?.evidence.verdict).toBe('true');
  });

  it('leaves no file behind', async () => {
    await run([aProbe('echo a=1 >>"$BREVDUVA_OUTPUT"'), aProbe('if'), aProbe('exit 9')]);
    expect(readdirSync(temporary)).toEqual([]);
  });

  it('is unknown where no temporary file can be made', async () => {
    process.env.TMPDIR = join(temporary, 'missing');
    const { evidence } = await runOne('echo ok').finally(() => {
      process.env.TMPDIR = temporary;
    });
    expect(evidence).toMatchObject({
      verdict: 'unknown',
      observed: 'No temporary file could be made there, so nothing was run.',
    });
  });

  it.each([
    [
      'the line was lost',
      { kind: 'lost', why: 'keepalive timeout' } as const,
      /the line was lost \(keepalive timeout\)/,
    ],
    ['the shell was killed', { kind: 'signalled', signal: 'KILL' } as const, /ended by KILL/],
    ['the shell ended early, with 0', { kind: 'exited', status: 0 } as const, /exit status 0 before it said/],
  ])('is unknown without its frame: %s', async (_, end, observed) => {
    const connection = localTarget({ onTheWay: (ran) => ({ ...ran, end, stdout: new Uint8Array() }) });
    const [result] = await runShellProbes({ connection, scripts: [aProbe('true')], signal: unaborted, now });
    expect(result?.evidence.verdict).toBe('unknown');
    expect(result?.evidence.observed).toMatch(observed);
  });

  it('keeps the answer that arrived before the line was lost', async () => {
    const connection = localTarget({ onTheWay: (ran) => ({ ...ran, end: { kind: 'lost', why: 'gone' } }) });
    const [result] = await runShellProbes({ connection, scripts: [aProbe('exit 1')], signal: unaborted, now });
    expect(result?.evidence.verdict).toBe('false');
  });

  it('rejects with the reason of the signal', async () => {
    const controller = new AbortController();
    const file = join(temporary, 'running');
    const running = run([aProbe(`: >${file}; while [ -e ${file} ]; do sleep 0.05; done`)], {
      signal: controller.signal,
    });
    await run([aProbe(`until [ -e ${file} ]; do sleep 0.05; done`)]);
    controller.abort(new Error('enough'));
    await expect(running).rejects.toThrow('enough');
    await rm(file);
  });

  it('is not even started where there is none', async () => {
    expect(await run([])).toEqual([]);
  });
});

describe.each(shellsHere())('shell probes in $name', (shell) => {
  it('run side by side, each with its own answer', async () => {
    const sh = asSh(shell);
    const directory = await mkdtemp(join(temporary, 'sh-'));
    try {
      const { status, stdout } = await sh.run('command -v sh');
      expect(status).toBe(0);
      const results = await run(
        [
          aProbe('echo one >&2; exit 1'),
          aProbe('read -r x; echo "two $x"', { secrets: ['y'] }),
          aProbe('('),
          aProbe('sleep 9'),
          // The shell itself gives up, or does not find a command: no answer of the script's.
          aProbe('set -u; echo "$NOPE"; exit 0'),
          aProbe('brevduva-no-such-command; exit 1'),
          aProbe(': > /nonexistent/file || exit 1'),
        ],
        { limitSeconds: 1 },
        stdout.toString().trim().replace(/\/sh$/, ''),
      );
      expect(results.map(({ evidence }) => [evidence.verdict, evidence.observed.slice(0, 20)])).toEqual([
        ['false', 'one'],
        ['true', 'two y'],
        ['unknown', "The probe's script d"],
        ['unknown', 'The probe ran for mo'],
        ['unknown', 'The probe itself is '],
        ['unknown', 'The probe itself is '],
        ['unknown', 'The probe itself is '],
      ]);
    } finally {
      sh.remove();
      await rm(directory, { recursive: true });
    }
  });
});

describe('a probe on the operator’s own machine', () => {
  it('says that it looked from here', async () => {
    const { evidence, outputs } = await runShellHere(
      aProbe('echo "v=1" >>"$BREVDUVA_OUTPUT"; echo "$X"', { environment: { X: 'here' } }),
      {
        signal: unaborted,
        now,
      },
    );
    expect(evidence).toEqual({
      probe: 'sh verify on=here',
      verdict: 'true',
      expected: '',
      observed: 'here',
      raw: 'here',
      vantage: 'here',
      at: '2026-11-24T12:00:00.000Z',
    });
    expect(outputs).toEqual({ v: '1' });
  });

  it('ends with all its processes when it is no longer wanted', async () => {
    const controller = new AbortController();
    const file = join(temporary, 'pid');
    const running = runShellHere(aProbe(`sh -c 'echo $$ >${file}.new; mv ${file}.new ${file}; exec sleep 300'`), {
      signal: controller.signal,
      now,
    });
    const [begun] = await run([aProbe(`until [ -e ${file} ]; do sleep 0.05; done; cat ${file}`)]);
    controller.abort(new Error('enough'));
    await expect(running).rejects.toThrow('enough');
    const stat = `/proc/${begun?.evidence.observed}/stat`;
    // a zombie has ended; who reaps it is not ours to say
    const [gone] = await run([aProbe(`until [ ! -e ${stat} ] || grep -q ') Z ' ${stat}; do sleep 0.05; done`)]);
    expect(gone?.verdict).toBe('true');
    await rm(file);
  });
});
