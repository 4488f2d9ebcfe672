import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Where a program stands in `path` (PATH without it); undefined where it is not installed. */
export function pathOf(program: string, path = process.env.PATH ?? ''): string | undefined {
  return path
    .split(delimiter)
    .map((folder) => join(folder, program))
    .find((file) => existsSync(file));
}
