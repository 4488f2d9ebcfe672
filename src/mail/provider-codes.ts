import type { KnownReply, Provider } from './reply-table.ts';
import { replyTable } from './reply-table.ts';

/** A reply of a mail server that is known, found in a bounce or a log line. */
export interface ProviderReply extends Omit<KnownReply, 'pattern' | 'isUnmistakable'> {
  /** True where the server will take the message later, or may: a code that begins with 4. */
  readonly isTemporary: boolean;
  /** The line that it stood in, at most 500 characters. */
  readonly line: string;
}

/** Characters of a text, lines of it, and characters of a line that are looked at at most. */
const longestText = 1024 * 1024;
const mostLines = 20_000;
const longestLine = 4000;
const longestQuote = 500;

/** Words by which a server shows whose it is. */
const marks: readonly { readonly provider: Provider; readonly pattern: RegExp }[] = [
  { provider: 'gmail', pattern: /\bgsmtp\b|\bgoogle(?:mail)?\.com\b|\bGmail\b|\bgoogle\.com\/mail/i },
  { provider: 'microsoft', pattern: /\boutlook\.com\b|\bhotmail\.com\b|\bmicrosoft\.com\b|\boffice(?:365)?\.com\b/i },
  { provider: 'yahoo', pattern: /\byahoo(?:dns|inc)?\.(?:com|net)\b|\bsenders\.yahoo/i },
];

/**
 * The replies of mail servers in a text (a bounce, log lines, an error message) that are known to mean something, each
 * once, in the order they stand. Only the text's beginning is read, however long it is.
 */
export function knownReplies(text: string): readonly ProviderReply[] {
  const start = text.slice(0, longestText);
  const lines = start.split(/\r\n|\n|\r/, mostLines);
  const whose = providersIn(start);
  const found = new Map<string, ProviderReply>();
  for (const line of lines) {
    const reply = replyIn(line.slice(0, longestLine), whose);
    const key = `${reply?.provider} ${reply?.code}`;
    if (reply !== null && !found.has(key)) found.set(key, reply);
  }
  return [...found.values()];
}

/** The line's own mark says whose reply it is; else what the whole text names. */
function replyIn(line: string, whole: readonly Provider[]): ProviderReply | null {
  const own = providersIn(line);
  const whose = own.length > 0 ? own : whole;
  const known = replyTable.find(
    ({ provider, isUnmistakable, pattern }) =>
      (provider === 'any' || isUnmistakable || whose.includes(provider)) && pattern.test(line),
  );
  if (known === undefined) return null;
  const { provider, code, cause, remedy, pattern } = known;
  return { provider, code, cause, remedy, isTemporary: isTemporary(line), line: quoteAround(line, pattern) };
}

function providersIn(text: string): readonly Provider[] {
  return marks.filter(({ pattern }) => pattern.test(text)).map(({ provider }) => provider);
}

/** The reply code before an enhanced code, else the enhanced code alone (RFC 3463 §2). */
function isTemporary(line: string): boolean {
  const digit =
    /\b([45])\d\d[- ]#?[45]\.\d/.exec(line)?.[1] ?? /(?:^|[^\d.])([45])\.\d{1,3}\.\d{1,3}(?![.\d])/.exec(line)?.[1];
  return (digit ?? /(?:^|\s)([45])\d\d[- ]/.exec(line)?.[1]) === '4';
}

/** The part of a long line that has the reply in it. */
function quoteAround(line: string, pattern: RegExp): string {
  const text = line.trim();
  if (text.length <= longestQuote) return text;
  const at = pattern.exec(text)?.index ?? 0;
  const first = Math.max(0, Math.min(at - longestQuote / 2, text.length - longestQuote));
  return text.slice(first, first + longestQuote);
}
