import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AttemptEnd } from '../../src/remote/attempt.ts';
import { InConnectionAttempts } from '../../src/remote/attempts/in-connection-attempts.ts';
import type { Connection } from '../../src/remote/connection.ts';
import { shellsHere } from '../shell/shells.ts';
import { killIfThere, type Sshd, sshdAvailable, startSshd } from '../sshd.ts';
import { aServer, connectTo, text, unaborted } from './connecting.ts';

let count = 0;

/** Starts a script and gives its id. */
async function start(
  attempts: InConnectionAttempts,
  script: string,
  more: { readonly environment?: Record<string, string>; readonly secrets?: readonly string[] } = {},
): Promise<string> {
  count += 1;
  const id = `attempt-${count}`;
  await attempts.start({ id, script, environment: {}, secrets: [], ...more }, unaborted);
  return id;
}

/** Follows an attempt to its end. `until` is called with all that came so far. */
async function finish(
  attempts: InConnectionAttempts,
  id: string,
  until: (output: string) => void = () => undefined,
): Promise<{ readonly end: AttemptEnd; readonly output: string }> {
  const pieces: Uint8Array[] = [];
  const onBytes = (bytes: Uint8Array): void => {
    pieces.push(bytes);
    until(text(Buffer.concat(pieces)));
  };
  const end = await attempts.follow(id, 0, onBytes, unaborted);
  return { end, output: text(Buffer.concat(pieces)) };
}

