import { getServers } from 'node:dns';
import type { Router } from './route.ts';

/** A name server by its IP address. */
export interface DnsServer {
  readonly address: string;
  readonly port: number;
}

/** Where probes look things up. Tests and practice point all of it at loopback. */
export interface ProbeSettings {
  /** Public resolvers, asked for what the world sees. */
  readonly resolvers: readonly DnsServer[];
  /** The operator's own resolvers, in order of preference. */
  readonly systemResolvers: readonly DnsServer[];
  /** The port of name servers that are known by their address alone (a zone's own, the target's): 53 outside of tests. */
  readonly authorityPort: number;
  /** PEM certificates of authorities that are trusted beside the usual ones: a lab's, or an organisation's own. */
  readonly authorities: readonly string[];
  /** How long one name server may take to answer, milliseconds. */
  readonly queryTimeoutMs: number;
  /** Only in practice: where on this machine the addresses of its world are served. Not for what goes over the target's line. */
  readonly route?: Router | undefined;
}

const dnsPort = 53;

/** Cloudflare, Google and Quad9, over IPv4 and IPv6. */
const publicAddresses = [
  '1.1.1.1',
  '8.8.8.8',
  '9.9.9.9',
  '2606:4700:4700::1111',
  '2001:4860:4860::8888',
  '2620:fe::fe',
] as const;

/**
 * The settings of real use: well-known public resolvers, and the resolvers that this machine is configured with, as
 * node:dns tells them.
 */
export function defaultSettings(systemServers: readonly string[] = getServers()): ProbeSettings {
  return {
    resolvers: publicAddresses.map((address) => ({ address, port: dnsPort })),
    systemResolvers: systemServers.map(readServer),
    authorityPort: dnsPort,
    authorities: [],
    queryTimeoutMs: 3_000,
  };
}

/** Reads `192.0.2.1`, `192.0.2.1:5353`, `2001:db8::1` and `[2001:db8::1]:5353`, the forms of node:dns `getServers()`. */
function readServer(text: string): DnsServer {
  const match = /^\[(?<v6>[^\]]+)\]:(?<port6>\d+)$|^(?<v4>[\d.]+):(?<port4>\d+)$/.exec(text);
  const address = match?.groups?.v6 ?? match?.groups?.v4 ?? text;
  const port = match?.groups?.port6 ?? match?.groups?.port4;
  return { address, port: port === undefined ? dnsPort : Number(port) };
}
