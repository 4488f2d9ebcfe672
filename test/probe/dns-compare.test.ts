import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Published } from '../../src/probe/dns/compare.ts';
import { compareRecords } from '../../src/probe/dns/compare.ts';

function compare(type: string, wanted: readonly string[], published: readonly string[], more: Partial<Published> = {}) {
  return compareRecords({
    name: 'mx.example.com',
    type,
    wanted,
    published,
    match: 'among',
    zone: 'example.com',
    ...more,
  });
}

describe('what is published is what is wanted', () => {
  it.each([
    ['an address', 'A', '192.0.2.1', '192.0.2.1'],
    ['an IPv6 address in another spelling', 'AAAA', '2001:0DB8:0:0:0:0:0:1', '2001:db8::1'],
    ['a host in other letters, with a last dot', 'CNAME', 'Host.Example.COM.', 'host.example.com'],
    ['an MX with its preference', 'MX', '10 mx.example.com.', '10 mx.example.com'],
    ['an MX that is wanted by its host alone', 'MX', 'mx.example.com', '10 mx.example.com'],
    ['a TXT as it is written in a zone file', 'TXT', '"v=spf1 mx" " -all"', 'v=spf1 mx -all'],
    ['an SPF record in other letters and spaces', 'TXT', 'v=spf1 MX  -all', 'v=spf1 mx -all'],
    ['a DMARC record with other spaces and a last semicolon', 'TXT', 'v=DMARC1;p=none', 'v=DMARC1; p=none;'],
    ['a DKIM record with spaces in its key', 'TXT', 'v=DKIM1; k=rsa; p=AbCd', 'v=DKIM1;k=rsa;p=Ab Cd'],
    ['a CAA record without quotes', 'CAA', '0 issue letsencrypt.org', '0 issue "letsencrypt.org"'],
    ['a TLSA record in groups of digits', 'TLSA', '3 1 1 AB CD', '3 1 1 abcd'],
  ])('%s', (_, type, wanted, published) => {
    expect(compare(type, [wanted], [published])).toMatchObject({ holds: true, doubtful: [], mistakes: [] });
  });

  it('whatever order several records come in', () => {
    const values = fc.uniqueArray(fc.ipV4(), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(values, (wanted) => {
        expect(compare('A', wanted, wanted.toReversed(), { match: 'exact' }).holds).toBe(true);
      }),
    );
  });

  it('when texts for other purposes stand beside it', () => {
    expect(compare('TXT', ['v=spf1 -all'], ['google-site-verification=x', 'v=spf1 -all']).holds).toBe(true);
  });

  it('but another MX is to be thought about', () => {
    expect(compare('MX', ['10 mx.example.com'], ['10 mx.example.com', '20 old.example.net'])).toMatchObject({
      holds: true,
      doubtful: ['20 old.example.net'],
    });
  });
});

describe('what is published is not what is wanted', () => {
  it('where nothing is', () => {
    expect(compare('A', ['192.0.2.1'], [])).toEqual({
      holds: false,
      missing: ['192.0.2.1'],
      different: [],
      extra: [],
      doubtful: [],
      mistakes: [],
    });
  });

  it.each([
    ['another address', 'A', '192.0.2.1', '192.0.2.2'],
    ['another SPF record', 'TXT', 'v=spf1 mx -all', 'v=spf1 a -all'],
    ['a DKIM key that was cut', 'TXT', 'v=DKIM1; p=ABCDEF', 'v=DKIM1; p=ABC'],
    ['another preference of the same MX', 'MX', '10 mx.example.com', '20 mx.example.com'],
    ['another reverse name', 'PTR', 'mx.example.com', 'vps1.provider.example'],
  ])('where %s stands in its place, and both are told', (_, type, wanted, published) => {
    expect(compare(type, [wanted], [published])).toMatchObject({
      holds: false,
      missing: [],
      different: [{ published, wanted }],
    });
  });

  it('where another address contradicts it', () => {
    const both = ['192.0.2.1', '192.0.2.2'];
    expect(compare('A', ['192.0.2.1'], both)).toMatchObject({ holds: false, missing: [], extra: ['192.0.2.2'] });
  });

  it('where the exact set was wanted, and there is more', () => {
    const verdict = compare('CAA', ['0 issue "a.test"'], ['0 issue "a.test"', '0 issue "b.test"'], { match: 'exact' });
    expect(verdict).toMatchObject({ holds: false, extra: ['0 issue "b.test"'] });
  });

  it('where there are two SPF records, though one is right', () => {
    expect(compare('TXT', ['v=spf1 mx -all'], ['v=spf1 mx -all', 'v=spf1 a ~all'])).toMatchObject({
      holds: false,
      extra: ['v=spf1 a ~all'],
      mistakes: ['several-spf'],
    });
  });

  it('where there are two DMARC records', () => {
    const verdict = compare('TXT', ['v=DMARC1; p=none'], ['v=DMARC1; p=none', 'v=DMARC1; p=reject']);
    expect(verdict).toMatchObject({ holds: false, mistakes: ['several-dmarc'] });
  });

  it.each(['"v=spf1 mx -all"', '\\"v=spf1 mx -all\\"', '"v=spf1 mx" " -all"'])(
    'where quotes were published inside the text: %s',
    (published) => {
      expect(compare('TXT', ['v=spf1 mx -all'], [published])).toMatchObject({
        holds: false,
        different: [{ published, wanted: 'v=spf1 mx -all' }],
        mistakes: ['quotes-inside'],
      });
    },
  );

  it.each([
    ['MX', '10 mx.example.com', '10 mx.example.com.example.com'],
    ['CNAME', 'host.example.com', 'host.example.com.example.com'],
  ])('where a value of type %s got the domain twice', (type, wanted, published) => {
    expect(compare(type, [wanted], [published])).toMatchObject({
      holds: false,
      different: [{ published, wanted }],
      mistakes: ['domain-twice'],
    });
  });

  it('where a DKIM key differs only in its letters’ case', () => {
    expect(compare('TXT', ['v=DKIM1; p=AbC'], ['v=DKIM1; p=aBc']).holds).toBe(false);
  });
});
