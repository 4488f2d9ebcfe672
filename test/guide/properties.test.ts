import { writeFile } from 'node:fs/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Complaint } from '../../src/error.ts';
import { GuideError } from '../../src/guide/error.ts';
import { loadGuide } from '../../src/guide/load.ts';
import { blocksOf, fenceOf } from '../../src/guide/markdown.ts';
import { parseStep } from '../../src/guide/parse-step.ts';
import type { GuideFolder } from './a-guide.ts';
import { aStep, files } from './a-guide.ts';

const validIndex = `---
title: A guide
inputs:
  domain: {type: domain, label: Domain}
  host: {type: hostname, label: Host, default: "mail.{{domain}}"}
  password: {type: secret, label: Password, optional: true}
---
Welcome to {{domain}}.

1. [One](../steps/one.md)
2. [Two](../steps/two.md)
`;
const validStep = aStep(
  [
    'Words for {{domain}}.',
    '',
    '```sh run',
    'set -eu',
    'echo "$DOMAIN"',
    '```',
    '',
    '```yaml verify every=5s for=2m',
    '- dns: {records: true}',
    '- banner: {host: $HOST, port: 25, expect: ^220}',
    '```',
    '',
    '```yaml records',
    '- {name: "{{domain}}", type: MX, value: "{{host}}", priority: 10}',
    '```',
    '',
    '> - quoted',
    '',
    '```sh undo',
    'true',
    '```',
  ],
  ['optional: true', 'secrets: [password]', 'gives: [seen]'],
);
const validDocument =
  '# A\n\nWords.\n\n```console\n$ ls \\\n> -l\n```\n\n## B\n\n1. x\n\n   ```bash\n   true\n   ```\n';

/** Pieces that guides are made of, so that random files reach further than the first line. */
const fragments = fc.constantFrom(
  ...[
    '---',
    'title: x',
    'inputs:',
    '  a: {type: text, label: A}',
    'needs: [a]',
    'confirm: x',
    '```sh run',
    '```sh verify',
  ],
  ...[
    '```yaml verify for=1m',
    '```yaml records',
    '```',
    '~~~~ sh hint',
    '~~~~',
    '```sh',
    '    ```sh run',
    '> ```sh run',
    '- ```sh',
  ],
  ...['- tcp: {from: here, host: $A, port: 25}', '- dns:', '    records: true', '- {name: a, type: A, value: "{{a}}"}'],
  ...[
    '1. [A](a.md)',
    '2. [B](../b.md)',
    '- x',
    '# H',
    '{{a}}',
    '\t',
    '',
    '<!--',
    '-->',
    '[a]: b.md',
    '| a |',
    '|---|',
    '*x*',
  ],
  ...[
    '{{{{',
    '"',
    "'",
    ': :',
    '&x [*x]',
    '!!js x',
    '\u0000',
    '\u202e',
    '\r',
    '\ufeff',
    '``````',
    '$HOST',
    '[[[',
    '%zz',
  ],
);
const lines = fc.array(fc.oneof({ weight: 6, arbitrary: fragments }, fc.string({ unit: 'binary', maxLength: 20 })), {
  maxLength: 25,
});
const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 200 }),
  lines.map((all) => all.join('\n')),
  lines.map((all) => `---\ntitle: x\n---\n${all.join('\n')}`),
);

/** A text with some of its pieces deleted, doubled, or replaced. */
function mutated(text: string): fc.Arbitrary<string> {
  const edit = fc.record({
    at: fc.nat({ max: text.length }),
    length: fc.nat({ max: 12 }),
    put: fc.oneof(fragments, fc.constantFrom(' ', '\n', '`', '{', '}', ':', '-', '$', '#'), fc.constant('')),
  });
  return fc
    .array(edit, { minLength: 1, maxLength: 4 })
    .map((edits) =>
      edits.reduce((before, { at, length, put }) => before.slice(0, at) + put + before.slice(at + length), text),
    );
}

/** Rejects where loading throws anything but a GuideError, or that error has no place in its file. */
async function loadsOrComplains({ path }: GuideFolder, file: string): Promise<void> {
  try {
    await loadGuide(path(file), { shippedDirectory: path('') });
  } catch (error) {
    if (!(error instanceof GuideError)) throw error;
    expect(error.problems.length).toBeGreaterThan(0);
  }
}

describe('the parser', () => {
  it('throws nothing but its own error, whatever the index', async () => {
    const guide = await files({ 'runbook/guide.md': '', 'steps/one.md': validStep, 'steps/two.md': validStep });
    const property = fc.asyncProperty(fc.oneof(anyText, mutated(validIndex)), async (index) => {
      await writeFile(guide.path('runbook/guide.md'), index);
      await loadsOrComplains(guide, 'runbook/guide.md');
    });
    await fc.assert(property, { numRuns: 200 });
  });

  it('throws nothing but its own error, whatever the document', async () => {
    const guide = await files({ 'a.md': '' });
    const property = fc.asyncProperty(fc.oneof(anyText, mutated(validDocument)), async (document) => {
      await writeFile(guide.path('a.md'), document);
      await loadsOrComplains(guide, 'a.md');
    });
    await fc.assert(property, { numRuns: 300 });
  });

  it('throws nothing whatever the step, and every complaint names a line of the file', () => {
    const property = fc.property(fc.oneof(anyText, mutated(validStep)), (text) => {
      const problems: Complaint[] = [];
      parseStep('one', { file: 'one.md', text, line: 1 }, (problem) => problems.push(problem));
      const last = text.split('\n').length;
      for (const { place, sentence } of problems) {
        expect(place?.file).toBe('one.md');
        expect(place?.line).toBeGreaterThanOrEqual(1);
        expect(place?.line).toBeLessThanOrEqual(last);
        expect(sentence).toMatch(/[.?]$/s);
      }
    });
    fc.assert(property, { numRuns: 1000 });
  });

  it('knows the line of every fence', () => {
    const property = fc.property(anyText, (raw) => {
      const text = raw.replaceAll(/\r\n?/g, '\n');
      const blocks = blocksOf({ file: 'a.md', text, line: 1 }, () => {});
      const all = text.split('\n');
      for (const block of blocks) {
        if (fenceOf(block) !== undefined) expect(all[block.line - 1]).toMatch(/^ {0,3}(```|~~~)/);
      }
    });
    fc.assert(property, { numRuns: 1000 });
  });

  it('hands a script on as it was written', () => {
    const scriptLine = fc
      .string({ unit: 'binary-ascii', maxLength: 30 })
      .map((line) => line.replaceAll(/[^ -~]|`|\{\{/g, '.'));
    const property = fc.property(fc.array(scriptLine, { maxLength: 8 }), (script) => {
      const all = ['true', ...script, 'true'];
      const { step } = parseStep(
        'one',
        { file: 'one.md', text: aStep(['```sh verify', ...all, '```']), line: 1 },
        () => {},
      );
      expect(step.verify[0]).toMatchObject({ script: { text: all.join('\n') } });
    });
    fc.assert(property, { numRuns: 300 });
  });
});
