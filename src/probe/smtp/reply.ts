/** A reply of an SMTP server (RFC 5321 §4.2). */
export interface Reply {
  readonly code: number;
  /** Its lines as they came, code included, without line ends. Not safe to show. */
  readonly lines: readonly string[];
}

/** What stands at the beginning of the bytes that a server has sent so far. */
export type TakenReply =
  | { readonly kind: 'reply'; readonly reply: Reply; readonly rest: Buffer }
  | { readonly kind: 'part' }
  | { readonly kind: 'no-smtp'; readonly why: string };

/** Bytes: RFC 5321 §4.5.3.1.5 allows 512; servers with much to say take more, and none takes so much. */
const longestLine = 4_096;
/** No server has so much to say, and all of it is read again while a reply is not whole. */
const mostLines = 256;
const mostBytes = 65_536;

/** Takes the first whole reply. Lines may also end with a bare line feed: that is no matter for a client. */
export function takeReply(heard: Buffer): TakenReply {
  const lines: string[] = [];
  let at = 0;
  for (;;) {
    const end = heard.indexOf(0x0a, at);
    if ((end === -1 ? heard.length : end) - at > longestLine) {
      return { kind: 'no-smtp', why: `a line of more than ${longestLine} bytes: ${startOf(heard, at)}` };
    }
    if (end === -1) return { kind: 'part' };
    const line = heard.toString('utf8', at, end).replace(/\r$/, '');
    at = end + 1;
    const { code, mark } = /^(?<code>[2-5][0-9]{2})(?<mark>[ -]|$)/.exec(line)?.groups ?? {};
    if (code === undefined) return { kind: 'no-smtp', why: line };
    lines.push(line);
    if (mark !== '-') return { kind: 'reply', reply: { code: Number(code), lines }, rest: heard.subarray(at) };
    if (lines.length >= mostLines || at >= mostBytes)
      return { kind: 'no-smtp', why: `a reply without an end: ${lines[0]}` };
  }
}

/** A reply as one line: its code once, then all its text. */
export function replyText({ code, lines }: Reply): string {
  return [code, ...lines.map((line) => line.slice(4))].join(' ');
}

/** 2yz: done as asked (RFC 5321 §4.2.1). */
export function isPositive({ code }: Reply): boolean {
  return code >= 200 && code < 300;
}

/** 4yz: not now, and the client shall try again later (RFC 5321 §4.2.1). */
export function isPutOff({ code }: Reply): boolean {
  return code >= 400 && code < 500;
}

/** What a server says of itself in its reply to EHLO (RFC 5321 §4.1.1.1). */
export interface Ehlo {
  readonly name: string;
  /** One a line, with its parameters, as said. */
  readonly offers: readonly string[];
}

/** Reads the reply to EHLO. */
export function ehloOf({ lines }: Reply): Ehlo {
  const [first = '', ...others] = lines.map((line) => line.slice(4).trim());
  return { name: first.split(/\s+/)[0] ?? '', offers: others };
}

/** Whether a keyword is offered: `AUTH`, or with one of its parameters `AUTH PLAIN`. Case is no difference. */
export function isOffered(wanted: string, { offers }: Ehlo): boolean {
  const [keyword = '', ...parameters] = wordsOf(wanted);
  const said = offers.map(wordsOf).filter((words) => words[0] === keyword);
  return said.length > 0 && parameters.every((one) => said.some((words) => words.slice(1).includes(one)));
}

/** Also `AUTH=PLAIN`, which servers say to clients older than RFC 2554. */
function wordsOf(text: string): readonly string[] {
  return text
    .toUpperCase()
    .split(/[\s=]+/)
    .filter((word) => word !== '');
}

function startOf(heard: Buffer, at: number): string {
  return `${heard.toString('utf8', at, at + 80)}…`;
}
