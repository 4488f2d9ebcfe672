import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Connection } from '../../src/remote/connection.ts';
import { killIfThere, type Sshd, sshdAvailable, startSshd } from '../sshd.ts';
import { aServer, connectTo, text, unaborted } from './connecting.ts';

describe.skipIf(!sshdAvailable())('a script on a real server', () => {
  let server: Sshd;
  let connection: Connection;

  beforeAll(async () => {
    server = await startSshd();
    await server.trust();
    connection = await connectTo(server);
  });
  afterAll(async () => {
    await connection.close();
    await server.stop();
  });

  const run = (script: string) => connection.runScript(script, { signal: unaborted });

  it.each([0, 1, 2, 3, 64, 70, 75, 126, 127, 128, 137, 200, 254, 255])('ends with exit status %i', async (status) => {
    const { end } = await run(`exit ${status}`);
    expect(end).toEqual({ kind: 'exited', status });
  });

  it('ends with the status of its last command, of exec, and of a failure under set -e', async () => {
    expect((await run('true; false')).end).toEqual({ kind: 'exited', status: 1 });
    expect((await run('exec sh -c "exit 9"')).end).toEqual({ kind: 'exited', status: 9 });
    expect((await run('set -e; (exit 6); echo no')).end).toEqual({ kind: 'exited', status: 6 });
  });

  it('does not end with 0 where its text does not parse', async () => {
    const { end, stdout } = await run('echo begun\nif true; then');
    expect(end).not.toEqual({ kind: 'exited', status: 0 });
    expect(text(stdout)).toBe('begun\n');
  });

  it('is told apart from its shell being killed', async () => {
    const { end } = await run('kill -KILL $$');
    expect(end).toEqual({ kind: 'signalled', signal: 'SIGKILL' });
  });

  it('keeps stdout and stderr apart', async () => {
    const result = await run('echo out; echo err >&2');
    expect(text(result.stdout)).toBe('out\n');
    expect(text(result.stderr)).toBe('err\n');
  });

  it('finds its standard input at its end, so no command in it can swallow the rest', async () => {
    const { stdout } = await run('cat\nread -r line || echo EOF\nssh-keygen -lf - 2>/dev/null\necho rest');
    expect(text(stdout)).toBe('EOF\nrest\n');
  });

  it('may be long, and hold quotes, heredocs and a last line without newline', async () => {
    const filler = `# it's "filler" $(not run) \`either\`\n`.repeat(20_000);
    const { stdout, end } = await run(`${filler}cat <<'EOF'\nit's "here"\nEOF\nprintf last`);
    expect(text(stdout)).toBe('it\'s "here"\nlast');
    expect(end).toEqual({ kind: 'exited', status: 0 });
  });

  it('reads what is written to it while it runs', async () => {
    async function* lines() {
      yield Buffer.from('one\n');
      yield Buffer.from('two\n');
    }
    const script = 'while read -r line; do echo "got $line"; done; echo EOF';
    const { stdout } = await connection.runScript(script, { signal: unaborted, input: lines() });
    expect(text(stdout)).toBe('got one\ngot two\nEOF\n');
  });

  it('does not wait for a writer that never ends', async () => {
    async function* silence() {
      await new Promise(() => undefined);
      yield Buffer.from('never');
    }
    const { end } = await connection.runScript('exit 4', { signal: unaborted, input: silence() });
    expect(end).toEqual({ kind: 'exited', status: 4 });
  });

  it('gives every byte as it is, also a character that comes in two pieces', async () => {
    const pieces: Uint8Array[] = [];
    const script = `printf '\\303'; sleep 0.2; printf '\\244\\000\\377'; printf '\\036begin\\036end 0\\n'`;
    const { stdout } = await connection.runScript(script, {
      signal: unaborted,
      onStdout: (bytes) => void pieces.push(bytes),
    });
    expect(Buffer.from(stdout).toString('hex')).toBe(
      Buffer.from('\xc3\xa4\x00\xff\x1ebegin\x1eend 0\n', 'latin1').toString('hex'),
    );
    expect(Buffer.concat(pieces).equals(Buffer.from(stdout))).toBe(true);
    expect(pieces.length).toBeGreaterThan(1);
  });

  it('keeps only as much as asked for, and says that there was more', async () => {
    const result = await connection.runScript('printf 1234567890; printf abc >&2', { signal: unaborted, limit: 4 });
    expect(text(result.stdout)).toBe('1234');
    expect(text(result.stderr)).toBe('abc');
    expect(result.truncated).toBe(true);
  });

  it('gives 200 MB byte for byte to a slow reader, in bounded memory', async () => {
    const size = 200 * 1024 * 1024;
    const hash = createHash('sha256');
    let received = 0;
    let peak = 0;
    const before = process.memoryUsage().rss;
    const script = `head -c ${size} /dev/zero | tr '\\0' 'x'; head -c 100000 /dev/urandom | tee "$HOME/random"`;
    const { end, truncated } = await connection.runScript(script, {
      signal: unaborted,
      limit: 0,
      onStdout: async (bytes) => {
        hash.update(bytes);
        received += bytes.length;
        peak = Math.max(peak, process.memoryUsage().rss - before);
        await new Promise((resolve) => setImmediate(resolve));
      },
    });
    const random = await readFile(`${server.home}/random`);
    const expected = createHash('sha256').update(Buffer.alloc(size, 'x')).update(random).digest('hex');
    expect(end).toEqual({ kind: 'exited', status: 0 });
    expect(truncated).toBe(true);
    expect(received).toBe(size + random.length);
    expect(hash.digest('hex')).toBe(expected);
    // What the collector has not come to yet counts as well; holding the output would take more than its size.
    expect(peak).toBeLessThan(128 * 1024 * 1024);
  });

  it('stands still while its reader is busy, and holds up no other', async () => {
    let release = (): void => undefined;
    const busy = new Promise<void>((resolve) => {
      release = resolve;
    });
    let received = 0;
    const size = 20 * 1024 * 1024;
    const slow = connection.runScript(`head -c ${size} /dev/zero; touch "$HOME/done"`, {
      signal: unaborted,
      limit: 100,
      onStdout: (bytes) => {
        received += bytes.length;
        return busy;
      },
    });
    const { end } = await run('sleep 0.5; test ! -e "$HOME/done"');
    release();
    await slow;
    expect(end).toEqual({ kind: 'exited', status: 0 });
    expect(received).toBe(size);
  });

  it('ends although something that it left behind holds its output open', async () => {
    const { end, stdout } = await run('sleep 60 & echo "$!"');
    killIfThere(Number(text(stdout)));
    expect(end).toEqual({ kind: 'exited', status: 0 });
  });

  it('is given up when its signal aborts, with the signal’s reason, and takes its processes with it', async () => {
    const controller = new AbortController();
    const reason = new Error('enough');
    let pid = 0;
    const running = connection.runScript('echo $$; sleep 60', {
      signal: controller.signal,
      onStdout: (bytes) => {
        pid = Number(text(bytes));
        controller.abort(reason);
      },
    });
    await expect(running).rejects.toBe(reason);
    await expect.poll(() => isAlive(pid)).toBe(false);
    expect((await run('echo still here')).end).toEqual({ kind: 'exited', status: 0 });
  });

  it('is refused at once where its signal has already aborted', async () => {
    const reason = new Error('before');
    await expect(connection.runScript('echo no', { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });

  it('never has its text, nor a value in it, in the arguments of any process', async () => {
    const canary = 'canary-7f3a';
    let isSeen: boolean | undefined;
    await connection.runScript(`secret='${canary}'; echo "$secret" >/dev/null; echo ready; sleep 0.3`, {
      signal: unaborted,
      onStdout: async () => {
        isSeen = await isInAnyArguments(canary);
      },
    });
    expect(isSeen).toBe(false);
  });
});

describe.skipIf(!sshdAvailable())('a script on a server whose login shell talks', () => {
  it('gives only what it printed itself', async () => {
    const noise = 'echo welcome; echo oops >&2; printf "no newline"';
    const server = await aServer({ home: { '.bashrc': noise, '.profile': noise, '.zshenv': noise } });
    const connection = await connectTo(server);
    try {
      const result = await connection.runScript('echo out; echo err >&2; exit 3', { signal: unaborted });
      expect(text(result.stdout)).toBe('out\n');
      expect(text(result.stderr)).toBe('err\n');
      expect(result.end).toEqual({ kind: 'exited', status: 3 });
    } finally {
      await connection.close();
    }
  });
});

describe.skipIf(!sshdAvailable())('a script whose line is cut', () => {
  it('is lost, never ended, where the server’s process for it is killed', async () => {
    const server = await aServer();
    const connection = await connectTo(server);
    const result = await connection.runScript('echo begun; sleep 60', {
      signal: unaborted,
      onStdout: async () => {
        for (const pid of await server.connectionPids()) killIfThere(pid);
      },
    });
    expect(result.end).toMatchObject({ kind: 'lost' });
    expect(text(result.stdout)).toBe('begun\n');
    await expect(connection.lost).resolves.not.toBe('');
    expect((await connection.runScript('echo no', { signal: unaborted })).end).toMatchObject({ kind: 'lost' });
    await connection.close();
  });

  it('is lost where the server stands still', async () => {
    const server = await aServer();
    const connection = await connectTo(server, { config: ['ServerAliveInterval 1', 'ServerAliveCountMax 1'] });
    const pids = await server.connectionPids();
    for (const pid of pids) killIfThere(pid, 'SIGSTOP');
    const { end } = await connection.runScript('echo never', { signal: unaborted });
    for (const pid of pids) killIfThere(pid);
    expect(end).toEqual({ kind: 'lost', why: 'the server has stopped answering' });
    await connection.close();
  });

  it('is lost where we close the connection under it', async () => {
    const server = await aServer();
    const connection = await connectTo(server);
    const result = await connection.runScript('echo begun; sleep 60', {
      signal: unaborted,
      onStdout: () => void connection.close(),
    });
    expect(result.end).toMatchObject({ kind: 'lost' });
  });
});

async function isAlive(pid: number): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, 'latin1').catch(() => '');
  return stat !== '' && !/\) [ZX] /.test(stat);
}

async function isInAnyArguments(words: string): Promise<boolean> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const lines = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/cmdline`, 'latin1').catch(() => '')));
  return lines.some((line) => line.includes(words));
}
