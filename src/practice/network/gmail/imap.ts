import { createServer, type TLSSocket } from 'node:tls';
import { places } from '../addresses.ts';
import type { Issued } from '../certificates.ts';
import type { Listening, Network } from '../network.ts';
import { commandIn, type ImapCommand, type ReadCommand } from './imap-command.ts';
import { type FolderName, folderUses, type Mailbox, type StoredMessage } from './mailbox.ts';

const imapPort = 993;
const capabilities = 'IMAP4rev1 UNSELECT ID SPECIAL-USE SASL-IR AUTH=PLAIN';
/** Octets of a command: no reader sends so much. */
const longestCommand = 65_536;

/** What is answered: lines that begin with a star, and the end. */
interface Reply {
  readonly untagged: readonly string[];
  readonly end: string;
}

/** Shows the mailbox over IMAP (RFC 3501) on port 993 of Gmail's address, to be read and never changed. */
export function showMailbox(
  network: Network,
  { mailbox, certificate }: { readonly mailbox: Mailbox; readonly certificate: Issued },
): Promise<Listening> {
  const server = createServer({ key: certificate.key, cert: certificate.fullchain }, (socket) =>
    serve(socket, mailbox),
  );
  // why: a client that does not trust the certificate ends its handshake, which is its own affair
  server.on('tlsClientError', () => undefined);
  return network.listen(server, { at: places.gmail, port: imapPort });
}

function serve(socket: TLSSocket, mailbox: Mailbox): void {
  const session = new ImapSession(mailbox);
  let received = '';
  /** The command whose sender was asked for more. */
  let asking: ImapCommand | undefined;
  socket.on('error', () => undefined);
  socket.write(`* OK [CAPABILITY ${capabilities}] Gimap ready for requests\r\n`);
  socket.on('data', (piece) => {
    received += piece.toString('latin1');
    for (;;) {
      const read = asking === undefined ? commandIn(received) : continued(asking, received);
      if (read.kind === 'part') {
        if (read.wantsMore) socket.write('+ go ahead\r\n');
        break;
      }
      received = read.rest;
      const { command } = read;
      const isFirstOfTwo = asking === undefined && command.name === 'AUTHENTICATE' && command.words.length === 1;
      asking = isFirstOfTwo ? command : undefined;
      // RFC 3501 §6.2.2: who sends no initial response is asked for it
      if (isFirstOfTwo) {
        socket.write('+ \r\n');
        continue;
      }
      const { untagged, end } = session.answer(command);
      for (const line of untagged) socket.write(`* ${line}\r\n`, 'latin1');
      socket.write(`${command.tag} ${end}\r\n`);
      if (command.name === 'LOGOUT') socket.end();
    }
    if (received.length > longestCommand) socket.destroy();
  });
}

/** A command with the line that was asked for as its last word. */
function continued(command: ImapCommand, received: string): ReadCommand {
  const end = received.indexOf('\r\n');
  if (end === -1) return { kind: 'part', wantsMore: false };
  const words = [...command.words, received.slice(0, end)];
  return { kind: 'command', command: { ...command, words }, rest: received.slice(end + 2) };
}

/** One reader's conversation. */
class ImapSession {
  readonly #mailbox: Mailbox;
  #isIn = false;
  #opened: FolderName | undefined;

  constructor(mailbox: Mailbox) {
    this.#mailbox = mailbox;
  }

  answer({ name, words, isByUid }: ImapCommand): Reply {
    switch (name) {
      case 'CAPABILITY':
        return done(`CAPABILITY ${capabilities}`);
      case 'NOOP':
        return done();
      case 'ID':
        return done('ID ("name" "GImap" "vendor" "practice")');
      case 'LOGOUT':
        return done('BYE LOGOUT Requested');
      case 'LOGIN':
        return this.#logIn(words[0], words[1]);
      case 'AUTHENTICATE': {
        const [, user, password] = Buffer.from(words[1] ?? '', 'base64')
          .toString()
          .split('\0');
        return words[0]?.toUpperCase() === 'PLAIN'
          ? this.#logIn(user, password)
          : { untagged: [], end: 'BAD Unknown mechanism' };
      }
      default:
        return this.#isIn ? this.#read(name, words, isByUid) : { untagged: [], end: 'BAD Unknown command' };
    }
  }

  #read(name: string, words: readonly string[], isByUid: boolean): Reply {
    switch (name) {
      case 'LIST':
        // RFC 3501 §6.3.8: an empty name asks for the delimiter and the root
        if (words[1] === '') return done('LIST (\\Noselect) "/" ""');
        return done(
          ...Object.entries(folderUses).map(([folder, use]) => `LIST (\\HasNoChildren ${use}) "/" "${folder}"`),
        );
      case 'SELECT':
      case 'EXAMINE':
        return this.#open(words[0] ?? '');
      case 'UNSELECT':
      case 'CLOSE':
        this.#opened = undefined;
        return done();
      case 'SEARCH':
        return done(
          `SEARCH ${this.#search(words)
            .map((each) => this.#numberOf(each, isByUid))
            .join(' ')}`.trim(),
        );
      case 'FETCH':
        return done(...this.#fetch(words, isByUid));
      default:
        return { untagged: [], end: 'BAD Unknown command' };
    }
  }

