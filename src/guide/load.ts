import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Complaint } from '../error.ts';
import { GuideError } from './error.ts';
import { splitFrontMatter } from './front-matter.ts';
import type { Guide } from './guide.ts';
import { blocksOf } from './markdown.ts';
import { nearest } from './nearest.ts';
import { parseIndex } from './parse-index.ts';
import { readGuide } from './read-guide.ts';
import { readSource } from './source.ts';

/** A guide for the first screen. */
export interface GuideSummary {
  readonly id: string;
  readonly title: string;
  /** How many checkpoints it has. */
  readonly steps: number;
}

/** Where the guides are that came with Brevduva: a directory with `runbook/` and `steps/`. */
export interface GuideSource {
  readonly shippedDirectory: string;
}

/**
 * Opens a guide. A bare name (`smtp`) is one that came with Brevduva; what has a slash or ends in `.md` is a path.
 * Throws GuideError, with all that is wrong with the guide.
 */
export async function loadGuide(nameOrPath: string, { shippedDirectory }: GuideSource): Promise<Guide> {
  const isPath = nameOrPath.includes('/') || nameOrPath.endsWith('.md');
  const file = isPath ? nameOrPath : await shippedFile(nameOrPath, shippedDirectory);
  const reading = await readGuide(file, { shipped: !isPath });
  if (reading.kind === 'step') {
    throw new GuideError(file, [
      {
        sentence: `The file ${file} is one step of a guide, not a guide.`,
        place: { file },
        remedy: 'Open the index that lists it.',
      },
    ]);
  }
  if (reading.kind === 'none') throw new GuideError(file, reading.problems);
  throwIfAny(file, reading.problems);
  return reading.guide;
}

function throwIfAny(file: string, [first, ...others]: readonly Complaint[]): void {
  if (first !== undefined) throw new GuideError(file, [first, ...others]);
}

async function shippedFile(name: string, shippedDirectory: string): Promise<string> {
  const names = await shippedNames(shippedDirectory);
  // why: only a name out of the directory's own list becomes part of a path
  if (names.includes(name)) return fileOf(name, shippedDirectory);
  const near = nearest(name, names);
  throw new GuideError(name, [
    {
      sentence: `There is no guide \`${name}\`; the guides are ${names.join(', ')}.`,
      remedy: `${near === undefined ? 'Name one of them' : `Did you mean \`${near}\`? If not, name another`}, or give the path of a Markdown file, such as ./${name}.md.`,
    },
  ]);
}

/** The files of the guides that came with Brevduva, in the order of their names. */
export async function shippedGuides(shippedDirectory: string): Promise<readonly string[]> {
  const names = await shippedNames(shippedDirectory);
  return names.map((name) => fileOf(name, shippedDirectory));
}

/** The guides that came with Brevduva, for the first screen: reads their indexes only. Throws GuideError. */
export async function listGuides(shippedDirectory: string): Promise<readonly GuideSummary[]> {
  const names = await shippedNames(shippedDirectory);
  return Promise.all(names.map(async (id) => summary(id, fileOf(id, shippedDirectory))));
}

async function summary(id: string, file: string): Promise<GuideSummary> {
  const reading = await readSource(file);
  if (reading.kind !== 'read')
    throw new GuideError(file, [{ sentence: `The guide ${file} cannot be read.`, place: { file } }]);
  const problems: Complaint[] = [];
  const front = splitFrontMatter(reading.source);
  const blocks = blocksOf(front.body, (complaint) => problems.push(complaint));
  const { title, links } = parseIndex(front, blocks, (complaint) => problems.push(complaint));
  throwIfAny(file, problems);
  return { id, title, steps: links.length };
}

async function shippedNames(shippedDirectory: string): Promise<readonly string[]> {
  const folder = join(shippedDirectory, 'runbook');
  try {
    const names = await readdir(folder);
    return names.flatMap((name) => (name.endsWith('.md') ? [name.slice(0, -'.md'.length)] : [])).sort();
  } catch (error) {
    throw new GuideError(
      folder,
      [
        {
          sentence: `The guides that came with Brevduva are not in ${folder}.`,
          place: { file: folder },
          remedy: 'Install Brevduva again.',
        },
      ],
      { cause: error },
    );
  }
}

function fileOf(name: string, shippedDirectory: string): string {
  return join(shippedDirectory, 'runbook', `${name}.md`);
}
