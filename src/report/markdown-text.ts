/**
 * Texts of others inside Markdown (CommonMark 0.31 with GitHub's extensions). What a server printed stands in code, where
 * nothing means anything: no link, no mention, no HTML. The longest run of backticks decides how long the fence is.
 */

/** A text of one line as code. */
export function codeSpan(text: string): string {
  if (text === '') return 'nothing';
  const fence = '`'.repeat(longestRun(text) + 1);
  // CommonMark §6.1: one space on either side is taken off again, unless the text is nothing but spaces.
  const pad = /^[ `]|[ `]$/.test(text) && text.trim() !== '' ? ' ' : '';
  return `${fence}${pad}${text}${pad}${fence}`;
}

/** Lines as a block of code; `language` is the word for highlighting. */
export function codeBlock(text: string, language: string): string {
  const fence = '`'.repeat(Math.max(3, longestRun(text) + 1));
  return `${fence}${language}\n${text.replace(/\n$/, '')}\n${fence}`;
}

/**
 * Words of a guide within a line of prose, shown as they are: every mark that could mean something there is escaped
 * (CommonMark §2.4), also what would become a link by itself.
 */
export function plainText(text: string): string {
  return text.replace(/[\\`*_[\]<>()#!|~&$:@^]/g, '\\$&').replace(/www\./gi, (match) => `${match.slice(0, 3)}\\.`);
}

function longestRun(text: string): number {
  return Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
}
