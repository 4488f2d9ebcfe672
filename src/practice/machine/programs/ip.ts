import type { Call, Outcome, Program } from '../program.ts';
import { said } from '../program.ts';
import { link } from '../state/network-link.ts';

/** ip(8) of iproute2: what the guide asks of `addr`, `route` and `link`; `addr replace` and `route replace` for IPv6. */
export const ip: Program = {
  name: 'ip',
  run(call) {
    const flags = call.args.filter((arg) => /^-[46o]$/.test(arg));
    const [object = '', ...words] = call.args.filter((arg) => !arg.startsWith('-'));
    const families: readonly (4 | 6)[] = flags.includes('-4') ? [4] : flags.includes('-6') ? [6] : [4, 6];
    if ('address'.startsWith(object)) return addresses(call, families, words);
    if ('route'.startsWith(object)) return routes(call, families, words);
    if ('link'.startsWith(object)) return said(linkLines());
    return { err: `Object "${object}" is unknown, try "ip help".\n`, status: 1 };
  },
};

function addresses({ machine }: Call, families: readonly (4 | 6)[], words: readonly string[]): Outcome {
  const { network } = machine;
  const word = (name: string): string | undefined =>
    words.includes(name) ? words[words.indexOf(name) + 1] : undefined;
  if (words.includes('temporary')) return {};
  const to = word('to');
  const rows = families.flatMap((family) =>
    (family === 4 ? network.ipv4 : network.ipv6).addresses
      .filter((address) => to === undefined || address.split('/')[0] === to.split('/')[0])
      .map((address) => row(family, address)),
  );
  const isOwn = to === undefined && word('scope') !== 'global' && word('dev') !== link;
  const own = isOwn ? ['1: lo    inet 127.0.0.1/8 scope host lo\\       valid_lft forever preferred_lft forever'] : [];
  return said([...own, ...rows].map((line) => `${line}\n`).join(''));
}

function row(family: 4 | 6, address: string): string {
  const name = family === 4 ? 'inet' : 'inet6';
  const label = family === 4 ? ` ${link}` : '';
  return `2: ${link}    ${name} ${address} scope global${label}\\       valid_lft forever preferred_lft forever`;
}

function routes({ machine }: Call, families: readonly (4 | 6)[], words: readonly string[]): Outcome {
  const { network } = machine;
  if (words[0] === 'get') {
    const to = words[1] ?? '';
    const family = to.includes(':') ? 6 : 4;
    const source = network.source(family);
    if (source === undefined) return { err: 'RTNETLINK answers: Network is unreachable\n', status: 2 };
    const { gateway } = family === 4 ? network.ipv4 : network.ipv6;
    return said(`${to} via ${gateway} dev ${link} src ${source} uid 0 \\    cache \n`);
  }
  const lines = families.flatMap((family) => {
    const { gateway } = family === 4 ? network.ipv4 : network.ipv6;
    return gateway === undefined ? [] : [`default via ${gateway} dev ${link} proto static onlink`];
  });
  return said(lines.map((line) => `${line}\n`).join(''));
}

function linkLines(): string {
  const state = 'mtu 1500 qdisc fq_codel state UP mode DEFAULT group default qlen 1000';
  return `1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN\n2: ${link}: <BROADCAST,MULTICAST,UP,LOWER_UP> ${state}\n`;
}
