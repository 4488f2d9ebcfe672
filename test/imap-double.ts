import { once } from 'node:events';
import type { TLSSocket } from 'node:tls';
import { createServer } from 'node:tls';

/** A folder of the double's mailbox. */
export interface DoubleFolder {
  /** As on the wire: what is not ASCII in modified UTF-7 (RFC 3501 §5.1.3). */
  readonly name: string;
  /** `\\Junk`, `\\All` (RFC 6154). */
  readonly use?: string;
  /** Whole messages; may be changed while the double runs. */
  messages: string[];
}

/** A mailbox server for the tests. */
export interface ImapDouble {
  readonly port: number;
  /** Lines that clients sent, passwords included. */
  readonly received: readonly string[];
  stop(): Promise<void>;
}

/**
 * A double of an IMAP server (RFC 3501), over real TLS on loopback: it knows one user, and of the protocol what is
 * needed to find a message. `shown`: its key and certificate. What a real one makes of us, test/lab/mailbox.lab.test.ts sees with Dovecot.
 */
export async function startImapDouble(
  shown: { readonly key: string; readonly cert: string },
  mailbox: { readonly user: string; readonly password: string; readonly folders: readonly DoubleFolder[] },
): Promise<ImapDouble> {
  const received: string[] = [];
  const sockets = new Set<TLSSocket>();
  const server = createServer(shown, (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => undefined);
    socket.write(`* OK [CAPABILITY ${capabilities}] double ready\r\n`);
    let opened: DoubleFolder | undefined;
    let rest = '';
    socket.on('data', (piece) => {
      rest += piece.toString();
      for (let end = rest.indexOf('\r\n'); end !== -1; end = rest.indexOf('\r\n')) {
        const line = rest.slice(0, end);
        rest = rest.slice(end + 2);
        received.push(line);
        const [tag = '*', ...words] = wordsOf(line);
        const reply = replyTo(words, mailbox, opened);
        opened = reply.opened ?? opened;
        for (const untagged of reply.untagged) socket.write(`* ${untagged}\r\n`);
        socket.write(`${tag} ${reply.end}\r\n`);
      }
    });
  });
  // why: a client that does not trust the certificate ends its handshake, which is what a test is about
  server.on('tlsClientError', () => undefined);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    received,
    async stop() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

const capabilities = 'IMAP4rev1 SPECIAL-USE';

interface Reply {
  readonly untagged: readonly string[];
  readonly end: string;
  readonly opened?: DoubleFolder;
}

function replyTo(
  [first = '', ...words]: readonly string[],
  mailbox: { readonly user: string; readonly password: string; readonly folders: readonly DoubleFolder[] },
  opened: DoubleFolder | undefined,
): Reply {
  const command = first.toUpperCase() === 'UID' ? (words.shift() ?? '').toUpperCase() : first.toUpperCase();
  const done = (...untagged: readonly string[]): Reply => ({ untagged, end: 'OK done' });
  switch (command) {
    case 'CAPABILITY':
      return done(`CAPABILITY ${capabilities}`);
    case 'LOGIN': {
      const isRight = words[0] === mailbox.user && words[1] === mailbox.password;
      return isRight ? done() : { untagged: [], end: 'NO [AUTHENTICATIONFAILED] Invalid credentials (Failure)' };
    }
    case 'LIST':
      // RFC 3501 §6.3.8: an empty name asks for the delimiter and the root
      if (words[1] === '') return done('LIST (\\Noselect) "/" ""');
      return done(...mailbox.folders.map(({ name, use }) => `LIST (\\HasNoChildren ${use ?? ''}) "/" "${name}"`));
    case 'EXAMINE': {
      const folder = mailbox.folders.find(({ name }) => name === words[0]);
      if (folder === undefined) return { untagged: [], end: 'NO there is no such folder' };
      const said = [`${folder.messages.length} EXISTS`, 'OK [UIDVALIDITY 1] ok', 'FLAGS ()'];
      return { untagged: said, end: 'OK [READ-ONLY] done', opened: folder };
    }
    case 'SEARCH': {
      const id = words.at(-1) ?? '';
      const found = (opened?.messages ?? []).flatMap((text, index) => (text.includes(id) ? [index + 1] : []));
      return done(`SEARCH ${found.join(' ')}`);
    }
    case 'FETCH': {
      const uid = Number(words[0]);
      const text = opened?.messages[uid - 1] ?? '';
      return done(`${uid} FETCH (UID ${uid} BODY[]<0> {${Buffer.byteLength(text)}}\r\n${text})`);
    }
    case 'LOGOUT':
      return done('BYE double');
    default:
      return { untagged: [], end: 'BAD unknown command' };
  }
}

/** Words of a command: bare, or in quotes. */
function wordsOf(line: string): string[] {
  return Array.from(
    line.matchAll(/"((?:[^"\\]|\\.)*)"|\S+/g),
    ([word, quoted]) => quoted?.replace(/\\(.)/g, '$1') ?? word,
  );
}
