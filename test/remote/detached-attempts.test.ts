import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { DetachedAttempts } from '../../src/remote/attempts/detached-attempts.ts';
import { requestText } from '../../src/remote/attempts/request.ts';
import type { Connection } from '../../src/remote/connection.ts';
import { killIfThere, programAvailable, type Sshd, sshdAvailable, startSshd } from '../sshd.ts';
import { finish, livingOf, placesOf, start } from './attempting.ts';
import { aServer, connectTo, text, unaborted } from './connecting.ts';

/** Where a test server's user has his attempts. */
const attemptsOf = (server: Sshd) => join(server.home, '.local', 'state', 'brevduva', 'attempts');
const runOf = (server: Sshd, id: string) => join(attemptsOf(server), id, 'run');

/** The watch of a run: leader of its session. */
async function watchOf(server: Sshd, id: string): Promise<number> {
  return Number((await readFile(join(runOf(server, id), 'pid'), 'latin1')).split(' ')[0]);
}

describe.skipIf(!programAvailable('shellcheck'))('what runs on the target', () => {
  it('is clean under shellcheck, as it is sent', async () => {
    for (const input of [requestText, await readFile('src/remote/attempts/on-target/watch.sh', 'utf8')]) {
      const { stdout } = await execa('shellcheck', ['-'], { input, reject: false });
      expect(stdout).toBe('');
    }
  });
});

