// Git over HTTPS, as github.com has it, by Git's own program for that (git-http-backend(1)). Called with the folder of the
// repositories, the certificate, its key, and the addresses to listen on.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';

const [, , folder, certificate, key, ...addresses] = process.argv;
const options = { cert: readFileSync(certificate), key: readFileSync(key) };

for (const address of addresses) createServer(options, answer).listen(443, address);

function answer(request, response) {
  const url = new URL(request.url, 'https://github.com');
  const backend = spawn('git', ['http-backend'], {
    stdio: ['pipe', 'pipe', 'inherit'],
    // The variables of CGI (RFC 3875 §4.1), and which folder may be shown.
    env: {
      PATH: process.env.PATH,
      GIT_PROJECT_ROOT: folder,
      GIT_HTTP_EXPORT_ALL: '1',
      GIT_PROTOCOL: request.headers['git-protocol'] ?? '',
      PATH_INFO: url.pathname,
      QUERY_STRING: url.search.slice(1),
      REQUEST_METHOD: request.method,
      CONTENT_TYPE: request.headers['content-type'] ?? '',
      HTTP_CONTENT_ENCODING: request.headers['content-encoding'] ?? '',
      REMOTE_ADDR: request.socket.remoteAddress,
    },
  });
  backend.stdin.on('error', () => undefined);
  request.pipe(backend.stdin);
  const chunks = [];
  backend.stdout.on('data', (chunk) => chunks.push(chunk));
  backend.on('close', () => {
    const printed = Buffer.concat(chunks);
    const end = printed.indexOf('\r\n\r\n');
    for (const line of printed.subarray(0, end).toString().split('\r\n')) {
      const [name, value = ''] = line.split(/: (.*)/s);
      if (name.toLowerCase() === 'status') response.statusCode = Number.parseInt(value, 10);
      else response.setHeader(name, value);
    }
    response.end(printed.subarray(end + 4));
  });
}
