import { isIP } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalIpv6, dnsName, hostAndPort, reverseName } from '../../src/probe/dns/name.ts';
import { ProbeInputError } from '../../src/probe/values.ts';

describe('a DNS name', () => {
  it.each([
    ['Mail.Example.COM.', 'mail.example.com'],
    ['_dmarc.example.com', '_dmarc.example.com'],
    ['brevduva.åäö.example', 'brevduva.xn--4cab6c.example'],
  ])('%s is asked for as %s', (written, asked) => {
    expect(dnsName(written)).toBe(asked);
  });

  it.each(['', '.', 'a..b', `${'a'.repeat(64)}.test`, `${'a.'.repeat(130)}test`, 'two words.test'])(
    '“%s” is refused',
    (written) => {
      expect(() => dnsName(written)).toThrow(ProbeInputError);
    },
  );
});

describe('an address', () => {
  it('has its reverse name', () => {
    expect(reverseName('203.0.113.10')).toBe('10.113.0.203.in-addr.arpa');
    expect(reverseName('2001:db8::567:89ab')).toBe(
      'b.a.9.8.7.6.5.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa',
    );
    expect(reverseName('mx.example.com')).toBeNull();
  });

  it('has a reverse name of 32 digits, whatever its spelling', () => {
    fc.assert(
      fc.property(fc.ipV6(), (address) => {
        expect(reverseName(address)).toMatch(/^([0-9a-f]\.){32}ip6\.arpa$/);
        expect(reverseName(canonicalIpv6(address))).toBe(reverseName(address));
        expect(isIP(canonicalIpv6(address))).toBe(6);
      }),
    );
  });

  it('is told from its port', () => {
    expect(hostAndPort('192.0.2.1', 25)).toBe('192.0.2.1:25');
    expect(hostAndPort('2001:db8::1', 25)).toBe('[2001:db8::1]:25');
  });
});
