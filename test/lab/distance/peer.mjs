// One end of a conversation: what it reads on standard input it sends, what comes it prints. Called with `tcp` or `udp`
// (a datagram a line, one way only), `listen` or `connect`, an address and a port. It tells on standard error when it is
// ready: a listener `listening`, a caller `connected MS`, with the milliseconds that this took.
import { createSocket } from 'node:dgram';
import { connect, createServer } from 'node:net';
import { performance } from 'node:perf_hooks';
import { createInterface } from 'node:readline';

const [, , protocol, role, address, port] = process.argv;
const tell = (text) => process.stderr.write(`${text}\n`);
const listening = () => tell('listening');

/** One side may be at its end while the other goes on. */
function converse(socket) {
  socket.pipe(process.stdout);
  process.stdin.pipe(socket);
}

const ends = {
  tcp: {
    listen: () => {
      const server = createServer({ allowHalfOpen: true }, (socket) => {
        // One caller is all; so this program ends when both sides have.
        server.close();
        converse(socket);
      });
      server.listen({ port, host: address }, listening);
    },
    connect: () => {
      const began = performance.now();
      const socket = connect({ port, host: address, allowHalfOpen: true }, () => {
        tell(`connected ${performance.now() - began}`);
        converse(socket);
      });
    },
  },
  udp: {
    listen: () => {
      const socket = createSocket(address.includes(':') ? 'udp6' : 'udp4');
      socket.on('message', (datagram) => process.stdout.write(`${datagram}\n`));
      socket.bind({ port, address }, listening);
    },
    connect: () => {
      const socket = createSocket(address.includes(':') ? 'udp6' : 'udp4');
      createInterface({ input: process.stdin }).on('line', (line) => socket.send(line, port, address));
      tell('connected 0');
    },
  },
};
ends[protocol][role]();
