import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { TLSSocket } from 'node:tls';
import { type ReadMessage, Wire } from '../smtp/wire.ts';
import { partsOf } from './aliases.ts';
import type { Daemon } from './daemon.ts';
import { receivedField } from './received.ts';
import { askedName, upgrade } from './upgrade.ts';

/** The three ways in: from other servers; from senders, TLS by STARTTLS; from senders, TLS at once. */
export type Door = 'SMTP' | 'submission' | 'submission+TLS';

/** What is answered to a command; null where all has been said. `ends`: the conversation is over. */
interface Said {
  readonly code: number;
  readonly text: string;
  readonly ends?: boolean;
}

/** chasquid gives up after so many errors (ALPACA). */
const mostErrors = 3;
const mostRecipients = 100;

/** One conversation with a client, in chasquid's words (its internal/smtpsrv/conn.go). */
export class Session {
  readonly #daemon: Daemon;
  readonly #door: Door;
  /** `203.0.113.10:40000`, `[2001:db8::1]:40000`. */
  readonly #peer: () => string;
  readonly #socket: Socket;
  #wire: Wire;
  #stream: Duplex;
  #tls: TLSSocket | undefined;
  #hostname: string;
  #helo: string | undefined;
  #isEsmtp = false;
  #user: string | undefined;
  #from: string | undefined;
  #to: string[] = [];

  constructor(
    socket: Socket,
    { daemon, door, peer }: { readonly daemon: Daemon; readonly door: Door; readonly peer: () => string },
  ) {
    this.#daemon = daemon;
    this.#door = door;
    this.#peer = peer;
    this.#socket = socket;
    this.#stream = socket;
    this.#wire = new Wire(socket);
    this.#hostname = daemon.hostname;
  }

  /** Speaks until one side ends it. */
  async run(): Promise<void> {
    if (this.#door === 'submission+TLS' && !(await this.#secure())) return;
    this.#say(220, `${this.#hostname} ESMTP chasquid`);
    for (let errors = 0; ; ) {
      const line = await this.#wire.line();
      if (line === null) break;
      const said = await this.#answer(line);
      if (said === null) continue;
      if (said.code >= 400) errors += 1;
      if (errors >= mostErrors) {
        this.#say(421, '4.5.0 Too many errors, bye');
        break;
      }
      this.#say(said.code, said.text);
      if (said.ends === true) break;
    }
    this.#stream.end();
  }

  async #answer(line: string): Promise<Said | null> {
    const { command = '', rest = '' } = /^(?<command>\S*)\s*(?<rest>.*)$/.exec(line)?.groups ?? {};
    switch (command.toUpperCase()) {
      case 'EHLO':
      case 'HELO':
        return this.#greeted(command.toUpperCase(), rest);
      case 'HELP':
        return { code: 214, text: '2.0.0 Hoy por ti, mañana por mi' };
      case 'NOOP':
        return { code: 250, text: '2.0.0 You hear a faint typing noise.' };
      case 'RSET':
        this.#resetEnvelope();
        return { code: 250, text: '2.0.0 Who was that Maud person anyway?' };
      case 'VRFY':
        return { code: 502, text: '5.5.1 You have a strange feeling for a moment, then it passes.' };
      case 'EXPN':
        return { code: 502, text: '5.5.1 You feel disoriented for a moment.' };
      case 'MAIL':
        return this.#mail(rest);
      case 'RCPT':
        return this.#recipient(rest);
      case 'DATA':
        return this.#data();
      case 'STARTTLS':
        return this.#startTls();
      case 'AUTH':
        return this.#logIn(rest);
      case 'QUIT':
        return { code: 221, text: '2.0.0 Be seeing you...', ends: true };
      case 'GET':
      case 'POST':
      case 'CONNECT':
        return { code: 502, text: '5.7.0 You hear someone cursing shoplifters', ends: true };
      default:
        return { code: 500, text: '5.5.1 Unknown command' };
    }
  }

