import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import type { Namespace } from '../namespace.ts';

/** One end of a conversation between two namespaces. */
export interface Peer {
  /** Everything that goes in here comes out at the other end. */
  readonly input: Writable;
  readonly output: Readable;
  /** Says a line to the other end. */
  say(line: string): void;
  /** Resolves to the next line that the other end said. For a conversation in lines; leave `output` alone then. */
  hear(): Promise<string>;
}

/** Two ends that are joined. */
export interface Conversation {
  readonly near: Peer;
  readonly far: Peer;
  /** How long it took until the connection stood, in milliseconds. */
  readonly connectedAfter: number;
  end(): Promise<void>;
}

/** Who calls whom. */
export interface Call {
  readonly from: Namespace;
  readonly to: Namespace;
  /** An address of `to`. */
  readonly address: string;
  /** TCP unless said otherwise. With UDP each line is a datagram, and only `near` speaks. */
  readonly protocol?: 'tcp' | 'udp';
}

const port = '7007';

/** Joins two namespaces by their own sockets. */
export async function converse({ from, to, address, protocol = 'tcp' }: Call): Promise<Conversation> {
  const far = await startPeer(to, [protocol, 'listen', address, port]);
  const near = await startPeer(from, [protocol, 'connect', address, port]);
  return {
    near: near.peer,
    far: far.peer,
    connectedAfter: Number(near.told.replace('connected ', '')),
    end: async () => {
      await near.end();
      await far.end();
    },
  };
}

async function startPeer(namespace: Namespace, words: readonly string[]) {
  const program = fileURLToPath(new URL('peer.mjs', import.meta.url));
  // Not by execa, which throws away what comes before somebody reads.
  const child = spawn('ip', ['netns', 'exec', namespace.name, process.execPath, program, ...words]);
  const closed = once(child, 'close');
  const [told] = await once(createInterface({ input: child.stderr }), 'line');
  if (!/^(listening|connected)/.test(told)) throw new Error(`${words.join(' ')}: ${told}`);
  let lines: AsyncIterator<string> | undefined;
  const peer: Peer = {
    input: child.stdin,
    output: child.stdout,
    say: (line) => void child.stdin.write(`${line}\n`),
    hear: async () => {
      lines ??= createInterface({ input: child.stdout })[Symbol.asyncIterator]();
      const { value, done } = await lines.next();
      if (done === true) throw new Error('The other end has nothing more to say.');
      return value;
    },
  };
  return {
    told,
    peer,
    end: async () => {
      child.kill('SIGTERM');
      await closed;
    },
  };
}
