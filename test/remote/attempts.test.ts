import { mkdir, mkdtemp, readdir, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AttemptRunner } from '../../src/remote/attempt.ts';
import { DetachedAttempts } from '../../src/remote/attempts/detached-attempts.ts';
import { InConnectionAttempts } from '../../src/remote/attempts/in-connection-attempts.ts';
import type { Connection } from '../../src/remote/connection.ts';
import { shellsHere } from '../shell/shells.ts';
import { killIfThere, type Sshd, sshdAvailable, startSshd } from '../sshd.ts';
import { finish, livingOf, start } from './attempting.ts';
import { connectTo, unaborted } from './connecting.ts';

/** What a target has: another shell as `sh`, or all of its programs from busybox. `furnish` gives its PATH. */
function targetsHere() {
  const path = process.env.PATH ?? '';
  const withShells = shellsHere().map((shell) => ({
    name: `sh is ${shell.name}`,
    async furnish(directory: string) {
      await symlink(shell.path, join(directory, 'sh'));
      return `${directory}:${path}`;
    },
  }));
  const busybox = shellsHere().find(({ name }) => name === 'busybox');
  if (busybox === undefined) return withShells;
  const all = {
    name: 'every program is busybox',
    async furnish(directory: string) {
      await execa(busybox.path, ['--install', '-s', directory]);
      return directory;
    },
  };
  return [...withShells, all];
}

const kinds = [
  { kind: 'detached', on: (connection: Connection) => new DetachedAttempts(connection) },
  { kind: 'in the connection', on: (connection: Connection) => new InConnectionAttempts(connection, 'told') },
];
const everyCase = kinds.flatMap((kind) => targetsHere().map((target) => ({ ...kind, ...target })));

