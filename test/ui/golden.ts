import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import type { Terminal } from '../terminal.tsx';

const folder = fileURLToPath(new URL('../../snapshots/', import.meta.url));

/**
 * Holds what is on the screen against the golden frame of that name and size, as text (`.txt`) and with its colours
 * (`.ans`; `cat` shows it). `UPDATE_SNAPSHOTS=1` writes both anew. `varying`: what is another text each time; it is kept as
 * as many `X`.
 */
export function expectGolden(terminal: Terminal, name: string, varying?: RegExp): void {
  const base = `${folder}${name}-${terminal.columns}x${terminal.rows}`;
  const kept = (text: string): string =>
    varying === undefined ? text : text.replace(varying, (found) => 'X'.repeat(found.length));
  holdAgainst(`${base}.txt`, `${kept(terminal.text())}\n`);
  holdAgainst(`${base}.ans`, `${kept(terminal.frame())}\n`);
}

/** Holds a text against a file that is kept; `UPDATE_SNAPSHOTS=1` writes it anew. */
export function holdAgainst(file: string, text: string): void {
  if (process.env.UPDATE_SNAPSHOTS === '1') {
    mkdirSync(new URL('.', `file://${file}`), { recursive: true });
    writeFileSync(file, text);
    return;
  }
  expect(existsSync(file), `${file} is missing; UPDATE_SNAPSHOTS=1 writes it.`).toBe(true);
  expect(text).toBe(readFileSync(file, 'utf8'));
}
