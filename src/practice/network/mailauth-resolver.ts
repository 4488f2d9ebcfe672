import type { DNSResolver } from 'mailauth';
import type { Resolver } from './dns/resolver.ts';

/** Lets mailauth look up in the practice world, in the shapes of node:dns `resolve()`. */
export function mailauthResolver(resolver: Resolver): DNSResolver {
  return async (name, type) => {
    const { rcode, answers } = resolver.reply({ name, type });
    if (rcode === 'SERVFAIL' || rcode === 'REFUSED') throw coded('ESERVFAIL', name, type);
    const rows = answers.flatMap((answer): unknown[] => {
      if (answer.type !== type) return [];
      switch (answer.type) {
        case 'TXT':
          return [[answer.data].flat().map(String)];
        case 'MX':
          return [{ exchange: answer.data.exchange, priority: answer.data.preference ?? 0 }];
        case 'A':
        case 'AAAA':
        case 'PTR':
          return [answer.data];
        default:
          return [];
      }
    });
    if (rows.length === 0) throw coded(rcode === 'NXDOMAIN' ? 'ENOTFOUND' : 'ENODATA', name, type);
    // why the cast: mailauth's types leave out what node:dns gives for MX, and its SPF needs
    return rows as string[];
  };
}

function coded(code: string, name: string, type: string): Error {
  return Object.assign(new Error(`query${type} ${code} ${name}`), { code });
}
