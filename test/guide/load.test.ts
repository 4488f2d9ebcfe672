import { mkdir, symlink } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { GuideError } from '../../src/guide/error.ts';
import { listGuides, loadGuide } from '../../src/guide/load.ts';
import { aStep, files, holds, problemText } from './a-guide.ts';

const index = '---\ntitle: A guide\n---\n1. [One](../steps/one.md)\n';

/** Two guides as they come with Brevduva, and one file of another kind. */
function shipped() {
  return files({
    'runbook/smtp.md': index,
    'runbook/backup.md': '---\ntitle: Back up\n---\n1. [One](../steps/one.md)\n2. [Two](../steps/two.md)\n',
    'runbook/notes.txt': 'x',
    'steps/one.md': aStep(holds),
    'steps/two.md': aStep(holds),
  });
}

async function refusal(nameOrPath: string, shippedDirectory: string): Promise<string> {
  const error = await loadGuide(nameOrPath, { shippedDirectory }).catch((reason: unknown) => reason);
  if (!(error instanceof GuideError)) throw error;
  return problemText(error, shippedDirectory);
}

describe('a guide by name', () => {
  it('is one that came with Brevduva', async () => {
    const { directory, path } = await shipped();
    const guide = await loadGuide('smtp', { shippedDirectory: directory });
    expect(guide).toMatchObject({ id: 'smtp', shipped: true, file: path('runbook/smtp.md') });
  });

  it('is told with the names there are, and the nearest, where there is none', async () => {
    const { directory } = await shipped();
    expect(await refusal('smpt', directory)).toBe(
      ' There is no guide `smpt`; the guides are backup, smtp. | Did you mean `smtp`? If not, name another, or give the path of a Markdown file, such as ./smpt.md.',
    );
    expect(await refusal('frobnicate', directory)).toBe(
      ' There is no guide `frobnicate`; the guides are backup, smtp. | Name one of them, or give the path of a Markdown file, such as ./frobnicate.md.',
    );
    expect(await refusal('..', directory)).toContain('There is no guide `..`');
    expect(await refusal('', directory)).toContain('There is no guide ``');
  });

  it('is told where Brevduva itself is not whole', async () => {
    const { directory } = await files({ 'steps/one.md': aStep(holds) });
    expect(await refusal('smtp', directory)).toBe(
      'runbook The guides that came with Brevduva are not in runbook. | Install Brevduva again.',
    );
  });

  it('is listed with its title and number of steps', async () => {
    const { directory } = await shipped();
    expect(await listGuides(directory)).toEqual([
      { id: 'backup', title: 'Back up', steps: 2 },
      { id: 'smtp', title: 'A guide', steps: 1 },
    ]);
  });

  it('is not listed with an index that is broken', async () => {
    const { directory } = await files({ 'runbook/smtp.md': '---\ntitle: [\n---\n' });
    await expect(listGuides(directory)).rejects.toBeInstanceOf(GuideError);
  });
});

