import { closeSync, openSync, writeSync, writevSync } from 'node:fs';
import { join } from 'node:path';
import { makePrivateDirectory } from './directory.ts';

/** The whole output of one attempt, byte for byte, in the session's directory. */
export interface OutputLog {
  readonly file: string;
  /** Takes a piece; it is in the file at the latest after `flush`. Throws the system's error where the disk is full. */
  write(bytes: Uint8Array): void;
  /** Puts what was taken into the file. Throws the system's error where the disk is full. */
  flush(): void;
  close(): void;
}

/** Bytes that are gathered into one write: a flood comes in thousands of small pieces, and each write costs. */
const gathered = 512 * 1024;

/** Begins the output file of an attempt (0600). Throws the system's error. */
export function openOutputLog(sessionDirectory: string, attempt: string): OutputLog {
  const folder = join(sessionDirectory, 'output');
  makePrivateDirectory(folder);
  const file = join(folder, `${attempt}.log`);
  const fd = openSync(file, 'a', 0o600);
  let pieces: Uint8Array[] = [];
  let size = 0;
  const flush = () => {
    const taken = pieces;
    const whole = size;
    pieces = [];
    size = 0;
    if (whole === 0) return;
    // A full disk takes a part and says nothing; writing what is left makes it say why.
    const written = writevSync(fd, taken);
    if (written < whole) writeAll(fd, Buffer.concat(taken).subarray(written));
  };
  return {
    file,
    write(bytes) {
      pieces.push(bytes);
      size += bytes.length;
      if (size >= gathered) flush();
    },
    flush,
    close: () => closeSync(fd),
  };
}

function writeAll(fd: number, bytes: Uint8Array): void {
  for (let written = 0; written < bytes.length; ) written += writeSync(fd, bytes, written);
}
