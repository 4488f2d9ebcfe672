import { places } from '../network/addresses.ts';

/** The practice server's place in the practice world. */
export const plan = {
  firstName: 'vmi1234567',
  ...places.server,
  gateway4: '203.0.113.1',
  gateway6: 'fe80::1',
  resolver: places.resolver.ipv4,
} as const;