describe.skipIf(!sshdAvailable()).each(everyCase)('an attempt, $kind, where $name', ({ on, furnish }) => {
  let server: Sshd;
  let connection: Connection;
  let attempts: AttemptRunner;
  let directory: string;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'brevduva-sh-'));
    await mkdir(join(directory, 'bin'));
    await mkdir(join(directory, 'tmp'));
    const PATH = await furnish(join(directory, 'bin'));
    server = await startSshd({ environment: { PATH, TMPDIR: join(directory, 'tmp') } });
    await server.trust();
    connection = await connectTo(server);
    attempts = on(connection);
  });
  afterAll(async () => {
    const leftOver = await readdir(join(directory, 'tmp'));
    await connection.close();
    await server.stop();
    await rm(directory, { recursive: true });
    // Nothing of an attempt stays behind.
    expect(leftOver).toEqual([]);
  });

  const run = async (script: string, more = {}) => finish(attempts, await start(attempts, script, more));

  it('ends with its own exit status, whichever it is', async () => {
    const statuses = [0, 1, 2, 3, 64, 70, 75, 127, 137, 200, 255];
    const ran = await Promise.all(statuses.map((status) => run(`exit ${status}`)));
    expect(ran.map(({ end }) => end)).toEqual(
      statuses.map((status) => ({ kind: 'exited', status, cancelled: false, outputs: {} })),
    );
  });

  it('ends with 128 and the signal’s number where its script is killed', async () => {
    expect(await run('sh -c "kill -KILL \\$\\$"; exit $?')).toMatchObject({ end: { kind: 'exited', status: 137 } });
    expect(await run('kill -KILL $$')).toMatchObject({ end: { kind: 'exited', status: 137 } });
  });

  it('gives stdout and stderr in the order in which they were written', async () => {
    const { output } = await run('for i in 1 2 3 4 5; do echo out$i; echo err$i >&2; done; printf end');
    expect(output).toBe('out1\nerr1\nout2\nerr2\nout3\nerr3\nout4\nerr4\nout5\nerr5\nend');
  });

  it('never ran where its script does not parse, and that is not an exit status of 70', async () => {
    const id = await start(attempts, 'echo ran\nif true; then');
    const { end, output } = await finish(attempts, id);
    expect(end).toEqual({ kind: 'void', why: 'the script does not parse' });
    expect(output).not.toMatch(/^ran/m);
    expect(output).not.toBe('');
    expect(await attempts.status(id, unaborted)).toEqual({ kind: 'void', why: 'the script does not parse' });
  });

  it('has its inputs in the environment and its secrets on standard input, then end-of-file', async () => {
    const script = 'read -r a; IFS= read -r b; read -r c || echo EOF; echo "$DOMAIN <$a> <$b>"';
    const secrets = ['pass word', " $HOME 'q' \\ å"];
    const { output } = await run(script, { environment: { DOMAIN: "it's.example" }, secrets });
    expect(output).toBe(`EOF\nit's.example <pass word> < $HOME 'q' \\ å>\n`);
  });

  it('gives what it appended to $BREVDUVA_OUTPUT', async () => {
    const lines = [
      'selector=mail',
      'key=v=1; p=ab"c\\n',
      'no assignment',
      '1bad=x',
      'selector=second',
      'last=no newline',
    ];
    const script = [
      `printf '%s\\n' ${lines
        .slice(0, -1)
        .map((line) => `'${line}'`)
        .join(' ')} >> "$BREVDUVA_OUTPUT"`,
    ];
    script.push(`printf '%s' '${lines.at(-1)}' >> "$BREVDUVA_OUTPUT"`, 'stat -c %a "$BREVDUVA_OUTPUT"');
    expect(await run(script.join('\n'))).toMatchObject({
      output: '600\n',
      end: { outputs: { selector: 'second', key: 'v=1; p=ab"c\\n', last: 'no newline' } },
    });
  });

  it('cannot report for its watch, nor be mistaken for it', async () => {
    const { end } = await run('echo "exited 9" >&2; echo "void x" >&3; exit 4');
    expect(end).toMatchObject({ kind: 'exited', status: 4 });
  });

  it('does with SIGINT what it likes', async () => {
    const id = await start(attempts, 'trap "echo caught; exit 5" INT; echo ready; while :; do sleep 0.1; done');
    let isSent = false;
    const finished = await finish(attempts, id, (output) => {
      if (isSent || !output.includes('ready')) return;
      isSent = true;
      void attempts.interrupt(id, unaborted);
    });
    expect(finished).toMatchObject({ output: 'ready\ncaught\n', end: { kind: 'exited', status: 5, cancelled: false } });
  });

  it('ends with 130 on SIGINT where it says nothing about it', async () => {
    // A shell may lose a signal between the fork and the exec of its child, so it is the child that is waited for.
    const id = await start(attempts, 'sh -c "echo ready; exec sleep 300"; echo never');
    let isSent = false;
    const finished = await finish(attempts, id, () => {
      if (!isSent) void attempts.interrupt(id, unaborted);
      isSent = true;
    });
    expect(finished).toMatchObject({ output: 'ready\n', end: { kind: 'exited', status: 130 } });
  });

  it('is running until it has ended', async () => {
    expect(await attempts.status('unheard', unaborted)).toEqual({ kind: 'none' });
    const id = await start(attempts, 'sleep 300');
    expect(await attempts.status(id, unaborted)).toEqual({ kind: 'running' });
    await attempts.cancel(id, 5000, unaborted);
    await finish(attempts, id);
    expect(await attempts.status(id, unaborted)).toEqual({ kind: 'exited', status: 143, cancelled: true });
    expect(await attempts.cancel(id, 100, unaborted)).toEqual({ gone: true });
  });

  it('is gone with all its children once cancelled, although they ignore TERM', async () => {
    const tree =
      'trap "" TERM; (trap "" TERM; sleep 300; sleep 300) & sh -c "trap \\"\\" TERM; sleep 300; :" & echo $$; wait';
    const id = await start(attempts, tree);
    let group = 0;
    let cancelled: Promise<{ readonly gone: boolean }> | undefined;
    const { end } = await finish(attempts, id, (output) => {
      if (!output.includes('\n') || cancelled !== undefined) return;
      group = Number(output);
      cancelled = attempts.cancel(id, 200, unaborted);
    });
    expect(await cancelled).toEqual({ gone: true });
    expect(end).toMatchObject({ kind: 'exited', status: 137, cancelled: true });
    expect(await livingOf(group)).toEqual([]);
  });

  it('may clean up after TERM, and what it prints then is not lost', async () => {
    const id = await start(attempts, 'trap "echo cleaned; exit 9" TERM; echo ready; while :; do sleep 0.1; done');
    let cancelled: Promise<unknown> | undefined;
    const finished = await finish(attempts, id, (output) => {
      if (output.includes('ready')) cancelled ??= attempts.cancel(id, 10_000, unaborted);
    });
    await cancelled;
    expect(finished.end).toMatchObject({ kind: 'exited', status: 9, cancelled: true });
    // Some shells say of their own sleep that it was terminated.
    expect(finished.output).toMatch(/^ready\n(Terminated\n)?cleaned\n$/);
  });

  it('does not wait for what it left in the background', async () => {
    const { end, output } = await run('setsid sleep 300 & echo $!');
    killIfThere(Number(output));
    expect(end).toMatchObject({ kind: 'exited', status: 0 });
  });
});
