import { randomBytes } from 'node:crypto';
import { createServer, type Server as NetServer, type Socket } from 'node:net';
import type { Connection, ServerChannel } from 'ssh2';
import ssh2 from 'ssh2';
import type { Unreached } from '../internet.ts';
import type { Machine } from '../machine.ts';
import { addressesOf } from '../programs/getent.ts';
import { runCommand } from './command-channel.ts';
import { makeHostKey } from './host-key.ts';
import { loginShell } from './login-shell.ts';

/** An SSH server for whichever machine stands behind it. */
export interface SshServer {
  readonly port: number;
  readonly password: string;
  /** The fingerprint of the host key of the machine that stands there now, as OpenSSH prints it: `SHA256:…`. */
  readonly fingerprint: () => string;
  /** Puts another machine in the place of the one before: it has a key of its own, and every line breaks. */
  replace(machine: Machine): void;
  close(): Promise<void>;
}

interface Standing {
  readonly machine: Machine;
  readonly server: InstanceType<typeof ssh2.Server>;
  readonly fingerprint: string;
}

/** What is called when somebody opens a login shell. */
export type AtLogin = () => void;

/** Listens on 127.0.0.1 only, on a free port, for one user, root, with a random password. */
export async function startSshServer(first: Machine, atLogin: AtLogin): Promise<SshServer> {
  const password = randomBytes(18).toString('base64url');
  const sockets = new Set<Socket>();
  let standing = stand(first, password, atLogin);
  const listener = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    standing.server.injectSocket(socket);
  });
  const port = await listen(listener);
  return {
    port,
    password,
    fingerprint: () => standing.fingerprint,
    replace(machine) {
      standing.machine.processes.stopAll();
      standing = stand(machine, password, atLogin);
      for (const socket of sockets) socket.destroy();
    },
    close: () =>
      new Promise((resolve) => {
        standing.machine.processes.stopAll();
        listener.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

function listen(listener: NetServer): Promise<number> {
  return new Promise((resolve, reject) => {
    listener.once('error', reject);
    listener.listen(0, '127.0.0.1', () => {
      const address = listener.address();
      if (address === null || typeof address === 'string') reject(new Error('The server has no port.'));
      else resolve(address.port);
    });
  });
}

function stand(machine: Machine, password: string, atLogin: AtLogin): Standing {
  const { privateKey, fingerprint } = makeHostKey();
  const server = new ssh2.Server({ hostKeys: [privateKey], ident: machine.banner }, (client) => {
    client.on('error', () => undefined);
    client.on('authentication', (asked) => {
      if (asked.username === 'root' && asked.method === 'password' && asked.password === password) asked.accept();
      else asked.reject(['password']);
    });
    client.on('ready', () => serve(client, machine, atLogin));
  });
  return { machine, server, fingerprint };
}

function serve(client: Connection, machine: Machine, atLogin: AtLogin): void {
  client.on('session', (accept) => {
    const session = accept();
    const environment: Record<string, string> = {};
    session.on('env', (take, _refuse, { key, val }) => {
      environment[key] = val;
      take?.();
    });
    session.on('pty', (take) => take?.());
    session.on('window-change', (take) => take?.());
    session.on(
      'exec',
      (take, _refuse, { command }) => void runCommand(machine, take(), { command, environment, session }),
    );
    session.on('shell', (take) => {
      atLogin();
      void loginShell(machine, take());
    });
  });
  client.on('tcpip', (accept, reject, { destIP, destPort }) => {
    void forward(machine, destIP, destPort).then((reached) => {
      if (typeof reached === 'string') refuse(client, reject, reached);
      else join(accept(), reached);
    });
  });
}

const words: Readonly<Record<Unreached, string>> = {
  refused: 'Connection refused',
  silence: 'Connection timed out',
  'no-route': 'Network is unreachable',
};

/** A socket to an address of the world, or the system's words on why there is none. */
async function forward(machine: Machine, host: string, port: number): Promise<Socket | string> {
  const [to] = await addressesOf(machine, host);
  if (to === undefined) return 'Name or service not known';
  const from = machine.network.source(to.includes(':') ? 6 : 4);
  if (from === undefined) return words['no-route'];
  const reached = await machine.internet.connect({ from, to, port });
  return typeof reached === 'string' ? words[reached] : reached;
}

function join(channel: ServerChannel, socket: Socket): void {
  channel.on('error', () => socket.destroy());
  channel.on('close', () => socket.destroy());
  socket.on('close', () => channel.end());
  channel.pipe(socket).pipe(channel);
}

/** OpenSSH passes on the system's words with its refusal (RFC 4254 §5.1); ssh2's server has no way to, so it is shown one. */
function refuse(client: Connection, reject: () => void, words: string): void {
  const protocol = (client as unknown as { _protocol: Protocol })._protocol;
  const plain = protocol.channelOpenFail;
  protocol.channelOpenFail = (recipient, reason) => plain.call(protocol, recipient, reason, words);
  try {
    reject();
  } finally {
    protocol.channelOpenFail = plain;
  }
}

interface Protocol {
  channelOpenFail(recipient: number, reason: number, words: string): void;
}