describe.skipIf(!sshdAvailable())('a detached attempt', () => {
  let server: Sshd;
  let connection: Connection;
  let attempts: DetachedAttempts;

  beforeAll(async () => {
    server = await startSshd({ home: { '.bashrc': 'echo welcome; echo oops >&2; printf "no newline"' } });
    await server.trust();
    connection = await connectTo(server);
    attempts = new DetachedAttempts(connection);
  });
  afterAll(async () => {
    await connection.close();
    await server.stop();
  });

  /** Another way to the same server, as another process has it. */
  const another = async () => {
    const other = await connectTo(server);
    onTestFinished(() => other.close());
    return { connection: other, attempts: new DetachedAttempts(other) };
  };

  it('does not wait for whoever follows it, and keeps all that it printed', async () => {
    const size = 12 * 1024 * 1024;
    const id = await start(attempts, `head -c ${size} /dev/urandom | tee "$HOME/printed"`);
    await expect.poll(() => attempts.status(id, unaborted)).toEqual({ kind: 'exited', status: 0, cancelled: false });
    const hash = createHash('sha256');
    await attempts.follow(id, 0, (bytes) => void hash.update(bytes), unaborted);
    const printed = await readFile(join(server.home, 'printed'));
    expect(hash.digest('hex')).toBe(createHash('sha256').update(printed).digest('hex'));
  });

  it('is followed from any byte, by anyone who knows its id, also when it has ended', async () => {
    const id = await start(attempts, 'printf 0123456789; exit 3');
    await finish(attempts, id);
    const { attempts: others } = await another();
    for (const from of [0, 4, 10]) {
      const pieces: Uint8Array[] = [];
      const end = await others.follow(id, from, (bytes) => void pieces.push(bytes), unaborted);
      expect(text(Buffer.concat(pieces))).toBe('0123456789'.slice(from));
      expect(end).toMatchObject({ kind: 'exited', status: 3 });
    }
    expect(await others.follow(id, 11, () => undefined, unaborted)).toMatchObject({
      kind: 'unknown',
      why: expect.stringContaining('shorter (10 bytes)'),
    });
  });

  it('gives two who follow at once the same', async () => {
    const id = await start(
      attempts,
      'for i in $(seq 300); do echo "line $i"; [ $((i % 100)) != 0 ] || sleep 0.1; done',
    );
    const { attempts: others } = await another();
    const [one, two] = await Promise.all([finish(attempts, id), finish(others, id)]);
    expect(one.output.split('\n')).toHaveLength(301);
    expect(two).toEqual(one);
  });

  it('gives bytes as they are, where a character comes in two pieces and others are none', async () => {
    const script = `printf '\\303'; sleep 0.3; printf '\\244\\000\\377\\036begin\\n'`;
    const pieces: Uint8Array[] = [];
    await attempts.follow(await start(attempts, script), 0, (bytes) => void pieces.push(bytes), unaborted);
    expect(Buffer.concat(pieces).toString('latin1')).toBe('\xc3\xa4\x00\xff\x1ebegin\n');
  });

  it('runs once, although two processes start it at the same time', async () => {
    const { attempts: others } = await another();
    const script = 'echo ran >> "$HOME/once"';
    const id = 'twice';
    const started = await Promise.allSettled([start(attempts, script, { id }), start(others, script, { id })]);
    expect(started.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect((await finish(attempts, id)).end).toMatchObject({ kind: 'exited', status: 0 });
    await expect(start(attempts, script, { id })).rejects.toMatchObject({ sentence: expect.stringContaining(id) });
    expect(await readFile(join(server.home, 'once'), 'utf8')).toBe('ran\n');
  });

  it('never runs under an id that somebody asked after first', async () => {
    expect(await attempts.follow('asked-first', 0, () => undefined, unaborted)).toEqual({ kind: 'unheard' });
    await expect(start(attempts, 'touch "$HOME/asked-first"', { id: 'asked-first' })).rejects.toMatchObject({
      sentence: expect.stringContaining('started before'),
    });
    expect(await readdir(server.home)).not.toContain('asked-first');
  });

  it('leaves nothing of its session once it is cancelled, also for who comes later', async () => {
    const script = 'trap "" TERM; (trap "" TERM; sleep 300; sleep 300) & echo ready; sleep 300; sleep 300';
    const id = await start(attempts, script);
    await expect.poll(() => readFile(join(runOf(server, id), 'log'), 'utf8')).toBe('ready\n');
    const { attempts: others } = await another();
    expect(await others.cancel(id, 200, unaborted)).toEqual({ gone: true });
    expect(await livingOf(await watchOf(server, id), 'session')).toEqual([]);
    expect((await finish(attempts, id)).end).toMatchObject({ kind: 'exited', status: 137, cancelled: true });
  });

  it('is cancelled although who follows it stands still', async () => {
    // More than is held for a follower. Without an end, `yes` would fill the disk here, and then the line.
    const id = await start(attempts, 'yes | head -c 8000000; sleep 300');
    let go = (): void => undefined;
    const stands = () =>
      new Promise<void>((resolve) => {
        go = resolve;
      });
    const following = attempts.follow(id, 0, stands, unaborted);
    expect(await attempts.cancel(id, 1000, unaborted)).toEqual({ gone: true });
    const release = setInterval(() => go(), 0);
    expect(await following).toMatchObject({ kind: 'exited', cancelled: true });
    clearInterval(release);
  });

  it('is told as orphaned where its watch is killed, followed as long as it runs, and then lost, never ended', async () => {
    const id = await start(attempts, 'echo one; while [ ! -e "$HOME/orphan-may-end" ]; do sleep 0.1; done; echo two');
    killIfThere(await watchOf(server, id));
    await expect
      .poll(() => attempts.status(id, unaborted))
      .toMatchObject({ kind: 'unknown', why: expect.stringContaining('watch on the server was killed') });
    const following = finish(attempts, id);
    await writeFile(join(server.home, 'orphan-may-end'), '');
    expect(await following).toMatchObject({
      output: 'one\ntwo\n',
      end: { kind: 'unknown', why: expect.stringContaining('left no exit status') },
    });
  });

  it('is unknown where the server was started again, and still runs no second time', async () => {
    const id = await start(attempts, 'sleep 300');
    const watch = await watchOf(server, id);
    for (const stat of await livingOf(watch, 'session')) killIfThere(Number(stat.split(' ')[0]));
    await writeFile(join(runOf(server, id), 'boot'), 'another-boot:1\n');
    expect(await finish(attempts, id)).toMatchObject({
      end: { kind: 'unknown', why: expect.stringContaining('started again in the middle') },
    });
    await expect(start(attempts, 'true', { id })).rejects.toMatchObject({ kind: 'configuration' });
  });

  it('takes no other process for itself that has its process id now', async () => {
    const id = await start(attempts, 'sleep 300');
    const watch = await watchOf(server, id);
    for (const stat of await livingOf(watch, 'session')) killIfThere(Number(stat.split(' ')[0]));
    const pid = join(runOf(server, id), 'pid');
    const own = (await readFile(`/proc/${process.pid}/stat`, 'latin1')).replace(/ (\d+)( \S+){30}\n$/, ' 1$2\n');
    const fields = own.slice(own.lastIndexOf(')') + 2).split(' ');
    fields[19] = '1';
    await writeFile(pid, `${process.pid} (sh) ${fields.join(' ')}`);
    expect(await attempts.cancel(id, 100, unaborted)).toEqual({ gone: true });
    expect(await attempts.status(id, unaborted)).toMatchObject({ kind: 'unknown' });
  });

  it('says so where somebody changed its directory', async () => {
    const changes: readonly ((run: string) => Promise<unknown>)[] = [
      (run) => rename(join(run, 'exit.0'), join(run, 'exit.well')),
      (run) => rm(join(run, 'exit.0')),
      (run) => rm(join(run, 'log')),
      (run) => rm(join(run, 'log')).then(() => mkdir(join(run, 'log'))),
    ];
    for (const change of changes) {
      const id = await start(attempts, 'echo done');
      await finish(attempts, id);
      await change(runOf(server, id));
      expect((await finish(attempts, id)).end).toEqual({
        kind: 'unknown',
        why: 'somebody changed what the server had recorded about it',
      });
    }
  });

  it('has its secrets in no file and in no process but its own', async () => {
    const canary = 'c4nary-7d31';
    const script =
      'read -r secret; printf %s "$secret" | wc -c; while [ ! -e "$HOME/canary-may-end" ]; do sleep 0.1; done';
    const id = await start(attempts, script, { secrets: [canary] });
    let looking: Promise<readonly string[]> | undefined;
    const { output } = await finish(attempts, id, () => {
      looking ??= placesOf(canary).finally(() => writeFile(join(server.home, 'canary-may-end'), ''));
    });
    expect(output).toBe('11\n');
    expect(await looking).toEqual([]);
    const { stdout } = await execa('grep', ['-rl', canary, server.home], { reject: false });
    expect(stdout).toBe('');
  });

  it('keeps its directory from everybody else, and gives the script the umask that it had', async () => {
    const id = await start(attempts, 'umask');
    const { output } = await finish(attempts, id);
    const { stdout } = await connection.runScript('umask', { signal: unaborted });
    expect(output).toBe(text(stdout));
    expect((await stat(attemptsOf(server))).mode & 0o777).toBe(0o700);
    expect((await stat(join(runOf(server, id), 'script'))).mode & 0o777).toBe(0o600);
  });

  it('is removed when it ended two weeks ago, and never while it lives', async () => {
    const [ended, living] = [await start(attempts, 'true'), await start(attempts, 'sleep 300')];
    await finish(attempts, ended);
    await mkdir(join(attemptsOf(server), 'new.left'));
    const long = new Date(Date.now() - 16 * 24 * 3_600_000);
    for (const name of [join(ended, 'run'), join(living, 'run'), 'new.left']) {
      await utimes(join(attemptsOf(server), name), long, long);
    }
    await finish(attempts, await start(attempts, 'true'));
    const left = await readdir(attemptsOf(server));
    expect(left).toContain(living);
    expect(left).not.toContain(ended);
    expect(left).not.toContain('new.left');
    await attempts.cancel(living, 1000, unaborted);
  });

  it('says at a start that was given up nothing, and what came of it is told to who asks', async () => {
    const controller = new AbortController();
    const reason = new Error('given up');
    const starting = attempts.start(
      { id: 'given-up', script: 'echo ran', environment: {}, secrets: [] },
      controller.signal,
    );
    controller.abort(reason);
    await expect(starting).rejects.toBe(reason);
    const { end } = await finish(attempts, 'given-up');
    expect(['unheard', 'void', 'exited']).toContain(end.kind);
  });
});

describe.skipIf(!sshdAvailable())('a detached attempt on a server where it cannot be kept', () => {
  const toldAs = async (server: Sshd, script = 'touch "$HOME/ran"') => {
    const connection = await connectTo(server);
    const attempts = new DetachedAttempts(connection);
    const { end } = await finish(attempts, await start(attempts, script));
    await connection.close();
    return end;
  };

  it('does not run where the disk is full, and says what to do', async (context) => {
    const server = await aServer();
    await mkdir(join(server.home, '.local'));
    const mounted = await execa('mount', ['-t', 'tmpfs', '-o', 'size=16k', 'tmpfs', join(server.home, '.local')], {
      reject: false,
    });
    if (mounted.exitCode !== 0) return context.skip('Needs root, to have a small disk.');
    onTestFinished(async () => void (await execa('umount', [join(server.home, '.local')])));
    await execa('sh', ['-c', `cat /dev/zero > ${join(server.home, '.local', 'full')}`], { reject: false });
    expect(await toldAs(server)).toEqual({
      kind: 'void',
      why: expect.stringMatching(/cannot keep a record of it \(No space left on device\); make room, .*: \//),
    });
    expect(await readdir(server.home)).not.toContain('ran');
  });

  it('does not run where the home cannot be written', async () => {
    const server = await aServer();
    await writeFile(join(server.home, '.local'), 'a file in the place of a directory');
    expect(await toldAs(server)).toMatchObject({
      kind: 'void',
      why: expect.stringContaining('(Not a directory); make room'),
    });
    expect(await readdir(server.home)).not.toContain('ran');
  });

  it.each([
    ['sha256sum', 'sha256sum to check the upload with; install it (package coreutils)'],
    ['setsid', 'setsid to run it apart from this login; install it (package util-linux)'],
  ])('does not run where there is no %s', async (missing, told) => {
    const server = await aServer({ environment: { PATH: await binWithout(missing) } });
    expect(await toldAs(server)).toEqual({ kind: 'void', why: `the server has no ${told}` });
    expect(await readdir(server.home)).not.toContain('ran');
  });

  it('records the exit status although the disk got full meanwhile', async (context) => {
    const server = await aServer();
    const local = join(server.home, '.local');
    await mkdir(local);
    const mounted = await execa('mount', ['-t', 'tmpfs', '-o', 'size=512k', 'tmpfs', local], { reject: false });
    if (mounted.exitCode !== 0) return context.skip('Needs root, to have a small disk.');
    onTestFinished(async () => void (await execa('umount', [local])));
    const script = `cat /dev/zero > "$HOME/.local/full" 2>/dev/null; exit 7`;
    expect(await toldAs(server, script)).toMatchObject({ kind: 'exited', status: 7 });
  });
});

/** A directory with all that the start of an attempt needs, but one program. It is removed when the test ends. */
async function binWithout(missing: string): Promise<string> {
  const bin = await mkdtemp(join(tmpdir(), 'brevduva-bin-'));
  onTestFinished(() => rm(bin, { recursive: true }));
  const names = [
    'setsid',
    'sha256sum',
    'sh',
    'cat',
    'mkdir',
    'mktemp',
    'chmod',
    'find',
    'wc',
    'tail',
    'tr',
    'sleep',
    'mv',
    'id',
  ];
  for (const name of names.filter((each) => each !== missing)) {
    const { stdout } = await execa('sh', ['-c', `command -v ${name}`]);
    await symlink(stdout, join(bin, name));
  }
  return bin;
}
