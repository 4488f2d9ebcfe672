import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ssh2, { type AuthContext, type Connection as ServerConnection } from 'ssh2';

/** A stand-in for a server, in this process: for what a real sshd cannot be made to do in a test. */
export interface Double {
  readonly port: number;
  clientConfig(lines?: readonly string[]): Promise<string>;
  stop(): Promise<void>;
}

/**
 * A double of sshd (ssh2.Server, in this process): passwords and questions need PAM, and so accounts, on a real one.
 * Whoever it lets in may run commands, which all print nothing and end with 0 but for the look at who one is: root.
 */
export async function startSshDouble(
  authenticate: (context: AuthContext, connection: ServerConnection) => void,
): Promise<Double> {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const hostKey = privateKey.export({ type: 'pkcs1', format: 'pem' });
  const server = new ssh2.Server({ hostKeys: [hostKey] }, (connection) => {
    connection.on('error', () => undefined);
    connection.on('authentication', (context) => authenticate(context, connection));
    connection.on('session', (accept) => {
      accept().on('exec', (acceptExec) => {
        const channel = acceptExec();
        runFrame(channel);
      });
    });
  });
  return double(server, () => server.close());
}

/** Plays `sh` for one framed script: prints the marks of its frame, `root`, and ends with 0. */
function runFrame(channel: ssh2.ServerChannel): void {
  let frame = '';
  channel.on('data', (bytes: Buffer) => {
    frame += bytes.toString('latin1');
    if (!frame.includes('exit "$brevduva_status"')) return;
    const nonce = /begin ([0-9a-f]+)/.exec(frame)?.[1];
    const begin = `\u001ebegin ${nonce} `;
    const end = `\u001eend ${nonce} 0\n`;
    channel.stderr.write(`${begin}\n${end}`);
    channel.write(`${begin}\nroot\n${end}`);
    channel.exit(0);
    channel.end();
  });
}

/** A double that speaks TCP and does with each connection what it is told. */
export async function startTcpDouble(onConnection: (socket: Socket) => void): Promise<Double> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    onConnection(socket);
  });
  return double(server, () => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
}

/** What servers of TCP and of SSH have in common. */
interface Listener {
  listen(port: number, host: string, onListening: () => void): unknown;
  address(): unknown;
}

async function double(server: Listener, close: () => void): Promise<Double> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const isBound = typeof address === 'object' && address !== null && 'port' in address;
  const directory = await mkdtemp(join(tmpdir(), 'brevduva-double-'));
  return {
    port: isBound ? Number(address.port) : 0,
    async clientConfig(lines = []) {
      const file = join(await mkdtemp(join(directory, 'client-')), 'config');
      const ours = [
        'Host *',
        `UserKnownHostsFile ${join(directory, 'known_hosts')}`,
        'GlobalKnownHostsFile none',
        'StrictHostKeyChecking accept-new',
        'IdentityFile none',
        'IdentityAgent none',
        'User operator',
      ];
      await writeFile(file, `${[...lines, ...ours].join('\n')}\n`);
      return file;
    },
    async stop() {
      close();
      await rm(directory, { recursive: true });
    },
  };
}
