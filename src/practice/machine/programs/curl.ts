import type { Program } from '../program.ts';
import { said } from '../program.ts';

/** Services that answer with the address that they see. */
const echoes = new Set(['http://6.ipw.cn', 'http://ipv6.icanhazip.com']);

/** curl(1), for what the guide fetches with it: its own address. */
export const curl: Program = {
  name: 'curl',
  package: 'curl',
  run({ args, machine }) {
    const url = args.find((arg) => /^https?:/.test(arg))?.replace(/\/$/, '') ?? '';
    const host = url.replace(/^https?:\/\//, '').replace(/[/:].*/, '');
    const source = machine.network.source(args.includes('-4') ? 4 : 6);
    if (!echoes.has(url)) return { err: `curl: (6) Could not resolve host: ${host}\n`, status: 6 };
    if (source === undefined) {
      return {
        err: `curl: (7) Failed to connect to ${host} port 80 after 0 ms: Couldn't connect to server\n`,
        status: 7,
      };
    }
    return said(`${source}\n`);
  },
};
