// What 6.ipw.cn does: answers every request with the address that it came from. Called with the address to listen on.
import { createServer } from 'node:http';

const [, , address] = process.argv;
createServer((request, response) => {
  response.end(`${request.socket.remoteAddress}\n`);
}).listen(80, address);
