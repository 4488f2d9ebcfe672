import { isIP } from 'node:net';
import type { HopTls, ReceivedHop } from '../message.ts';
import { isoDate } from './date.ts';
import type { Word } from './words.ts';
import { wordsOf } from './words.ts';

/** The clauses of a Received field (RFC 5321 §4.4; `tls` by RFC 8314 §4.3). */
const clauseNames = ['from', 'by', 'via', 'with', 'id', 'for', 'tls'] as const;
type ClauseName = (typeof clauseNames)[number];

interface Clause {
  /** Words after the clause's name, parted by spaces. */
  text: string;
  readonly comments: string[];
}

/** Reads one Received field. Servers write what they like in it: what cannot be read is left empty. */
export function receivedHop(value: string): ReceivedHop {
  const semicolon = value.lastIndexOf(';');
  const clauses = clausesOf(wordsOf(semicolon === -1 ? value : value.slice(0, semicolon)));
  const from = clauses.get('from');
  const address = from === undefined ? null : addressIn(from);
  const family = address === null ? null : isIP(address);
  return {
    from: greetingName(from),
    reverseName: from === undefined ? null : reverseNameIn(from, address),
    address,
    family: family === 4 || family === 6 ? family : null,
    by: clauses.get('by')?.text.split(' ', 1)[0] ?? '',
    with: clauses.get('with')?.text ?? '',
    tls: tlsIn(clauses),
    at: semicolon === -1 ? null : isoDate(value.slice(semicolon + 1)),
  };
}

function clausesOf(words: readonly Word[]): ReadonlyMap<ClauseName, Clause> {
  const clauses = new Map<ClauseName, Clause>();
  let current: Clause | null = null;
  for (const word of words) {
    if (word.kind === 'comment') {
      current?.comments.push(word.text);
      continue;
    }
    const name = clauseNames.find((clause) => clause === word.text.toLowerCase());
    // why: a clause begins only once; what names itself again, later, is somebody's free text
    if (name !== undefined && !clauses.has(name)) {
      current = { text: '', comments: [] };
      clauses.set(name, current);
    } else if (current !== null) {
      current.text += current.text === '' ? word.text : ` ${word.text}`;
    }
  }
  return clauses;
}

/** The name in the greeting; Yahoo and Exim write the address first and the name in a comment: `(EHLO name)`, `(helo=name)`. */
function greetingName(from: Clause | undefined): string {
  if (from === undefined) return '';
  const [first = ''] = from.text.split(' ', 1);
  const inComment = from.comments.map((comment) => /\b(?:EHLO|HELO)[ =]\[?([^\s\])]+)/i.exec(comment)?.[1]);
  return inComment.find((name) => name !== undefined) ?? first;
}

/** The address that the receiver saw: in a comment, in brackets or bare, or in place of the name. */
function addressIn({ text, comments }: Clause): string | null {
  const [first = ''] = text.split(' ', 1);
  const inComments = comments.flatMap((comment) => [
    ...Array.from(comment.matchAll(/\[(?:IPv6:)?([0-9A-Fa-f.:]{2,45})\]/g), ([, inner]) => inner ?? ''),
    ...comment.split(/[\s,]+/, 20),
  ]);
  const named = first.replace(/^\[(?:IPv6:)?/i, '').replace(/\](?::\d+)?$/, '');
  return [...inComments, named].find((candidate) => isIP(candidate) !== 0) ?? null;
}

/**
 * The reverse name, which Gmail, Postfix and others write before the address in brackets: `(name. [192.0.2.1])`. Without
 * a name there, or with `unknown`, they found none: `''`. Others write no such comment: null.
 */
function reverseNameIn({ text, comments }: Clause, address: string | null): string | null {
  const comment = comments.find((candidate) => /\[[0-9A-Fa-f.:]*(?:IPv6:)?[0-9A-Fa-f.:]+\]/i.test(candidate));
  if (comment === undefined || address === null) return null;
  const before = comment.slice(0, comment.indexOf('[')).trim();
  if (before === '' || /^unknown$/i.test(before)) return '';
  const last = before.split(/\s+/).at(-1) ?? '';
  if (/^(?:helo|ehlo)=/i.test(last) || isIP(text) !== 0) return null;
  return last.replace(/\.$/, '').toLowerCase();
}

/** `version=TLS1_3 cipher=…` (Gmail, Microsoft, Yahoo), `using TLSv1.3 with cipher …` (Postfix), `TLS-1.3` (chasquid), `tls …` (RFC 8314). */
function tlsIn(clauses: ReadonlyMap<ClauseName, Clause>): HopTls | null {
  const told = [...clauses.values()].flatMap(({ comments }) => comments).join(' ');
  const protocol = clauses.get('with')?.text ?? '';
  const version = /\bTLS[-_ ]?v?(1)(?:[._]([0-3]))?\b/i.exec(`${told} ${protocol}`);
  const cipher = clauses.get('tls')?.text.split(' ', 1)[0] || /\bcipher[= ] ?([A-Za-z0-9_-]{3,})/i.exec(told)?.[1];
  // RFC 3848: the S at the end of ESMTPS and ESMTPSA
  const isSecured = /^(?:E?SMTPSA?|UTF8SMTPSA?|LMTPSA?)$/i.test(protocol.split(' ', 1)[0] ?? '');
  if (version === null && cipher === undefined && !isSecured) return null;
  return { version: version === null ? '' : `1.${version[2] ?? '0'}`, cipher: cipher ?? '' };
}
