// Shows the files of a folder over HTTP. Called with the folder and the addresses to listen on.
import { createReadStream } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';

const [, , folder, ...addresses] = process.argv;
for (const address of addresses) {
  createServer((request, response) => {
    // the path of a URL is made absolute by its parser, so that no .. is left in it
    const file = createReadStream(join(folder, decodeURIComponent(new URL(request.url, 'http://here').pathname)));
    file.on('open', () => file.pipe(response));
    file.on('error', () => {
      response.statusCode = 404;
      response.end();
    });
  }).listen(80, address);
}
