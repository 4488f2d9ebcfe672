// Speaks the protocol of acme-dns: `POST /update` with {"subdomain", "txt"} and the account in two headers; the two latest
// texts stand as TXT records. Called with the address to listen on, the file of the account, the key for nsupdate, and the
// zone of the name.
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { promisify } from 'node:util';

const [, , address, accountFile, panelKey, zone] = process.argv;
const account = JSON.parse(readFileSync(accountFile, 'utf8'));
const texts = [];

createServer(async (request, response) => {
  const { status, answer } = await answerTo(request).catch((error) => ({ status: 500, answer: { error: `${error}` } }));
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(answer));
}).listen(80, address);

async function answerTo(request) {
  if (request.url === '/health') return { status: 200, answer: {} };
  const { 'x-api-user': user, 'x-api-key': key } = request.headers;
  const isAccount = user === account.username && key === account.password;
  let body = '';
  for await (const chunk of request) body += chunk;
  if (request.url !== '/update' || !isAccount) return { status: 401, answer: { error: 'forbidden' } };
  const { subdomain, txt } = JSON.parse(body);
  if (subdomain !== account.subdomain || !/^[\w-]{43}$/.test(txt)) return { status: 400, answer: { error: 'bad_txt' } };
  texts.push(txt);
  await publish(texts.slice(-2));
  return { status: 200, answer: { txt } };
}

async function publish(values) {
  const name = `${account.subdomain}.${zone}.`;
  const adding = values.map((value) => `update add ${name} 1 TXT "${value}"\n`).join('');
  const running = promisify(execFile)('nsupdate', ['-k', panelKey]);
  running.child.stdin.end(`server ${address}\nzone ${zone}.\nupdate delete ${name} TXT\n${adding}send\n`);
  await running;
}
