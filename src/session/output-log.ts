import { closeSync, fstatSync, openSync, readSync, writeSync, writevSync } from 'node:fs';
import { join } from 'node:path';
import { makePrivateDirectory } from './directory.ts';

/** The whole output of one attempt, byte for byte, in the session's directory. */
export interface OutputLog {
  readonly file: string;
  /** Bytes that were in it when it was opened. */
  readonly size: number;
  /** Gives what was in it when it was opened, a piece at a time. */
  readBack(take: (bytes: Uint8Array) => void): void;
  /** Takes a piece; it is in the file at the latest after `flush`. Throws the system's error where the disk is full. */
  write(bytes: Uint8Array): void;
  /** Puts what was taken into the file. Throws the system's error where the disk is full. */
  flush(): void;
  close(): void;
}

/** Bytes that are gathered into one write: a flood comes in thousands of small pieces, and each write costs. */
const gathered = 512 * 1024;

/**
 * Opens the output file of an attempt (0600), which may be there from an earlier process: to go on at its end, or
 * `anew`. Throws the system's error.
 */
export function openOutputLog(
  sessionDirectory: string,
  attempt: string,
  { anew }: { readonly anew: boolean },
): OutputLog {
  const folder = join(sessionDirectory, 'output');
  makePrivateDirectory(folder);
  const file = join(folder, `${attempt}.log`);
  const fd = openSync(file, anew ? 'w+' : 'a+', 0o600);
  const { size } = fstatSync(fd);
  let pieces: Uint8Array[] = [];
  let waiting = 0;
  const flush = () => {
    const taken = pieces;
    const whole = waiting;
    pieces = [];
    waiting = 0;
    if (whole === 0) return;
    // A full disk takes a part and says nothing; writing what is left makes it say why.
    const written = writevSync(fd, taken);
    if (written < whole) writeAll(fd, Buffer.concat(taken).subarray(written));
  };
  return {
    file,
    size,
    readBack(take) {
      for (let at = 0; at < size; ) {
        const piece = Buffer.alloc(Math.min(gathered, size - at));
        const read = readSync(fd, piece, 0, piece.length, at);
        if (read === 0) return;
        take(piece.subarray(0, read));
        at += read;
      }
    },
    write(bytes) {
      pieces.push(bytes);
      waiting += bytes.length;
      if (waiting >= gathered) flush();
    },
    flush,
    close: () => closeSync(fd),
  };
}

function writeAll(fd: number, bytes: Uint8Array): void {
  for (let written = 0; written < bytes.length; ) written += writeSync(fd, bytes, written);
}
