/** A command of IMAP (RFC 3501 §2.2.1). */
export interface ImapCommand {
  readonly tag: string;
  /** In capitals, without `UID` before it. */
  readonly name: string;
  readonly words: readonly string[];
  readonly isByUid: boolean;
}

/** The first command in what has come, or that more must come; `wantsMore`: its sender waits to be asked for it. */
export type ReadCommand =
  | { readonly kind: 'command'; readonly command: ImapCommand; readonly rest: string }
  | { readonly kind: 'part'; readonly wantsMore: boolean };

/** Reads words, quoted strings, and literals (`{5}` and, after a line end, five octets). */
export function commandIn(received: string): ReadCommand {
  const words: string[] = [];
  let at = 0;
  for (;;) {
    // lists are read as their words: no command that is known here needs to tell them apart
    if (/[ ()]/.test(received[at] ?? '')) {
      at += 1;
      continue;
    }
    const left = received.slice(at);
    if (left.startsWith('\r\n')) return { kind: 'command', command: commandOf(words), rest: left.slice(2) };
    const literal = /^\{(\d+)(\+?)\}\r\n/.exec(left);
    if (literal !== null) {
      const start = at + literal[0].length;
      const end = start + Number(literal[1]);
      if (received.length < end) return { kind: 'part', wantsMore: literal[2] === '' && received.length === start };
      words.push(received.slice(start, end));
      at = end;
      continue;
    }
    const word = /^(?:"((?:[^"\\\r\n]|\\.)*)"|([^\s"{()][^\s()]*))(?=[ \r()])/.exec(left);
    if (word === null) {
      // a line that is none is taken whole, and refused as unknown
      const end = received.indexOf('\r\n', at);
      if (end === -1 || /^\{\d+\+?\}?\r?$/.test(left)) return { kind: 'part', wantsMore: false };
      return { kind: 'command', command: commandOf(words.slice(0, 1)), rest: received.slice(end + 2) };
    }
    words.push(word[1]?.replace(/\\(.)/g, '$1') ?? word[2] ?? '');
    at += word[0].length;
  }
}

function commandOf([tag = '*', first = '', ...words]: readonly string[]): ImapCommand {
  const isByUid = first.toUpperCase() === 'UID';
  const name = (isByUid ? (words[0] ?? '') : first).toUpperCase();
  return { tag, name, words: isByUid ? words.slice(1) : words, isByUid };
}
