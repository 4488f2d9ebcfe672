import type { ClientChannel } from 'ssh2';
import { orAbort } from '../abort.ts';
import type { RemoteShell } from '../connection.ts';
import { RemoteError } from '../error.ts';
import type { Line } from '../scripts/run-script.ts';
import { openSession } from './session.ts';

const mostText = 65_536;

/** What a person sees at login, as `Connection.readLogin` promises. `banner` is sshd's own, which came before. */
export async function readLoginOn(
  line: Line,
  banner: string,
  {
    quietMs,
    timeoutMs,
    signal,
  }: { readonly quietMs: number; readonly timeoutMs: number; readonly signal: AbortSignal },
): Promise<string> {
  const channel = await openPty(line, { columns: 80, rows: 24, term: 'dumb' }, signal);
  const decoder = new TextDecoder();
  let text = banner;
  try {
    await orAbort(
      new Promise<void>((resolve) => {
        let quiet: NodeJS.Timeout | undefined;
        const limit = setTimeout(done, timeoutMs);
        function done(): void {
          clearTimeout(limit);
          clearTimeout(quiet);
          resolve();
        }
        signal.addEventListener('abort', done, { once: true });
        channel.on('data', (bytes: Buffer) => {
          text = (text + decoder.decode(bytes, { stream: true })).slice(0, mostText);
          clearTimeout(quiet);
          quiet = setTimeout(done, quietMs);
        });
        channel.once('close', done);
      }),
      signal,
    );
  } finally {
    channel.close();
  }
  return text;
}

/** A shell for a person, as `Connection.openShell` promises. */
export async function openShellOn(
  line: Line,
  size: { readonly columns: number; readonly rows: number },
): Promise<RemoteShell> {
  const term = process.env.TERM ?? 'xterm-256color';
  const channel = await openPty(line, { ...size, term }, new AbortController().signal);
  return {
    stream: channel,
    resize: ({ columns, rows }) => channel.setWindow(rows, columns, 0, 0),
    ended: new Promise((resolve) => {
      channel.once('close', () => resolve());
    }),
  };
}

async function openPty(
  line: Line,
  { columns, rows, term }: { readonly columns: number; readonly rows: number; readonly term: string },
  signal: AbortSignal,
): Promise<ClientChannel> {
  const session = await openSession(line, (client, tell) => client.shell({ cols: columns, rows, term }, tell), signal);
  if (session.kind === 'none') {
    throw new RemoteError('lost', {
      sentence: `The server gives no shell on a terminal: ${session.why}.`,
      remedy: 'Its sshd may forbid it (PermitTTY), or the connection is lost.',
    });
  }
  session.channel.on('error', () => undefined);
  session.channel.stderr.resume();
  return session.channel;
}
