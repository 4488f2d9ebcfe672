import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Complaint } from '../../src/error.ts';
import { GuideError } from '../../src/guide/error.ts';
import type { Guide } from '../../src/guide/guide.ts';
import { loadGuide } from '../../src/guide/load.ts';

/** A guide's files in a directory of their own. */
export interface GuideFolder {
  readonly directory: string;
  /** The path of one of its files. */
  path(file: string): string;
  /** Opens `runbook/guide.md`, or another file of it. */
  load(file?: string): Promise<Guide>;
  /** What is wrong with it, each as `steps/one.md:3 sentence | remedy`; empty where it loads. */
  problems(file?: string): Promise<readonly string[]>;
}

/** Files by their path, written to a directory that is removed when the test ends. */
export async function files(contents: Readonly<Record<string, string | Uint8Array>>): Promise<GuideFolder> {
  const directory = await mkdtemp(join(tmpdir(), 'brevduva-guide-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  for (const [file, content] of Object.entries(contents)) {
    await mkdir(dirname(join(directory, file)), { recursive: true });
    await writeFile(join(directory, file), content);
  }
  const path = (file: string) => join(directory, file);
  const load = (file = 'runbook/guide.md') => loadGuide(path(file), { shippedDirectory: directory });
  const problems = async (file?: string) => {
    try {
      await load(file);
      return [];
    } catch (error) {
      if (!(error instanceof GuideError)) throw error;
      return error.problems.map((problem) => problemText(problem, directory));
    }
  };
  return { directory, path, load, problems };
}

/** `steps/one.md:3 sentence | remedy`, the file relative to `directory`. */
export function problemText({ place, sentence, remedy }: Complaint, directory: string): string {
  const file = place === undefined ? '' : relative(directory, place.file);
  return `${file}${place?.line === undefined ? '' : `:${place.line}`} ${sentence.replaceAll(`${directory}/`, '')} | ${remedy}`;
}

/** A guide of the steps given, in their order; each is a whole file. `inputs`: YAML lines of the index's `inputs:`. */
export function aGuide(steps: Readonly<Record<string, string>>, inputs: readonly string[] = []): Promise<GuideFolder> {
  const ids = Object.keys(steps);
  return files({
    'runbook/guide.md': [
      '---',
      'title: A guide',
      ...(inputs.length === 0 ? [] : ['inputs:', ...inputs.map((line) => `  ${line}`)]),
      '---',
      'Welcome.',
      '',
      ...ids.map((id, position) => `${position + 1}. [${id}](../steps/${id}.md)`),
      '',
    ].join('\n'),
    ...Object.fromEntries(ids.map((id) => [`steps/${id}.md`, steps[id] ?? ''])),
  });
}

/** A step file: front matter lines after its title (line 3 on), then the lines of its body. */
export function aStep(body: readonly string[], settings: readonly string[] = []): string {
  return ['---', 'title: A step', ...settings, '---', ...body, ''].join('\n');
}

/** The lines of a verify that holds, for steps whose test is about something else. */
export const holds: readonly string[] = ['```sh verify', 'true', '```'];
