import { createReadStream } from 'node:fs';
import { UsageError } from '../error.ts';
import { safeLine } from '../text/safe.ts';

/** Bytes of a file that are read at most: a message's headers are far shorter. */
const mostBytes = 4 * 1024 * 1024;

/**
 * The beginning of a file, or of standard input for `-`: at most 4 MiB, however much there is. UTF-8, or what a byte
 * order mark says. Throws UsageError where it cannot be read.
 */
export async function readStart(file: string): Promise<string> {
  const isStandardInput = file === '-';
  if (isStandardInput && process.stdin.isTTY) {
    process.stderr.write('Paste the message with its headers, then press Enter and Ctrl-D.\n');
  }
  try {
    return decode(await firstBytes(isStandardInput ? process.stdin : createReadStream(file)));
  } catch (cause) {
    throw unreadable(isStandardInput ? 'standard input' : file, cause);
  }
}

async function firstBytes(stream: AsyncIterable<Buffer | string>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  // Leaving the loop ends the stream: what comes after is never read.
  for await (const chunk of stream) {
    const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
    chunks.push(bytes);
    length += bytes.length;
    if (length >= mostBytes) break;
  }
  return Buffer.concat(chunks).subarray(0, mostBytes);
}

/** PowerShell writes UTF-16 when its output is sent to a file. */
function decode(bytes: Buffer): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder('utf-16be').decode(bytes);
  return bytes.toString('utf8');
}

function unreadable(file: string, cause: unknown): UsageError {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  const why =
    code === 'ENOENT'
      ? 'there is no such file'
      : code === 'EISDIR'
        ? 'it is a folder'
        : code === 'EACCES'
          ? 'you may not read it'
          : String(cause instanceof Error ? cause.message : cause);
  return new UsageError(
    {
      sentence: `The message cannot be read: ${why}.`,
      place: { file: safeLine(file, 300) },
      remedy: 'Give the path of a saved message, or - for standard input.',
    },
    { cause },
  );
}
