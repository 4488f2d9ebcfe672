import { readdir, realpath } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, relative, resolve } from 'node:path';
import type { Complain } from './error.ts';
import { nearest } from './nearest.ts';
import type { StepLink } from './parse-index.ts';
import type { Excerpt } from './source.ts';
import { readSource } from './source.ts';

/**
 * Reads the step file that an index links to; complains where there is none or it may not be read. A guide's files stay
 * in one tree, the parent of its index's folder: no link, symbolic or in Markdown, leads out of it. Then a guide can be
 * looked at, copied and trusted as one thing.
 */
export async function readStepFile(index: string, link: StepLink, complain: Complain): Promise<Excerpt | undefined> {
  const refuse = (sentence: string, remedy: string) => {
    complain({ sentence, place: link.place, remedy });
    return undefined;
  };
  const folder = await realpath(dirname(index)).catch(() => resolve(dirname(index)));
  const root = dirname(folder);
  const path = resolve(folder, link.path);
  const shown = join(dirname(index), link.path);
  if (!isWithin(root, path)) {
    return refuse(`The link \`${link.path}\` leads out of the guide's folder.`, 'Put the step beside the index.');
  }
  const real = await realpath(path).catch(() => path);
  if (!isWithin(root, real)) {
    return refuse(
      `The step file \`${link.path}\` is a symbolic link out of the guide's folder.`,
      'Replace it by a copy of the file.',
    );
  }
  const reading = await readSource(path, shown);
  switch (reading.kind) {
    case 'read':
      return reading.source;
    case 'absent':
      return refuse(`There is no step file \`${link.path}\`.`, await neighbour(path));
    case 'refused':
      return refuse(`The step file \`${link.path}\` ${reading.why}.`, reading.remedy);
    default:
      return reading satisfies never;
  }
}

function isWithin(root: string, path: string): boolean {
  const way = relative(root, path);
  return way !== '' && way.split(/[/\\]/)[0] !== '..' && !isAbsolute(way);
}

async function neighbour(path: string): Promise<string> {
  const names = await readdir(dirname(path)).catch((): string[] => []);
  const near = nearest(basename(path), names);
  return near === undefined ? 'Write it, or take this entry out.' : `Did you mean \`${near}\`?`;
}
