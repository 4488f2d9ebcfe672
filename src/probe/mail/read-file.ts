import { open } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Connection } from '../../remote/connection.ts';
import { shellQuote } from '../../shell/quote.ts';
import { messageOf } from '../network.ts';

/** A message file's octets, or why there are none. `isCut`: it is longer than was asked for. */
export type ReadFile =
  | { readonly kind: 'read'; readonly octets: Buffer; readonly isCut: boolean }
  | { readonly kind: 'failed'; readonly why: string };

/** How much is read. */
interface ReadOptions {
  /** Octets. */
  readonly limit: number;
  readonly signal: AbortSignal;
}

/** Reads the beginning of a file on the operator's machine; `~/` is their home. Rejects with the signal's reason. */
export async function readFileHere(path: string, { limit, signal }: ReadOptions): Promise<ReadFile> {
  signal.throwIfAborted();
  try {
    await using file = await open(path.startsWith('~/') ? join(homedir(), path.slice(2)) : path);
    const buffer = Buffer.alloc(limit + 1);
    let length = 0;
    for (;;) {
      signal.throwIfAborted();
      const { bytesRead } = await file.read(buffer, length, buffer.length - length);
      length += bytesRead;
      if (bytesRead === 0 || length > limit) break;
    }
    return { kind: 'read', octets: buffer.subarray(0, Math.min(length, limit)), isCut: length > limit };
  } catch (error) {
    signal.throwIfAborted();
    return { kind: 'failed', why: messageOf(error) };
  }
}

/** Reads the beginning of a file on the target. Rejects with the signal's reason. */
export async function readFileOnTarget(
  path: string,
  { limit, signal, connection }: ReadOptions & { readonly connection: Connection | null },
): Promise<ReadFile> {
  if (connection === null) return { kind: 'failed', why: 'there is no line to the target' };
  const script = `LC_ALL=C head -c ${limit + 1} -- ${shellQuote(path)}\n`;
  const { end, stdout, stderr } = await connection.runScript(script, { signal, limit: limit + 1 });
  if (end.kind === 'lost') return { kind: 'failed', why: end.why };
  if (end.kind === 'signalled' || end.status !== 0) {
    const said = Buffer.from(stderr).toString().trim();
    return { kind: 'failed', why: said === '' ? 'it could not be read' : said };
  }
  return { kind: 'read', octets: Buffer.from(stdout).subarray(0, limit), isCut: stdout.length > limit };
}
