import { createServer } from 'node:http';
import { places } from './addresses.ts';
import type { Listening, Network } from './network.ts';

const httpPort = 80;

/** What 6.ipw.cn and ipv6.icanhazip.com do: answers every request on port 80 with the address that it came from. */
export function serveEcho(network: Network): Promise<Listening> {
  const server = createServer(({ socket }, response) => {
    response.end(`${network.sourceOf(socket)}\n`);
  });
  return network.listen(server, { at: places.echo, port: httpPort });
}
