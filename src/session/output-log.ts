import { closeSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { makePrivateDirectory } from './directory.ts';

/** The whole output of one attempt, byte for byte, in the session's directory. */
export interface OutputLog {
  readonly file: string;
  /** Throws the system's error where the disk is full. */
  write(bytes: Uint8Array): void;
  close(): void;
}

/** Path of an attempt's output. */
export function outputFile(sessionDirectory: string, attempt: string): string {
  return join(sessionDirectory, 'output', `${attempt}.log`);
}

/** Begins the output file of an attempt (0600). Throws the system's error. */
export function openOutputLog(sessionDirectory: string, attempt: string): OutputLog {
  makePrivateDirectory(join(sessionDirectory, 'output'));
  const file = outputFile(sessionDirectory, attempt);
  const fd = openSync(file, 'a', 0o600);
  return {
    file,
    write(bytes) {
      for (let written = 0; written < bytes.length; ) written += writeSync(fd, bytes, written);
    },
    close: () => closeSync(fd),
  };
}