describe.skipIf(!sshdAvailable()).each(shellsHere())('an attempt where sh is $name', ({ path }) => {
  let server: Sshd;
  let connection: Connection;
  let attempts: InConnectionAttempts;
  let directory: string;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'brevduva-sh-'));
    await mkdir(join(directory, 'bin'));
    await mkdir(join(directory, 'tmp'));
    await symlink(path, join(directory, 'bin', 'sh'));
    const PATH = `${join(directory, 'bin')}:${process.env.PATH ?? ''}`;
    server = await startSshd({ environment: { PATH, TMPDIR: join(directory, 'tmp') } });
    await server.trust();
    connection = await connectTo(server);
    attempts = new InConnectionAttempts(connection);
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

  it.each([0, 1, 2, 3, 64, 70, 75, 127, 137, 200, 255])('ends with exit status %i', async (status) => {
    const { end } = await run(`exit ${status}`);
    expect(end).toEqual({ kind: 'exited', status, cancelled: false, outputs: {} });
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
    const { end, output } = await run('echo ran\nif true; then');
    expect(end).toEqual({ kind: 'void', why: 'the script does not parse' });
    expect(output).not.toMatch(/^ran/m);
    expect(output).not.toBe('');
    expect(await attempts.status(`attempt-${count}`, unaborted)).toEqual({ kind: 'none' });
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

describe.skipIf(!sshdAvailable())('following an attempt', () => {
  let server: Sshd;
  let connection: Connection;
  let attempts: InConnectionAttempts;

  beforeAll(async () => {
    server = await startSshd();
    await server.trust();
    connection = await connectTo(server);
    attempts = new InConnectionAttempts(connection);
  });
  afterAll(async () => {
    await connection.close();
    await server.stop();
  });

  it('gives all that was printed before it began, and waits with more than fits', async () => {
    const size = 12 * 1024 * 1024;
    const id = await start(attempts, `head -c ${size} /dev/urandom | tee "$HOME/printed"; touch "$HOME/printed-all"`);
    const { end } = await connection.runScript('sleep 0.5; test ! -e "$HOME/printed-all"', { signal: unaborted });
    expect(end).toEqual({ kind: 'exited', status: 0 });
    const hash = createHash('sha256');
    await attempts.follow(id, 0, (bytes) => void hash.update(bytes), unaborted);
    const printed = await readFile(join(server.home, 'printed'));
    expect(hash.digest('hex')).toBe(createHash('sha256').update(printed).digest('hex'));
  });

  it('can be given up and taken up again at the byte where it stood', async () => {
    const size = 3_000_000;
    const id = await start(attempts, `head -c ${size} /dev/urandom | tee "$HOME/again"`);
    const pieces: Uint8Array[] = [];
    let at = 0;
    let end: AttemptEnd | undefined;
    for (let turn = 1; end === undefined; turn += 1) {
      const controller = new AbortController();
      const reason = new Error(`turn ${turn}`);
      const stopAt = at + 700_000;
      end = await attempts
        .follow(
          id,
          at,
          (bytes) => {
            pieces.push(bytes);
            at += bytes.length;
            if (at > stopAt) controller.abort(reason);
          },
          controller.signal,
        )
        .catch((error: unknown) => {
          expect(error).toBe(reason);
          return undefined;
        });
    }
    expect(at).toBe(size);
    expect(Buffer.concat(pieces).equals(await readFile(join(server.home, 'again')))).toBe(true);
  });

  it('starts within what is kept', async () => {
    const id = await start(attempts, 'printf 0123456789');
    const pieces: Uint8Array[] = [];
    await attempts.follow(id, 4, (bytes) => void pieces.push(bytes), unaborted);
    expect(text(Buffer.concat(pieces))).toBe('456789');
  });

  it('says so where the bytes before were given away', async () => {
    const id = await start(attempts, 'printf 0123456789');
    await finish(attempts, id);
    expect(await attempts.follow(id, 0, () => undefined, unaborted)).toMatchObject({ kind: 'unknown' });
    expect(await attempts.follow(id, 10, () => undefined, unaborted)).toMatchObject({ kind: 'exited', status: 0 });
  });

  it('knows nothing of an attempt that another started', async () => {
    expect(await attempts.follow('unheard', 0, () => undefined, unaborted)).toMatchObject({ kind: 'unknown' });
  });

  it('passes on what its taker throws', async () => {
    const id = await start(attempts, 'echo one; sleep 300');
    const full = new Error('disk full');
    const following = attempts.follow(id, 0, () => Promise.reject(full), unaborted);
    await expect(following).rejects.toBe(full);
    // The byte that was not taken is still there.
    let taken = '';
    await attempts.cancel(id, 1000, unaborted);
    const take = (bytes: Uint8Array): void => {
      taken += text(bytes);
    };
    await attempts.follow(id, 0, take, unaborted);
    expect(taken).toBe('one\n');
  });

  it('does not hold up a cancel by standing still', async () => {
    const id = await start(attempts, 'yes');
    let go = (): void => undefined;
    const following = attempts.follow(id, 0, () => new Promise<void>((resolve) => (go = resolve)), unaborted);
    const { gone } = await attempts.cancel(id, 1000, unaborted);
    expect(gone).toBe(true);
    const release = setInterval(() => go(), 0);
    expect(await following).toMatchObject({ kind: 'exited', cancelled: true });
    clearInterval(release);
  });

  it('runs an id once and no more', async () => {
    const id = await start(attempts, 'echo once');
    await expect(attempts.start({ id, script: 'echo twice', environment: {}, secrets: [] }, unaborted)).rejects.toThrow(
      id,
    );
    expect(await finish(attempts, id)).toMatchObject({ output: 'once\n' });
  });

  it('never shows a secret in the arguments or the environment of any process', async () => {
    const canary = 'canary-5e1f';
    const id = await start(attempts, 'read -r secret; echo ready; sleep 0.5', { secrets: [canary] });
    let seen: readonly string[] | undefined;
    let looking: Promise<void> | undefined;
    await finish(attempts, id, () => {
      looking ??= placesOf(canary).then((places) => {
        seen = places;
      });
    });
    await looking;
    expect(seen).toEqual([]);
  });
});

describe.skipIf(!sshdAvailable())('an attempt whose line is cut', () => {
  it('is unknown, never ended, with the bytes that came', async () => {
    const server = await aServer();
    const connection = await connectTo(server);
    const attempts = new InConnectionAttempts(connection);
    const id = await start(attempts, 'echo begun; sleep 5');
    const { end, output } = await finish(attempts, id, async () => {
      for (const pid of await server.connectionPids()) killIfThere(pid);
    });
    expect(end).toMatchObject({ kind: 'unknown' });
    expect(output).toBe('begun\n');
    expect(await attempts.status(id, unaborted)).toMatchObject({ kind: 'unknown' });
    expect(await attempts.cancel(id, 100, unaborted)).toEqual({ gone: false });
    await attempts.interrupt(id, unaborted);
    await expect(start(attempts, 'echo no')).rejects.toMatchObject({ kind: 'lost' });
    await connection.close();
  });

  it('is unknown where its start was given up', async () => {
    const server = await aServer();
    const connection = await connectTo(server);
    const attempts = new InConnectionAttempts(connection);
    const controller = new AbortController();
    const reason = new Error('given up');
    const starting = attempts.start({ id: 'a', script: 'true', environment: {}, secrets: [] }, controller.signal);
    controller.abort(reason);
    await expect(starting).rejects.toBe(reason);
    expect(await attempts.follow('a', 0, () => undefined, unaborted)).toMatchObject({ kind: 'unknown' });
    await connection.close();
  });
});

/** Living processes of a process group. */
async function livingOf(group: number): Promise<readonly string[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const stats = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/stat`, 'latin1').catch(() => '')));
  return stats.filter((stat) => {
    const [state, , ofGroup] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return Number(ofGroup) === group && state !== 'Z';
  });
}

/** Files of /proc that show those words in the arguments or the environment of a process. */
async function placesOf(words: string): Promise<readonly string[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const files = pids.flatMap((pid) => [`/proc/${pid}/cmdline`, `/proc/${pid}/environ`]);
  const texts = await Promise.all(files.map((file) => readFile(file, 'latin1').catch(() => '')));
  return files.filter((_, index) => texts[index]?.includes(words));
}
