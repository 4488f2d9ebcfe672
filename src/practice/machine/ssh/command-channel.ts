import type { ServerChannel, Session } from 'ssh2';
import type { Machine } from '../machine.ts';
import { signalOf } from '../processes.ts';
import { LiveInput } from '../shell/live-input.ts';
import { Shell } from '../shell/shell.ts';

/** One `exec` request. */
export interface CommandRequest {
  readonly command: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly session: Session;
}

/** What sshd gives every login. */
export const loginEnvironment: Readonly<Record<string, string>> = {
  HOME: '/root',
  USER: 'root',
  LOGNAME: 'root',
  SHELL: '/bin/bash',
  PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  LANG: 'C.UTF-8',
};

/** Runs a command as sshd does: by the login shell, with the channel as its input and output. */
export async function runCommand(machine: Machine, channel: ServerChannel, request: CommandRequest): Promise<void> {
  const { command, environment, session } = request;
  const live = new LiveInput();
  channel.on('data', (bytes: Buffer) => live.push(bytes));
  channel.on('end', () => live.end());
  channel.on('error', () => live.end());
  const { process, exit } = await machine.processes.begin({ name: 'bash', leads: true });
  // As sshd: when the channel is gone, what runs in it reads no more, and prints to nobody.
  channel.on('close', () => live.end());
  session.on('signal', (accept, _reject, { name }) => {
    const signal = signalOf(name);
    if (signal !== undefined) machine.processes.signal(process, signal);
    accept?.();
  });
  const write =
    (to: NodeJS.WritableStream) =>
    (bytes: Buffer): void => {
      if (channel.writable) to.write(bytes);
    };
  const shell = new Shell({
    machine,
    process,
    sinks: { out: write(channel), err: write(channel.stderr) },
    live,
    readsLive: true,
  });
  const status = await shell.run({
    text: command,
    environment: { ...loginEnvironment, ...environment },
    folder: '/root',
    input: '',
  });
  await exit(status);
  if (!channel.writable) return;
  channel.exit(status);
  channel.end();
}
