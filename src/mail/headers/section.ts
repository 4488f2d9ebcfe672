import { MessageError } from '../error.ts';
import type { HeaderField } from '../message.ts';

/** Characters of a text that are read at most: headers take some ten thousand, and no server takes a million. */
const longestText = 1024 * 1024;
/** Fields that are read at most; Gmail shows messages with about fifty. */
const mostFields = 1000;
/** Characters of a field that are read at most; the longest that matter, signatures, have some thousand. */
const longestField = 64 * 1024;
/** Blocks of lines that are looked at for headers, where something stands before them. */
const mostBlocks = 40;

/** RFC 5322 §3.6.8 allows nearly any character in a name; those in use have these. */
const fieldLine = /^(?<name>[A-Za-z0-9][A-Za-z0-9_.-]{0,77})[ \t]*:(?<value>.*)$/s;
/** What mail servers write, and what people who list headers by hand don't. */
const tracing =
  /^(?:received|return-path|message-id|authentication-results|arc-seal|dkim-signature|delivered-to|x-received)$/i;

/** A message parted into its headers and what follows them. */
export interface MessageParts {
  readonly fields: readonly HeaderField[];
  /** The text after the headers, as far as it is read. */
  readonly body: string;
  /** True where the headers went on past what is read. */
  readonly isCut: boolean;
}

/**
 * Finds the headers in what a person saved or pasted, whose lines end with CR LF, LF or CR, and unfolds them (RFC 5322
 * §2.2.3). A byte order mark, an mbox line and the table that Gmail shows above the original are passed over; a folded
 * line that lost its indent belongs to the field before it. Throws MessageError where there are no headers.
 */
export function messageParts(text: string): MessageParts {
  const start = text.slice(0, longestText);
  const lines = start.replace(/^\ufeff/, '').split(/\r\n|\n|\r/);
  const block = headerBlock(lines);
  if (block === null) throw noHeaders();
  const all = unfold(lines.slice(block.first, block.end));
  const isOpen = block.end >= lines.length && text.length > longestText;
  return {
    fields: all.slice(0, mostFields).map(({ name, value }) => ({ name, value: value.slice(0, longestField) })),
    body: lines.slice(block.end).join('\n'),
    isCut: isOpen || all.length > mostFields || all.some(({ value }) => value.length > longestField),
  };
}

interface Block {
  readonly first: number;
  /** The line after its last. */
  readonly end: number;
}

/** The first block of lines that a mail server wrote in; else the first that reads like the head of a letter. */
function headerBlock(lines: readonly string[]): Block | null {
  let likely: Block | null = null;
  let seen = 0;
  for (let first = 0; first < lines.length && seen < mostBlocks; seen += 1) {
    while (first < lines.length && isBlank(lines[first])) first += 1;
    let end = first;
    while (end < lines.length && !isBlank(lines[end])) end += 1;
    const names = fieldNames(lines.slice(first, end));
    if (names.some((name) => tracing.test(name)) || hasAll(names, ['from', 'date'])) return { first, end };
    if (likely === null && (hasAll(names, ['from', 'subject']) || hasAll(names, ['from', 'to']))) {
      likely = { first, end };
    }
    first = end;
  }
  return likely;
}

function fieldNames(lines: readonly string[]): readonly string[] {
  return lines.flatMap((line) => fieldLine.exec(line)?.groups?.name?.toLowerCase() ?? []);
}

function hasAll(names: readonly string[], wanted: readonly string[]): boolean {
  return wanted.every((name) => names.includes(name));
}

function isBlank(line: string | undefined): boolean {
  return line === undefined || line.trim() === '';
}

function unfold(lines: readonly string[]): readonly HeaderField[] {
  const fields: { readonly name: string; readonly parts: string[] }[] = [];
  for (const line of lines) {
    const groups = fieldLine.exec(line)?.groups;
    if (groups?.name !== undefined) fields.push({ name: groups.name, parts: [(groups.value ?? '').trim()] });
    else fields.at(-1)?.parts.push(line.trim());
  }
  return fields.map(({ name, parts }) => ({
    name,
    value: parts.filter((part) => part !== '').join(' '),
  }));
}

function noHeaders(): MessageError {
  return new MessageError({
    sentence: 'This text has no message headers.',
    remedy:
      'Give the whole message with its headers: in Gmail “Show original”, in Outlook “View message source”, in Yahoo “View raw message”, or a saved .eml file.',
  });
}
