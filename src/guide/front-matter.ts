import type { Excerpt } from './source.ts';

/**
 * A Markdown file parted: the YAML between `---` lines at its very beginning, and the Markdown after it. `unclosed`: the
 * second `---` is missing; the whole file is then its body.
 */
export type FrontMatter =
  | { readonly kind: 'present'; readonly yaml: Excerpt; readonly body: Excerpt }
  | { readonly kind: 'absent' | 'unclosed'; readonly body: Excerpt };

/** Parts a file into front matter and body, each with the line on which it begins. */
export function splitFrontMatter(source: Excerpt): FrontMatter {
  const lines = source.text.split('\n');
  if (lines[0]?.trimEnd() !== '---') return { kind: 'absent', body: source };
  const end = lines.findIndex((line, position) => position > 0 && /^(?:---|\.\.\.)\s*$/.test(line));
  if (end === -1) return { kind: 'unclosed', body: source };
  return {
    kind: 'present',
    yaml: { file: source.file, text: lines.slice(1, end).join('\n'), line: source.line + 1 },
    body: { file: source.file, text: lines.slice(end + 1).join('\n'), line: source.line + end + 1 },
  };
}
