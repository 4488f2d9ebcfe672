import { isIP } from 'node:net';
import { organizationalDomain } from '../domains.ts';
import type { MethodResult, ReceivedHop } from '../message.ts';

/**
 * The hop on which the message came to the receiver from outside, as its place among the hops; -1 where none can be
 * told. It is the one with the address that the receiver judged SPF by; else the topmost between two organizations;
 * else the topmost with an address that is not the machine's own.
 */
export function sendingHopIndex(hops: readonly ReceivedHop[], clientAddress: string | null): number {
  const judged = clientAddress === null ? -1 : hops.findIndex(({ address }) => isSameAddress(address, clientAddress));
  if (judged !== -1) return judged;
  const isOutside = ({ address, from }: ReceivedHop) => !(address === null ? from === '' : isLoopback(address));
  const between = hops.findIndex((hop) => isOutside(hop) && isBetweenOrganizations(hop));
  return between === -1 ? hops.findIndex((hop) => hop.address !== null && isOutside(hop)) : between;
}

/** The address that SPF was judged by, from the results themselves; null where they do not tell it. */
export function clientAddressOf(results: readonly MethodResult[]): string | null {
  for (const { method, comment, properties } of results) {
    if (method !== 'spf' && method !== 'iprev') continue;
    const told = [
      properties.get('smtp.remote-ip'),
      properties.get('policy.iprev'),
      // Gmail and Yahoo; Microsoft
      /\bdesignates? ([0-9A-Fa-f.:]{2,45}) as permitted/.exec(comment)?.[1],
      /\b(?:sender|client) IP is ([0-9A-Fa-f.:]{2,45})/i.exec(comment)?.[1],
    ];
    const address = told.find((candidate) => candidate !== undefined && isIP(candidate) !== 0);
    if (address !== undefined) return address;
  }
  return null;
}

function isBetweenOrganizations({ from, reverseName, by }: ReceivedHop): boolean {
  const sender = reverseName || from;
  if (by === '' || !sender.includes('.')) return false;
  return organizationalDomain(sender) !== organizationalDomain(by);
}

function isLoopback(address: string): boolean {
  return address === '::1' || address.startsWith('127.');
}

/** One address can be written in several ways (RFC 5952). */
function isSameAddress(one: string | null, other: string): boolean {
  if (one === null) return false;
  if (one === other) return true;
  return isIP(one) === 6 && isIP(other) === 6 && canonicalIpv6(one) === canonicalIpv6(other);
}

function canonicalIpv6(address: string): string {
  return new URL(`http://[${address}]/`).hostname;
}
