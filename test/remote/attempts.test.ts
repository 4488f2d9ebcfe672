import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Connection } from '../../src/remote/connection.ts';
import { InConnectionAttempts } from '../../src/remote/in-connection-attempts.ts';
import { type Sshd, sshdAvailable, startSshd } from '../sshd.ts';
import { connectTo, text, unaborted } from './connecting.ts';

describe.skipIf(!sshdAvailable())('an attempt', () => {
  let server: Sshd;
  let connection: Connection;
  let attempts: InConnectionAttempts;
  let count = 0;

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

  /** Starts a script and gives its id. */
  async function start(script: string, more: { environment?: Record<string, string>; secrets?: string[] } = {}) {
    count += 1;
    const id = `attempt-${count}`;
    await attempts.start({ id, script, environment: {}, secrets: [], ...more }, unaborted);
    return id;
  }
  async function finish(id: string) {
    const pieces: Uint8Array[] = [];
    const end = await attempts.follow(id, 0, (bytes) => void pieces.push(bytes), unaborted);
    return { end, output: text(Buffer.concat(pieces)) };
  }
  const run = async (script: string, more = {}) => finish(await start(script, more));

  it.each([0, 1, 3, 70, 75, 127, 200, 255])('ends with exit status %i', async (status) => {
    const { end } = await run(`exit ${status}`);
    expect(end).toEqual({ kind: 'exited', status, cancelled: false, outputs: {} });
  });

  it('void', async () => {
    expect(await run('if true; then echo x')).toMatchObject({ end: { kind: 'void' } });
  });
  it('outputs', async () => {
    expect(await run('echo "a=b c" >> "$BREVDUVA_OUTPUT"; echo out; echo err >&2')).toMatchObject({
      output: 'out\nerr\n',
      end: { outputs: { a: 'b c' } },
    });
  });
  it('interrupt', async () => {
    const id = await start('trap "echo caught; exit 5" INT; echo ready; while :; do sleep 0.1; done');
    await attempts.interrupt(id, unaborted);
    expect(await finish(id)).toMatchObject({ end: { kind: 'exited', status: 5 } });
  });
  it('cancel', async () => {
    const id = await start('trap "" TERM; (trap "" TERM; sleep 300) & echo ready; while :; do sleep 0.1; done');
    expect(await attempts.cancel(id, 300, unaborted)).toEqual({ gone: true });
    expect(await finish(id)).toMatchObject({ end: { kind: 'exited', status: 137, cancelled: true } });
  });
});
