import { mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { lintGuides } from '../../src/guide/lint.ts';
import { checkSyntax, scriptsOf } from '../../src/guide/syntax.ts';
import type { GuideFolder } from './a-guide.ts';
import { aGuide, aStep, files, holds, problemText } from './a-guide.ts';
import { pathOf } from './path-of.ts';

async function lint(guide: GuideFolder, names: readonly string[] = ['runbook/guide.md']) {
  const { problems, notes } = await lintGuides(names.map(guide.path), { shippedDirectory: guide.directory });
  return { problems: problems.map((problem) => problemText(problem, guide.directory)), notes };
}

/** Makes PATH hold only the programs named, until the test ends. */
async function onlyPrograms(guide: GuideFolder, programs: readonly string[]) {
  const folder = guide.path('bin');
  await mkdir(folder);
  for (const program of programs) await symlink(pathOf(program) ?? '/nowhere', join(folder, program));
  const before = process.env.PATH;
  process.env.PATH = folder;
  onTestFinished(() => {
    process.env.PATH = before;
  });
}

describe('lint', () => {
  it('finds nothing wrong with a sound guide', async () => {
    const guide = await aGuide({ one: aStep(['```sh run', 'set -eu', 'true "$DOMAIN"', '```', ...holds]) }, [
      'domain: {type: domain, label: D}',
    ]);
    expect((await lint(guide)).problems).toEqual([]);
  });

  it('tells where a script does not parse, by the line of its file, beside all other problems', async () => {
    const guide = await aGuide({
      one: aStep(['```sh run', 'set -eu', 'if true; then', '  echo', 'fi)', '```', ...holds], ['needs: [x]']),
      two: aStep(['Words.', '', '```sh verify', 'true', 'echo )', '```']),
    });
    const { problems } = await lint(guide);
    expect(problems.map((problem) => problem.replace(/: .* \|/, ': … |'))).toEqual([
      'steps/one.md:3 `needs` names `x`, which is no step of this guide. | There is no earlier step here.',
      'steps/one.md:9 This script cannot be parsed by `sh`: … | Mend its syntax; it is POSIX sh, not bash.',
      'steps/two.md:8 This script cannot be parsed by `sh`: … | Mend its syntax; it is POSIX sh, not bash.',
    ]);
  });

  it.each<[string, readonly string[], number]>([
    ['an unfinished block', ['true', 'if true; then', '  true'], 7],
    ['an unfinished here-document', ['true', 'cat <<EOF', 'x'], 7],
    ['an unfinished quote', ['echo "', 'x'], 6],
    ['a brace that would end our function', ['true', '}', 'f() {', 'true'], 6],
  ])('parses a script as the target will: %s', async (_, lines, last) => {
    const guide = await aGuide({ one: aStep(['```sh verify', ...lines, '```']) });
    const { problems } = await checkSyntax(scriptsOf(await guide.load()));
    expect(problems).toHaveLength(1);
    expect(problems[0]?.place?.line).toBeGreaterThanOrEqual(5);
    expect(problems[0]?.place?.line).toBeLessThanOrEqual(last + 1);
  });

  it('parses nothing of a script by running it', async () => {
    const guide = await aGuide({ one: aStep(['```sh verify', 'touch ran-by-lint', 'exit 1', '```']) });
    expect((await lint(guide)).problems).toEqual([]);
    expect(pathOf('ran-by-lint', process.cwd())).toBeUndefined();
  });

  it('complains of a verify that ends with what is no answer, and of nothing that only looks so', async () => {
    const script = [
      '# exit 3',
      "awk '{ exit 4 }' /dev/null || exit 69",
      'echo "not by exit 5; exit 6"',
      'command -v git || { echo no; exit 3; }',
      'if false; then exit 64; fi',
      'exit 75',
    ];
    const guide = await aGuide({ one: aStep(['```sh run', 'exit 9', '```', '', '```sh verify', ...script, '```']) });
    expect((await lint(guide)).problems).toEqual([
      expect.stringMatching(/^steps\/one\.md:12 A verify that ends with 3 gives no answer.* \| Say 0 \(true\)/),
      expect.stringMatching(/^steps\/one\.md:13 A verify that ends with 64 gives no answer/),
    ]);
  });

  it('reads every guide that came with Brevduva where no file is named, and tells a shared step once', async () => {
    const index = '---\ntitle: A guide\n---\n1. [One](../steps/one.md)\n';
    const guide = await files({ 'runbook/a.md': index, 'runbook/b.md': index, 'steps/one.md': aStep(['Do it.']) });
    expect((await lint(guide, [])).problems).toEqual([
      'steps/one.md:1 This step has no verify, so it could never be called proven. | Add a `sh verify` or `yaml verify` fence, or `confirm: …` for what only a person can see.',
    ]);
  });

  it('reads a step alone, without what only its guide can tell', async () => {
    const guide = await files({
      'steps/one.md': aStep(['{{x}}', '```sh verify', 'if', '```'], ['optonal: true', 'needs: [x]']),
    });
    const { problems } = await lint(guide, ['steps/one.md']);
    expect(problems.map((problem) => problem.split(' ', 1)[0])).toEqual(['steps/one.md:3', 'steps/one.md:8']);
  });

  it('tells the heading of a document whose commands do not parse', async () => {
    const guide = await files({ 'a.md': '# Go\n\n```sh\ntrue\n```\n\n```sh\nif\n```\n' });
    const { problems } = await lint(guide, ['a.md']);
    expect(problems).toEqual([expect.stringMatching(/^a\.md:3 Under "Go": This script cannot be parsed by `sh`/)]);
  });

  it('tells of files that are not there', async () => {
    const guide = await files({});
    expect((await lint(guide, ['none.md', 'nor.md'])).problems).toHaveLength(2);
    expect((await lint(guide, [])).problems).toHaveLength(1);
  });

  it('says that ShellCheck is absent where it is', async () => {
    const guide = await aGuide({ one: aStep(holds) });
    await onlyPrograms(guide, ['sh']);
    expect(await lint(guide)).toEqual({
      problems: [],
      notes: ['ShellCheck is not installed, so scripts were checked for their syntax only.'],
    });
  });

  it('says that the shell is absent where it is', async () => {
    const guide = await aGuide({ one: aStep(['```sh verify', 'if', '```']) });
    await onlyPrograms(guide, []);
    expect(await lint(guide)).toEqual({
      problems: [],
      notes: ['There is no `sh` on this machine, so the scripts were not parsed.'],
    });
  });

  it.skipIf(pathOf('shellcheck') === undefined)('tells what ShellCheck warns of, by the line of the file', async () => {
    const guide = await aGuide({ one: aStep([...holds, '```sh hint', 'set -eu', 'cd /tmp', 'x=$RANDOM', '```']) });
    const { problems, notes } = await lint(guide);
    expect(notes).toEqual([]);
    expect(problems).toContain(
      'steps/one.md:10 In POSIX sh, RANDOM is undefined. (SC3028) | See https://www.shellcheck.net/wiki/SC3028.',
    );
  });
});
