import { describe, expect, it } from 'vitest';
import { files } from './a-guide.ts';

async function document(lines: readonly string[], name = 'notes.md') {
  return (await files({ [name]: lines.join('\n') })).load(name);
}

describe('any other Markdown file', () => {
  it('has a step for each heading with shell commands, in order, and proves none', async () => {
    const guide = await document([
      '# Install *Caddy*',
      '',
      'A web server.',
      '',
      '## Why',
      '',
      'Because.',
      '',
      '## Get it',
      '',
      'First:',
      '',
      '```bash',
      'apt-get update',
      '```',
      '',
      'Then:',
      '',
      '```sh',
      'apt-get install caddy',
      '```',
      '',
      '## A word between',
      '',
      'Wait.',
      '',
      '### Start `caddy`!',
      '',
      '```shell',
      'systemctl start caddy',
      '```',
      '```json',
      '{}',
      '```',
    ]);
    expect(guide).toMatchObject({
      kind: 'document',
      id: 'notes',
      title: 'Install Caddy',
      inputs: [],
      introduction: '# Install *Caddy*\n\nA web server.\n\n## Why\n\nBecause.',
    });
    expect(guide.steps.map(({ id, title, place, run, verify }) => [id, title, place.line, run?.text, verify])).toEqual([
      ['get-it', 'Get it', 13, 'set -e\napt-get update\napt-get install caddy', []],
      ['start-caddy', 'Start caddy!', 29, 'set -e\nsystemctl start caddy', []],
    ]);
    expect(guide.steps.map(({ prose }) => prose)).toEqual([
      'First:\n\nThen:',
      '## A word between\n\nWait.\n\n```json\n{}\n```',
    ]);
  });

  it('has the commands of a console fence without prompts and output', async () => {
    const guide = await document(['```console', '$ ls \\', '>   -l', 'total 0', '# whoami', 'root', '$ true', '```']);
    expect(guide.steps[0]?.run?.text).toBe('set -e\nls \\\n  -l\nwhoami\ntrue');
  });

  it('has no step for a console fence that shows output only', async () => {
    const guide = await document(['# A', '```console', 'total 0', '```', '# B', '```sh', 'true', '```']);
    expect(guide.steps.map(({ id }) => id)).toEqual(['b']);
  });

  it('has the commands inside lists and quotes too, with their lines', async () => {
    const guide = await document([
      '# Do',
      '',
      '1. One',
      '',
      '   ```sh',
      '   one',
      '   ```',
      '',
      '> ```bash',
      '> two',
      '> ```',
    ]);
    expect(guide.steps[0]).toMatchObject({ place: { line: 5 }, run: { text: 'set -e\none\ntwo' } });
  });

  it('takes its name for a title and id where there is no heading', async () => {
    const guide = await document(['```sh', 'true', '```'], 'My Notes.md');
    expect(guide).toMatchObject({ id: 'My Notes', title: 'My Notes' });
    expect(guide.steps[0]).toMatchObject({ id: 'my-notes', title: 'My Notes' });
  });

  it('takes the title of front matter that another program wrote', async () => {
    const guide = await document([
      '---',
      'layout: post',
      'title: |',
      '  A',
      '  post',
      '---',
      '## Go',
      '```sh',
      'true',
      '```',
    ]);
    expect(guide).toMatchObject({ kind: 'document', title: 'A post' });
  });

  it('opens with a rule that is no front matter, and with front matter that is no YAML', async () => {
    expect((await document(['---', '', '# A', '```sh', 'true', '```'])).steps).toHaveLength(1);
    expect((await document(['---', 'a: [', '---', '# A', '```sh', 'true', '```'])).steps).toHaveLength(1);
  });

  it('gives equal headings ids of their own, in ASCII', async () => {
    const commands = ['```sh', 'true', '```'];
    const guide = await document([
      '# Åtgärd 1',
      ...commands,
      '# åtgärd 1',
      ...commands,
      '# 设置',
      ...commands,
      '# !',
      ...commands,
    ]);
    expect(guide.steps.map(({ id }) => id)).toEqual(['atgard-1', 'atgard-1-2', 'step', 'step-2']);
  });

  it('is not templated', async () => {
    const guide = await document(['# Run {{name}}', '```sh', 'podman ps --format {{name}}', '```']);
    expect(guide.steps[0]?.run?.text).toContain('{{name}}');
  });

  it('is refused where it hides something', async () => {
    const guide = await files({ 'a.md': '# A\n\n```sh\ntrue \u202e\n```\n' });
    expect(await guide.problems('a.md')).toEqual([
      'a.md:4 The file holds the invisible character U+202E, which can make a text look other than it is. | Delete it.',
    ]);
  });
});