describe('a guide by path', () => {
  it('is not trusted, even where it is one that came with Brevduva', async () => {
    const guide = await (await shipped()).load('runbook/smtp.md');
    expect(guide).toMatchObject({ id: 'smtp', shipped: false });
  });

  it.each<[string, string]>([
    [
      'runbook/none.md',
      'runbook/none.md There is no file runbook/none.md. | Check the path; a guide that came with Brevduva is named without one.',
    ],
    [
      'runbook/smtp.md/x.md',
      'runbook/smtp.md/x.md There is no file runbook/smtp.md/x.md. | Check the path; a guide that came with Brevduva is named without one.',
    ],
    ['steps/', 'steps The file steps/ is a directory, not a guide. | Name a Markdown file in it.'],
    ['/dev/null', ' The file /dev/null is not a regular file. | Copy the guide into a file.'],
    [
      'steps/one.md',
      'steps/one.md The file steps/one.md is one step of a guide, not a guide. | Open the index that lists it.',
    ],
  ])('is told in one sentence where it is none: %s', async (file, expected) => {
    const { directory, path } = await shipped();
    const told = await refusal(file.startsWith('/') ? file : path(file), directory);
    expect(told.replace(/^[./]*\/dev\/null/, '')).toBe(expected);
  });

  it.each<[string, string | Uint8Array, string]>([
    [
      'too large',
      `${index}${'x'.repeat(1024 * 1024)}`,
      'is larger than 1 MiB. | Split it; a guide file holds at most 1 MiB.',
    ],
    ['not UTF-8', new Uint8Array([0x2d, 0xff, 0xfe]), 'is not UTF-8 text. | Save it as UTF-8.'],
  ])('is told where its file is %s', async (_, content, expected) => {
    const { directory, path } = await files({ 'a.md': content });
    expect(await refusal(path('a.md'), directory)).toBe(`a.md The file a.md ${expected}`);
  });

  it('has nothing to run where it is prose, and says so once', async () => {
    const { directory, path } = await files({ 'a.md': '# Hello\n\nWorld.\n\n```js\n1\n```\n' });
    expect(await refusal(path('a.md'), directory)).toBe(
      'a.md This file has nothing to run: neither a numbered list of links to steps, nor a fence of shell commands. | Open a guide, or mark commands as ```sh.',
    );
  });

  it('is told where it is nested beyond reading', async () => {
    const { directory, path } = await files({ 'a.md': `${'>'.repeat(100_000)} x` });
    expect(await refusal(path('a.md'), directory)).toContain('The file cannot be read as Markdown');
  });

  it('means the same with Windows line ends and a byte order mark, to the digest', async () => {
    const step = aStep(['One.', '', '```sh run', 'set -eu', 'true', '```', ...holds]);
    const unix = await files({ 'runbook/guide.md': index, 'steps/one.md': step });
    const windows = await files({
      'runbook/guide.md': `\ufeff${index.replaceAll('\n', '\r\n')}`,
      'steps/one.md': step.replaceAll('\n', '\r\n'),
    });
    const [one, other] = [await unix.load(), await windows.load()];
    expect(other.digest).toBe(one.digest);
    expect(other.steps[0]?.digests).toEqual(one.steps[0]?.digests);
    expect(other.steps[0]?.run?.text).toBe('set -eu\ntrue');
  });
});

describe('the files of a guide', () => {
  it('stay in the folder that holds its index and steps', async () => {
    const guide = await files({
      'a/runbook/guide.md': '---\ntitle: A guide\n---\n1. [One](../../one.md)\n2. [Two](two.md)\n',
      'a/runbook/two.md': aStep(holds),
      'one.md': aStep(holds),
    });
    expect(await guide.problems('a/runbook/guide.md')).toEqual([
      "a/runbook/guide.md:4 The link `../../one.md` leads out of the guide's folder. | Put the step beside the index.",
    ]);
  });

  it('are not reached through symbolic links that lead out', async () => {
    const guide = await files({
      'a/runbook/guide.md':
        '---\ntitle: A guide\n---\n1. [One](../steps/one.md)\n2. [Two](../more/two.md)\n3. [Three](../steps/three.md)\n',
      'a/steps/three.md': aStep(holds),
      'elsewhere/one.md': aStep(holds),
      'elsewhere/two.md': aStep(holds),
    });
    await symlink(guide.path('elsewhere/one.md'), guide.path('a/steps/one.md'));
    await symlink(guide.path('elsewhere'), guide.path('a/more'));
    expect(await guide.problems('a/runbook/guide.md')).toEqual([
      "a/runbook/guide.md:4 The step file `../steps/one.md` is a symbolic link out of the guide's folder. | Replace it by a copy of the file.",
      "a/runbook/guide.md:5 The step file `../more/two.md` is a symbolic link out of the guide's folder. | Replace it by a copy of the file.",
    ]);
  });

  it('may be reached through a symbolic link inside, or to the folder itself', async () => {
    const guide = await files({
      'a/runbook/guide.md': '---\ntitle: A guide\n---\n1. [One](../steps/one.md)\n',
      'a/steps/real.md': aStep(holds),
    });
    await symlink('real.md', guide.path('a/steps/one.md'));
    await symlink(guide.path('a'), guide.path('b'));
    expect((await guide.load('b/runbook/guide.md')).steps.map(({ id }) => id)).toEqual(['one']);
  });

  it('are told where one is a directory', async () => {
    const guide = await files({ 'runbook/guide.md': index });
    await mkdir(guide.path('steps/one.md'), { recursive: true });
    expect(await guide.problems()).toEqual([
      'runbook/guide.md:4 The step file `../steps/one.md` is a directory, not a guide. | Name a Markdown file in it.',
    ]);
  });
});
