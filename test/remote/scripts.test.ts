import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Connection } from '../../src/remote/connection.ts';
import { type Sshd, sshdAvailable, startSshd } from '../sshd.ts';
import { connectTo, text, unaborted } from './connecting.ts';

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

  it('keeps stdout and stderr apart', async () => {
    const result = await run('echo out; echo err >&2');
    expect(text(result.stdout)).toBe('out\n');
    expect(text(result.stderr)).toBe('err\n');
  });
});
