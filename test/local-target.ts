import { once } from 'node:events';
import { connect } from 'node:net';
import { execa } from 'execa';
import type { Connection, ExecResult } from '../src/remote/connection.ts';
import { DialError } from '../src/remote/connection.ts';

/**
 * This machine in the place of a target: scripts run in a real `sh` of ours, connections are dialled from here. No SSH
 * is involved, so it proves nothing about SSH; test/probe/over-ssh.test.ts does that with a real server.
 */
export function localTarget(options: {
  /** Directories that stand before PATH: one with another `sh`, say. */
  readonly path?: string | undefined;
  /** What a login shows. */
  readonly login?: string;
  /** How a dial from this target fails, as one over SSH may; without it, it is made. */
  readonly dialFails?: DialError;
  /** What becomes of a finished exec on its way to us. */
  readonly onTheWay?: (result: ExecResult) => ExecResult;
}): Connection {
  return {
    host: 'local',
    address: '127.0.0.1',
    port: 22,
    user: 'root',
    hostKey: { type: 'ssh-ed25519', fingerprint: 'SHA256:none' },
    privilege: 'none',
    lost: new Promise(() => undefined),
    async runScript(script, { signal, limit }) {
      const result = await execa('sh', [], {
        input: script,
        env: { PATH: `${options.path === undefined ? '' : `${options.path}:`}${process.env.PATH ?? ''}` },
        encoding: 'buffer',
        stripFinalNewline: false,
        reject: false,
        cancelSignal: signal,
      });
      signal.throwIfAborted();
      const kept = limit ?? 1 << 20;
      const ran: ExecResult = {
        end:
          result.exitCode === undefined
            ? { kind: 'signalled', signal: result.signal ?? 'unknown' }
            : { kind: 'exited', status: result.exitCode },
        stdout: result.stdout.subarray(0, kept),
        stderr: result.stderr.subarray(0, kept),
        truncated: result.stdout.length > kept || result.stderr.length > kept,
      };
      return options.onTheWay?.(ran) ?? ran;
    },
    async dial(host, port, signal) {
      if (options.dialFails !== undefined) throw options.dialFails;
      const socket = connect({ host, port, signal });
      try {
        await once(socket, 'connect');
      } catch (error) {
        signal.throwIfAborted();
        throw new DialError('refused', String(error));
      }
      return socket;
    },
    async readLogin() {
      return options.login ?? '';
    },
    async openShell() {
      throw new Error('A local target has no shell to open.');
    },
    async close() {},
  };
}
