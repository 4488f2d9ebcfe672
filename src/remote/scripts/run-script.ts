import { randomBytes } from 'node:crypto';
import type { Client, ClientChannel } from 'ssh2';
import { orAbort } from '../abort.ts';
import type { ExecEnd, ExecResult, ScriptOptions } from '../connection.ts';
import { openSession } from '../line/session.ts';
import type { SessionGate } from '../line/session-gate.ts';
import { said } from '../said.ts';
import { MarkedStream } from './marked-stream.ts';
import { readMarked } from './read-marked.ts';
import { type Access, launch } from './script-frame.ts';
import { stopScript } from './stop-script.ts';

/** An open line to the server, with its queue for sessions. */
export interface Line {
  readonly client: Client;
  readonly gate: SessionGate;
  readonly lost: Promise<string>;
  /** Processes of scripts that were given up and are being stopped. */
  readonly stopping: Set<Promise<unknown>>;
}

const defaultLimit = 1024 * 1024;
const stopMs = 2000;

/** Runs a script with `sh` on the other side, as `Connection.runScript` promises. */
export async function runScriptOn(
  line: Line,
  access: Access,
  { script, ...options }: ScriptOptions & { readonly script: string },
): Promise<ExecResult> {
  const nonce = randomBytes(12).toString('hex');
  const { command, input } = launch(script, access, { nonce, readsInput: options.input !== undefined });
  const limit = options.limit ?? defaultLimit;
  const stdout = new Kept(limit, options.onStdout);
  const stderr = new Kept(limit, options.onStderr);
  const session = await openSession(line, (client, tell) => client.exec(command, tell), options.signal);
  if (session.kind === 'none') return resultOf({ kind: 'lost', why: session.why }, stdout, stderr);

  const { channel } = session;
  // Writing to a channel that the server has closed raises one; how the script ended is told by `close`.
  channel.on('error', () => undefined);
  const closed = closing(channel);
  const marked = new MarkedStream(nonce);
  const markedErrors = new MarkedStream(nonce);
  const over = new AbortController();
  try {
    const read = Promise.all([
      readMarked(channel, marked, (bytes) => stdout.take(bytes)),
      readMarked(channel.stderr, markedErrors, (bytes) => stderr.take(bytes)),
    ]);
    channel.write(input);
    // Not before the script has begun: until then the shell is reading itself, in blocks, and would swallow it.
    const { input: more } = options;
    const written = more === undefined ? read : marked.begun.then(() => writeAll(channel, more, over.signal));
    await orAbort(Promise.all([read, Promise.race([written, read])]), options.signal);
    const end = marked.status ?? (await orAbort(closed, options.signal));
    return resultOf(await endOf(end, { line, marked, markedErrors }), stdout, stderr);
  } catch (error) {
    stop(line, access, marked.shell);
    throw error;
  } finally {
    over.abort();
    letGo(channel);
  }
}

/** What `close` tells, as ssh2 gives it: a number, or null and a signal, or nothing at all. */
interface Closing {
  readonly code: number | null | undefined;
  readonly signal: string | undefined;
}

/** `close`, not `exit`: output may still come between the two. */
function closing(channel: ClientChannel): Promise<Closing> {
  return new Promise((resolve) => {
    channel.once('close', (code?: number | null, signal?: string) => resolve({ code, signal }));
  });
}

/** An exit status by the mark is the script's own. Without the mark the shell around it was stopped, or never ran. */
async function endOf(
  end: number | Closing,
  {
    line,
    marked,
    markedErrors,
  }: { readonly line: Line; readonly marked: MarkedStream; readonly markedErrors: MarkedStream },
): Promise<ExecEnd> {
  if (typeof end === 'number') return { kind: 'exited', status: end };
  if (end.code === undefined) {
    const why = await Promise.race([
      line.lost,
      Promise.resolve('the server closed the command without an exit status'),
    ]);
    return { kind: 'lost', why };
  }
  if (!marked.hasBegun) {
    const words = said(Buffer.concat([marked.noise, Buffer.from(' '), markedErrors.noise]));
    return {
      kind: 'lost',
      why: `the login did not run it${words === '' ? '' : `, but said ${JSON.stringify(words)}`}`,
    };
  }
  if (end.code === null) return { kind: 'signalled', signal: end.signal ?? 'unknown' };
  return { kind: 'exited', status: end.code };
}

/** Stops what a script that was given up has running. Nobody waits for it but who closes the connection. */
function stop(line: Line, access: Access, shell: string): void {
  const script = stopScript(shell, access);
  if (script === undefined) return;
  const stopping: Promise<unknown> = runScriptOn(line, access, { script, signal: AbortSignal.timeout(stopMs) })
    // Too slow, or the line is lost: then there is nothing that we could do.
    .catch(() => undefined)
    .then(() => line.stopping.delete(stopping));
  line.stopping.add(stopping);
}

/** Writes what the script reads, with backpressure, until there is no more or the script is over. */
async function writeAll(channel: ClientChannel, input: AsyncIterable<Uint8Array>, over: AbortSignal): Promise<void> {
  const pieces = input[Symbol.asyncIterator]();
  try {
    for (;;) {
      const piece = await orAbort(pieces.next(), over);
      if (piece.done === true) break;
      if (!channel.write(piece.value)) await orAbort(new Promise((resolve) => channel.once('drain', resolve)), over);
    }
    channel.end();
  } catch (error) {
    if (!over.aborted) throw error;
  } finally {
    void pieces.return?.();
  }
}

/** Closes the channel also where something that the script left running still holds its output open. */
function letGo(channel: ClientChannel): void {
  channel.resume();
  channel.stderr.resume();
  channel.close();
}

function resultOf(end: ExecEnd, stdout: Kept, stderr: Kept): ExecResult {
  return {
    end,
    stdout: stdout.bytes,
    stderr: stderr.bytes,
    truncated: stdout.isTruncated || stderr.isTruncated,
  };
}

/** Passes pieces on and keeps the first of them, up to a limit. */
class Kept {
  readonly #limit: number;
  readonly #onPiece: ScriptOptions['onStdout'];
  readonly #pieces: Buffer[] = [];
  #length = 0;
  isTruncated = false;

  constructor(limit: number, onPiece: ScriptOptions['onStdout']) {
    this.#limit = limit;
    this.#onPiece = onPiece;
  }

  take(piece: Buffer): void | Promise<void> {
    const taken = this.#onPiece?.(piece);
    const kept = piece.subarray(0, this.#limit - this.#length);
    if (kept.length > 0) this.#pieces.push(kept);
    this.#length += kept.length;
    if (kept.length < piece.length) this.isTruncated = true;
    return taken;
  }

  get bytes(): Uint8Array {
    return Buffer.concat(this.#pieces);
  }
}
