import { networkInterfaces } from 'node:os';

/** Whether this machine has ::1. Tests that need it are skipped by name where it has not. */
export function hasIpv6Loopback(): boolean {
  return Object.values(networkInterfaces()).some((addresses) => addresses?.some(({ address }) => address === '::1'));
}
