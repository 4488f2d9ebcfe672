import { isUtf8 } from 'node:buffer';
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import type { Place } from '../error.ts';
import { deceptiveCharacter } from './characters.ts';
import type { Complain } from './error.ts';

/** A piece of a file: its text, and the line of the file (from 1) on which the text begins. */
export interface Excerpt {
  readonly file: string;
  readonly text: string;
  readonly line: number;
}

/** What reading a guide file gave: its text with `\n` line ends and without a byte order mark, or why there is none. */
export type Reading =
  | { readonly kind: 'read'; readonly source: Excerpt }
  | { readonly kind: 'absent' }
  | { readonly kind: 'refused'; readonly why: string; readonly remedy: string };

/** Bytes that a guide file may have; the largest real one is a hundredth of that. */
export const fileLimit = 1024 * 1024;

/** Reads a guide file whole; `shown` is the path that problems are told with, if not the same. Never rejects. */
export async function readSource(path: string, shown = path): Promise<Reading> {
  try {
    return await readRegular(path, shown);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return { kind: 'absent' };
    return { kind: 'refused', why: `cannot be read (${code})`, remedy: 'Check its permissions.' };
  }
}

async function readRegular(path: string, shown: string): Promise<Reading> {
  // why: opened without blocking, since opening a named pipe would wait for a writer that never comes
  const handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const status = await handle.stat();
    if (status.isDirectory()) return refused('is a directory, not a guide', 'Name a Markdown file in it.');
    if (!status.isFile()) return refused('is not a regular file', 'Copy the guide into a file.');
    if (status.size > fileLimit) return refused('is larger than 1 MiB', 'Split it; a guide file holds at most 1 MiB.');
    return decoded(shown, await handle.readFile());
  } finally {
    await handle.close();
  }
}

function decoded(file: string, bytes: Buffer): Reading {
  // why: not TextDecoder, which takes a tenth of a guide's whole loading to start
  if (!isUtf8(bytes)) return refused('is not UTF-8 text', 'Save it as UTF-8.');
  const text = bytes.toString('utf8').replace(/^\ufeff/, '');
  return { kind: 'read', source: { file, text: text.replaceAll(/\r\n?/g, '\n'), line: 1 } };
}

function refused(why: string, remedy: string): Reading {
  return { kind: 'refused', why, remedy };
}

/** Complains of the first character in the file that could make it look other than it is. */
export function checkCharacters(source: Excerpt, complain: Complain): void {
  const found = deceptiveCharacter(source.text);
  if (found === undefined) return;
  complain({
    sentence: `The file holds the invisible character ${found.name}, which can make a text look other than it is.`,
    place: placeAt(source, found.offset),
    remedy: 'Delete it.',
  });
}

function placeAt(excerpt: Excerpt, offset: number): Place {
  return { file: excerpt.file, line: excerpt.line + newlines(excerpt.text.slice(0, offset)) };
}

/** How many line ends a text has. */
export function newlines(text: string): number {
  return text.split('\n').length - 1;
}
