import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';

it('has the proof of the backup look for the same secrets as the program that makes it, word for word', async () => {
  const step = await readFile(join(import.meta.dirname, '../../steps/backup-conf.md'), 'utf8');
  const [program, proof, ...others] = step.match(/^# --- what is kept.*?^# --- end of what is the same$/gms) ?? [];
  expect(program).toContain('patterns() {');
  expect(proof).toBe(program);
  expect(others).toEqual([]);
});