  #greeted(command: string, rest: string): Said {
    const [name] = rest.trim().split(/\s+/);
    if (name === undefined || name === '') return { code: 501, text: 'Invisible customers are not welcome!' };
    this.#helo = name;
    if (command === 'HELO') return { code: 250, text: "Hello my friend, welcome to chasqui's hardware!" };
    this.#isEsmtp = true;
    const lines = [
      `${this.#hostname} - Your hour of destiny has come.`,
      '8BITMIME',
      'PIPELINING',
      'SMTPUTF8',
      'ENHANCEDSTATUSCODES',
      `SIZE ${this.#daemon.mostOfMessage}`,
      this.#tls === undefined ? 'STARTTLS' : 'AUTH PLAIN',
      'HELP',
    ];
    return { code: 250, text: lines.join('\n') };
  }

  async #mail(rest: string): Promise<Said> {
    const written = /^from:\s*(\S+)/i.exec(rest)?.[1];
    if (!/^from:/i.test(rest)) return { code: 500, text: '5.5.2 Unknown command' };
    if (this.#door !== 'SMTP' && this.#user === undefined) {
      return { code: 550, text: '5.7.9 Mail to submission port must be authenticated' };
    }
    this.#resetEnvelope();
    if (written === undefined) return { code: 500, text: '5.5.4 Malformed command: unexpected EOF' };
    if (written === '<>') {
      this.#from = '<>';
      return { code: 250, text: '2.1.5 You feel like you are being watched' };
    }
    const address = addressIn(written);
    if (address === undefined) return { code: 501, text: '5.1.7 Sender address malformed' };
    if (!address.includes('@')) return { code: 501, text: '5.1.8 Sender address must contain a domain' };
    const why =
      this.#user === undefined ? await this.#daemon.spfFailure(address, this.#helo ?? '', this.#socket) : undefined;
    if (why !== undefined) {
      this.#rejected(`failed SPF: ${why}`, address);
      return { code: 550, text: `5.7.23 SPF check failed: ${why}` };
    }
    this.#from = address;
    return { code: 250, text: '2.1.5 You feel like you are being watched' };
  }

  #recipient(rest: string): Said {
    if (!/^to:/i.test(rest)) return { code: 500, text: '5.5.2 Unknown command' };
    if (this.#from === undefined) return { code: 503, text: '5.5.1 Sender not yet given' };
    if (this.#to.length > mostRecipients) return { code: 452, text: '4.5.3 Too many recipients' };
    const address = addressIn(/^to:\s*(\S+)/i.exec(rest)?.[1] ?? '');
    if (address === undefined) return { code: 501, text: '5.1.3 Malformed destination address' };
    if (!this.#daemon.isLocal(address)) {
      if (this.#user === undefined) {
        this.#rejected('relay not allowed', this.#from, [address]);
        return { code: 503, text: '5.7.1 Relay not allowed' };
      }
    } else if (!this.#daemon.isKnown(address)) {
      this.#rejected('local user does not exist', this.#from, [address]);
      return { code: 550, text: '5.1.1 Destination address is unknown (user does not exist)' };
    }
    this.#to.push(address);
    return { code: 250, text: '2.1.5 You have an eerie feeling...' };
  }

  async #data(): Promise<Said> {
    if (this.#helo === undefined) return { code: 503, text: '5.5.1 Invisible customers are not welcome!' };
    if (this.#from === undefined) return { code: 503, text: '5.5.1 Sender not yet given' };
    if (this.#to.length === 0) return { code: 503, text: '5.5.1 Need an address to send to' };
    this.#say(354, 'You suddenly realize it is unnaturally quiet');
    const read = await this.#wire.message({ most: this.#daemon.mostOfMessage, isStrict: this.#daemon.isStrict });
    return this.#taken(read, this.#from);
  }

  async #taken(read: ReadMessage, from: string): Promise<Said> {
    switch (read.kind) {
      case 'message':
        break;
      case 'too-big':
        return { code: 552, text: '5.3.4 Message too big' };
      case 'line-ending':
        return { code: 521, text: '5.5.2 Error reading DATA: invalid line ending', ends: true };
      case 'closed':
        return { code: 554, text: '5.4.0 Error reading DATA: unexpected EOF', ends: true };
      default:
        return read satisfies never;
    }
    const taken = await this.#daemon.take({
      from,
      to: this.#to,
      octets: read.octets,
      user: this.#user,
      received: receivedField({
        helo: this.#helo ?? '',
        address: this.#peer().replace(/:\d+$/, '').replace(/[[\]]/g, ''),
        hostname: this.#hostname,
        door: this.#door,
        from,
        isEsmtp: this.#isEsmtp,
        isLoggedIn: this.#user !== undefined,
        tls: this.#tls,
        at: this.#daemon.now(),
      }),
    });
    if (taken.kind === 'refused') {
      if (taken.code === 554) this.#rejected(taken.text, from, this.#to);
      return taken;
    }
    this.#daemon.log(`${taken.id} from=${from} queued ip=${this.#peer()} to=[${this.#to.join(' ')}]`);
    this.#daemon.deliver(taken.id);
    this.#resetEnvelope();
    return { code: 250, text: '2.0.0 The voice of Anhur booms out: Congratulations, mortal!' };
  }

  async #startTls(): Promise<Said | null> {
    if (this.#tls !== undefined) return { code: 503, text: '5.5.1 You are already wearing that!' };
    this.#say(220, '2.0.0 You experience a strange sense of peace');
    if (!(await this.#secure())) return { code: 554, text: '5.5.0 Error in TLS handshake', ends: true };
    this.#resetEnvelope();
    return null;
  }

  /** Changes to TLS on the same connection; false where the handshake failed. */
  async #secure(): Promise<boolean> {
    this.#wire.release();
    const secured = await upgrade(this.#socket, (name) => this.#daemon.contextFor(name));
    if (secured === null) return false;
    this.#tls = secured;
    this.#stream = secured;
    this.#wire = new Wire(secured);
    // chasquid takes the name that it was asked for as its own
    this.#hostname = askedName(secured) ?? this.#hostname;
    return true;
  }

  async #logIn(rest: string): Promise<Said> {
    if (this.#tls === undefined) return { code: 503, text: '5.7.10 You feel vulnerable' };
    if (this.#user !== undefined) return { code: 503, text: '5.5.1 You are already wearing that!' };
    const [method, given] = rest.split(' ');
    if (method !== 'PLAIN') return { code: 534, text: '5.7.9 Asmodeus demands 534 zorkmids for safe passage' };
    if (given === undefined) this.#say(334, '');
    const token = given ?? (await this.#wire.line()) ?? '';
    // RFC 4616: authorization identity, user, password
    const [, address = '', password = ''] = Buffer.from(token, 'base64').toString().split('\0');
    if (!address.includes('@')) {
      return { code: 535, text: '5.7.8 Error decoding AUTH response: invalid auth, no domain' };
    }
    const isRight = await this.#daemon.isLogin(address, password);
    this.#daemon.log(`${this.#peer()} auth ${isRight ? 'succeeded' : 'failed'} for ${address}`);
    if (!isRight) return { code: 535, text: '5.7.8 Incorrect user or password' };
    this.#user = partsOf(address).user;
    return { code: 235, text: '2.7.0 Authentication succeeded' };
  }

  #resetEnvelope(): void {
    this.#from = undefined;
    this.#to = [];
  }

  #rejected(why: string, from: string, to: readonly string[] = []): void {
    const recipients = to.length === 0 ? '' : ` to=[${to.join(' ')}]`;
    this.#daemon.log(`${this.#peer()} rejected from=${from}${recipients} - ${why}`);
  }

  #say(code: number, text: string): void {
    const lines = text.split('\n');
    this.#wire.write(
      lines.map((line, index) => `${code}${index === lines.length - 1 ? ' ' : '-'}${line}\r\n`).join(''),
    );
  }
}

/** What stands between angle brackets, or alone; undefined where it is no address. */
function addressIn(written: string): string | undefined {
  const { address } = /^<?(?<address>[^<>\s@]+(?:@[^<>\s@]+)?)>?$/.exec(written)?.groups ?? {};
  return address === undefined ? undefined : address.toLowerCase();
}