  #logIn(user: string | undefined, password: string | undefined): Reply {
    // Gmail shows app passwords in four groups, and takes them so too
    const isRight =
      user?.toLowerCase() === this.#mailbox.address && password?.replaceAll(' ', '') === this.#mailbox.password;
    if (!isRight) return { untagged: [], end: 'NO [AUTHENTICATIONFAILED] Invalid credentials (Failure)' };
    this.#isIn = true;
    return { untagged: [], end: `OK ${user} authenticated (Success)` };
  }

  #open(name: string): Reply {
    const found = Object.keys(folderUses).find(
      (folder) => folder === name || (folder === 'INBOX' && name.toUpperCase() === 'INBOX'),
    );
    if (!isFolder(found)) return { untagged: [], end: 'NO [NONEXISTENT] Unknown Mailbox: (Failure)' };
    this.#opened = found;
    const messages = this.#messages();
    const next = (messages.at(-1)?.uid ?? 0) + 1;
    return {
      untagged: [
        'FLAGS (\\Seen)',
        `${messages.length} EXISTS`,
        '0 RECENT',
        'OK [UIDVALIDITY 1] ok',
        `OK [UIDNEXT ${next}] ok`,
      ],
      end: `OK [READ-ONLY] ${found} selected. (Success)`,
    };
  }

  /** `HEADER Message-ID …`; without a header, all. */
  #search(words: readonly string[]): readonly StoredMessage[] {
    const at = words.findIndex((word) => word.toUpperCase() === 'HEADER');
    const [field = '', text = ''] = at === -1 ? [] : words.slice(at + 1);
    if (at === -1) return this.#messages();
    return this.#messages().filter(({ octets }) =>
      headerFields(octets).some(
        ({ name, value }) => name === field.toLowerCase() && value.includes(text.toLowerCase()),
      ),
    );
  }

  #fetch([set = '', ...items]: readonly string[], isByUid: boolean): readonly string[] {
    const wanted = items.join(' ');
    const {
      section = '',
      start = '0',
      most,
    } = /BODY(?:\.PEEK)?\[(?<section>[A-Z]*)\](?:<(?<start>\d+)(?:\.(?<most>\d+))?>)?/i.exec(wanted)?.groups ?? {};
    const asksBody = /BODY(\.PEEK)?\[/i.test(wanted);
    return this.#messages().flatMap((message) => {
      if (!isInSet(set, this.#numberOf(message, isByUid))) return [];
      const whole = section.toUpperCase() === 'HEADER' ? headerOf(message.octets) : message.octets;
      const from = Number(start);
      const part = whole.subarray(from, most === undefined ? undefined : from + Number(most)).toString('latin1');
      const label = `BODY[${section}]${most === undefined ? '' : `<${from}>`}`;
      const body = asksBody ? ` ${label} {${part.length}}\r\n${part}` : '';
      const facts = `UID ${message.uid} RFC822.SIZE ${message.octets.length} FLAGS ()`;
      return [`${this.#numberOf(message, false)} FETCH (${facts}${body})`];
    });
  }

  #messages(): readonly StoredMessage[] {
    return this.#opened === undefined ? [] : this.#mailbox.in(this.#opened);
  }

  #numberOf(message: StoredMessage, isByUid: boolean): number {
    return isByUid ? message.uid : this.#messages().indexOf(message) + 1;
  }
}

function done(...untagged: readonly string[]): Reply {
  return { untagged, end: 'OK Success' };
}

function isFolder(name: string | undefined): name is FolderName {
  return name !== undefined && name in folderUses;
}

/** `1`, `1:3`, `2:*`, `1,4` (RFC 3501 §9, sequence-set). */
function isInSet(set: string, number: number): boolean {
  return set.split(',').some((range) => {
    const [first = '*', last = first] = range.split(':');
    const low = first === '*' ? Number.POSITIVE_INFINITY : Number(first);
    const high = last === '*' ? Number.POSITIVE_INFINITY : Number(last);
    return number >= Math.min(low, high) && number <= Math.max(low, high);
  });
}

function headerOf(octets: Buffer): Buffer {
  const end = octets.indexOf('\r\n\r\n');
  return end === -1 ? octets : octets.subarray(0, end + 4);
}

function headerFields(octets: Buffer): readonly { readonly name: string; readonly value: string }[] {
  const unfolded = headerOf(octets)
    .toString('latin1')
    .toLowerCase()
    .replace(/\r\n[ \t]+/g, ' ');
  return unfolded.split('\r\n').map((line) => {
    const colon = line.indexOf(':');
    return { name: line.slice(0, colon), value: line.slice(colon + 1).trim() };
  });
}
