import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AttemptEnd } from '../../src/remote/attempt.ts';
import { InConnectionAttempts } from '../../src/remote/attempts/in-connection-attempts.ts';
import type { Connection } from '../../src/remote/connection.ts';
import { killIfThere, type Sshd, sshdAvailable, startSshd } from '../sshd.ts';
import { finish, placesOf, start } from './attempting.ts';
import { aServer, connectTo, text, unaborted } from './connecting.ts';

describe.skipIf(!sshdAvailable())('following an attempt in its connection', () => {
  let server: Sshd;
  let connection: Connection;
  let attempts: InConnectionAttempts;

  beforeAll(async () => {
    server = await startSshd();
    await server.trust();
    connection = await connectTo(server);
    attempts = new InConnectionAttempts(connection, 'told');
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

describe.skipIf(!sshdAvailable())('an attempt in a connection that is cut', () => {
  it('is unknown, never ended, with the bytes that came', async () => {
    const server = await aServer();
    const connection = await connectTo(server);
    const attempts = new InConnectionAttempts(connection, 'told');
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
    const attempts = new InConnectionAttempts(connection, 'told');
    const controller = new AbortController();
    const reason = new Error('given up');
    const starting = attempts.start({ id: 'a', script: 'true', environment: {}, secrets: [] }, controller.signal);
    controller.abort(reason);
    await expect(starting).rejects.toBe(reason);
    expect(await attempts.follow('a', 0, () => undefined, unaborted)).toMatchObject({ kind: 'unknown' });
    await connection.close();
  });
});
