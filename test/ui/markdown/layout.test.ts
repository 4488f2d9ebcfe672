import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Line } from '../../../src/ui/line.ts';
import { lineCells } from '../../../src/ui/line.ts';
import { markdownLines } from '../../../src/ui/markdown/layout.ts';
import { paint } from '../../../src/ui/paint.ts';
import { aLook, textOf } from '../looks.ts';

const look = aLook();

/** Markdown laid out, as lines. */
function laidOut(text: string, width = 40, values: Readonly<Record<string, string>> = {}): readonly Line[] {
  return markdownLines({ text, values }, width, look);
}

/** The roles of the first span that has this text. */
function rolesOf(lines: readonly Line[], text: string): readonly string[] {
  return lines.flat().find((piece) => piece.text === text)?.roles ?? [];
}

describe('Markdown on a pane', () => {
  it('parts blocks by one blank line', () => {
    expect(textOf(laidOut('# Name\n\nOne.\n\nTwo.'))).toBe('Name\n\nOne.\n\nTwo.');
  });

  it('wraps prose for the pane, its source newlines being blanks', () => {
    expect(textOf(laidOut('chasquid is a small\nserver written in Go', 22))).toBe(
      'chasquid is a small\nserver written in Go',
    );
  });

  it('hangs nested lists under their items', () => {
    expect(textOf(laidOut('- one two three\n  - four five\n- six', 12))).toBe(
      '• one two\n  three\n  • four\n    five\n• six',
    );
  });

  it('aligns the numbers of a long list', () => {
    expect(textOf(laidOut('9. nine\n10. ten'))).toBe(' 9. nine\n10. ten');
  });

  it('shows task items with one box each', () => {
    expect(textOf(laidOut('- [x] done\n- [ ] to do'))).toBe('☑ done\n☐ to do');
  });

  it('keeps a paragraph of its own in a loose item apart', () => {
    expect(textOf(laidOut('- one\n\n  more\n\n- two'))).toBe('• one\n\n  more\n\n• two');
  });

  it('marks quotes by a bar on every line', () => {
    expect(textOf(laidOut('> one two\n>\n> three', 9))).toBe('▎ one two\n▎\n▎ three');
  });

  it('shows code behind a gutter, its lines as they are and its values filled in, long ones going on indented', () => {
    const lines = laidOut('```sh\n# why\n  printf "%s" {{domain}} | sort\n```', 24, { domain: 'example.com' });
    expect(textOf(lines)).toBe('▏ # why\n▏   printf "%s"\n▏       example.com |\n▏       sort');
    expect(rolesOf(lines, '# why')).toEqual(['muted']);
  });

  it('sizes tables by their cells and aligns their columns', () => {
    const table = '| port | for |\n|--:|:-:|\n| 25 | SMTP |\n| 587 | submission |';
    expect(textOf(laidOut(table))).toBe('port │    for\n─────┼───────────\n  25 │    SMTP\n 587 │ submission');
  });

  it('wraps the cells of a table that is too wide', () => {
    const table = '| name | what it is |\n|-|-|\n| chasquid | a small SMTP server written in Go |';
    expect(textOf(laidOut(table, 26))).toBe(
      'name     │ what it is\n─────────┼────────────────\nchasquid │ a small SMTP\n         │ server written\n         │ in Go',
    );
  });

  it('stacks a table that no wrapping can fit', () => {
    expect(textOf(laidOut('| a | b | c |\n|-|-|-|\n| one-long | two-long | six-long |', 20))).toBe(
      'a: one-long\nb: two-long\nc: six-long',
    );
  });

  it('writes out the address of a link where the terminal opens none', () => {
    const lines = laidOut('see [the docs](https://e.org/x) or <https://e.org>', 80);
    expect(textOf(lines)).toBe('see the docs (https://e.org/x) or https://e.org');
    expect(rolesOf(lines, 'the docs')).toContain('link');
  });

  it('makes a link that the terminal opens, on each line that it wraps to', () => {
    const linked = markdownLines({ text: '[one two](https://e.org/ä)', values: {} }, 4, aLook({ links: true }));
    const painted = linked.map((line) => paint(line, aLook({ links: true })));
    expect(painted).toHaveLength(2);
    for (const line of painted) {
      expect(line).toContain('\u001B]8;;https://e.org/%C3%A4\u0007');
      expect(line.endsWith('\u001B]8;;\u0007')).toBe(true);
    }
  });

  it('never makes a link of an address that could start a program', () => {
    const linked = markdownLines({ text: '[x](javascript:y)', values: {} }, 40, aLook({ links: true }));
    expect(textOf(linked)).toBe('x (javascript:y)');
    expect(linked.flat().some((piece) => piece.link !== undefined)).toBe(false);
  });

  it('shows a picture as its text and address', () => {
    expect(textOf(laidOut('![the panel](panel.png)'))).toBe('[the panel] (panel.png)');
  });

  it('shows HTML as text, and leaves comments out', () => {
    expect(textOf(laidOut('<div>x</div>\n\n<!-- for the author -->\n\na &lt; b &amp;&nbsp;c'))).toBe(
      '<div>x</div>\n\na < b &\u00A0c',
    );
  });

  it('puts values in as text, not as Markdown', () => {
    expect(textOf(laidOut('for {{name}} at `{{name}}`', 40, { name: '*x* &amp;' }))).toBe('for *x* &amp; at *x* &amp;');
  });

  it('draws with ASCII where the locale is not UTF-8', () => {
    const lines = markdownLines({ text: '- a\n\n---\n\n> q', values: {} }, 8, aLook({ unicode: false }));
    expect(textOf(lines)).toBe('* a\n\n--------\n\n| q');
  });

  it('shows what could drive the terminal as a mark', () => {
    expect(textOf(laidOut('a\u001B[2Jb\u202Ec'))).toBe('a\uFFFD[2Jb\uFFFDc');
  });

  it('lays a text out once for one width and one set of values', () => {
    const values = {};
    const source = { text: 'once', values };
    expect(markdownLines(source, 30, look)).toBe(markdownLines({ text: 'once', values }, 30, look));
    expect(markdownLines(source, 31, look)).not.toBe(markdownLines(source, 30, look));
  });

  it('never makes a line wider than the pane', () => {
    const parts = fc.constantFrom(
      'word ',
      '日本語',
      '**b**',
      '`code`',
      '\n\n',
      '- ',
      '> ',
      '| a | b |\n|-|-|\n',
      '```\n',
      '👍🏽 ',
      '[l](u)',
      '    ',
      '1. ',
      '\n',
    );
    fc.assert(
      fc.property(fc.array(parts), fc.integer({ min: 20, max: 60 }), (texts, width) => {
        const lines = laidOut(texts.join(''), width);
        for (const line of lines) expect(lineCells(line)).toBeLessThanOrEqual(width);
      }),
    );
  });
});
