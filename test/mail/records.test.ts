import { generateKeyPairSync } from 'node:crypto';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lintDkim, mistakenDkimNames } from '../../src/mail/records/dkim.ts';
import { lintDmarc, lintReportAuthorization, reportAuthorizations } from '../../src/mail/records/dmarc.ts';
import { lintSpf } from '../../src/mail/records/spf.ts';
import { spellTxt } from '../../src/mail/records/txt.ts';
import { told } from './told.ts';

describe('an SPF record', () => {
  const lint = (...records: readonly string[]) => told(lintSpf(records, 'example.com'));

  it.each([
    'v=spf1 a:smtp.example.com ~all',
    'v=spf1 ip4:203.0.113.10 ip6:2001:db8:17::25 -all',
    'v=spf1 mx/24//64 a/28 include:_spf.example.net ~all',
    'V=SPF1 redirect=_spf.example.net',
    'v=spf1 exists:%{i}._spf.example.net ~all exp=why.example.com',
  ])('is good: %s', (record) => {
    expect(lint('google-site-verification=x', record)).toMatch(/^good: There is one SPF record/);
  });

  it.each<[string, RegExp]>([
    ['v=spf1 ip4:203.0.113.10/33 ~all', /^bad: .*“ip4:203\.0\.113\.10\/33” has no valid prefix length/],
    ['v=spf1 ip4:203.0.113.256 ~all', /^bad: .*holds no IPv4 address/],
    ['v=spf1 ip4:2001:db8::1 ~all', /^bad: .*holds an IPv6 address.*\| Write ip6:2001:db8::1/],
    ['v=spf1 ip6:203.0.113.10 ~all', /^bad: .*\| Write ip4:203\.0\.113\.10/],
    ['v=spf1 ip:203.0.113.10 ~all', /^bad: .*is no mechanism.*\| Write ip4:/],
    ['v=spf1 203.0.113.10 ~all', /^bad: .*\| Write ip4:203\.0\.113\.10/],
    ['v=spf1 a:203.0.113.10 ~all', /^bad: .*holds an address/],
    ['v=spf1 include ~all', /^bad: .*“include” names no domain/],
    ['v=spf1 all:example.com', /^bad: .*has a value/],
    ['v=spf1 "a:smtp.example.com" ~all', /^bad: .*quotes/],
    ['v=spf1 a +all', /^bad: .*allows everybody/],
    ['v=spf1 a all', /^bad: .*allows everybody/],
    ['v=spf1 a ?all', /^warning: .*“\?all”/],
    ['v=spf1 a', /^warning: .*ends without all/],
    ['v=spf1 ~all a mx', /^warning: .*“a mx” counts for nothing beside “~all”/],
    ['v=spf1 ptr ~all', /^warning: .*given up/],
    ['v=spf1 ip4:203.0.0.0/8 ~all', /^warning: .*very many addresses/],
    [`v=spf1 ${'include:a.example '.repeat(11)}~all`, /^bad: .*needs 11 lookups/],
    [`v=spf1 ${'ip4:203.0.113.10 '.repeat(30)}~all`, /^warning: .*bytes long/],
    ['"v=spf1 a ~all"', /^bad: .*quotes in it.*\| Enter the value without quotes/],
    ['v=spf1; a ~all', /^bad: .*does not begin with v=spf1 alone/],
    ['v=spf10 a ~all', /^bad: .*does not begin with v=spf1 alone/],
    ['spf1 a ~all', /^bad: .*does not begin with v=spf1 alone/],
  ])('is told of: %s', (record, expected) => {
    expect(lint(record)).toMatch(expected);
  });

  it('must be there, and only once', () => {
    expect(lint()).toMatch(/^bad: There is no SPF record at example\.com\. .*begins with v=spf1\.$/m);
    expect(lint('v=spf1 a ~all', 'v=spf1 mx ~all')).toMatch(/^bad: There are 2 SPF records.*\| Merge/);
  });
});

const rsa = (bits: number, type: 'spki' | 'pkcs1' = 'spki') =>
  generateKeyPairSync('rsa', { modulusLength: bits }).publicKey.export({ format: 'der', type }).toString('base64');

describe('a DKIM record', () => {
  const place = { selector: '20261101', domain: 'example.com' };
  const lint = (...records: readonly string[]) => told(lintDkim(records, place));
  const key = rsa(2048);

  it.each([`v=DKIM1; k=rsa; p=${key}`, `p=${key}`, `v=DKIM1; k=rsa; t=s; h=sha256; s=email; p=${key};`])(
    'is good, case %#',
    (record) => {
      expect(lint(record)).toBe('good: The key at 20261101._domainkey.example.com is an RSA key of 2048 bits.');
    },
  );

  it('is good with spaces in the key, and as the older PKCS #1', () => {
    expect(lint(`v=DKIM1; p=${key.slice(0, 100)} ${key.slice(100)}`)).toMatch(/^good: .*2048 bits/);
    expect(lint(`v=DKIM1; p=${rsa(2048, 'pkcs1')}`)).toMatch(/^good: .*2048 bits/);
  });

  it('is cut off at 255 characters: told, with how much is there', () => {
    const record = `v=DKIM1; k=rsa; p=${key}`.slice(0, 255);
    expect(lint(record)).toMatch(/^bad: .*cut off: 177 of 294 bytes are there\. \| Publish the whole value again/);
  });

  it('is weak under 2048 bits, and refused under 1024', () => {
    expect(lint(`v=DKIM1; p=${rsa(1024)}`)).toMatch(/^warning: .*1024 bits; 2048 are recommended/);
    expect(lint(`v=DKIM1; p=${rsa(512)}`)).toMatch(/^bad: .*512 bits, which receivers refuse/);
  });

  it('of Ed25519 is few receivers’', () => {
    expect(lint(`v=DKIM1; k=ed25519; p=${Buffer.alloc(32, 7).toString('base64')}`)).toMatch(/^warning: .*Ed25519/);
    expect(lint(`v=DKIM1; k=ed25519; p=${Buffer.alloc(31, 7).toString('base64')}`)).toMatch(/^bad: .*31 of 32 bytes/);
  });

  it.each<[string, RegExp]>([
    ['v=DKIM1; p=', /^bad: .*taken back/],
    ['v=DKIM1; k=rsa', /^bad: There is no p= in the key/],
    ['v=DKIM1; k=dsa; p=AAAA', /^bad: .*“dsa”/],
    ['v=DKIM1; p=AAAA', /^bad: .*no RSA public key/],
    ['v=DKIM1; p=MIIB*', /^bad: .*“\*” does not belong to base64/],
    ['"v=DKIM1; p=MIIB" "AQAB"', /^bad: .*quotes or backslashes/],
    ['v=DKIM1\\; p=MIIB', /^bad: .*quotes or backslashes/],
    [`k=rsa; v=DKIM1; p=${key}`, /^bad: .*does not come first/],
    [`v=DKIM2; p=${key}`, /^bad: .*“v=DKIM2”/],
    [`v=DKIM1; p=${key}; p=${key}`, /^bad: .*p more than once/],
    [`v=DKIM1; rsa; p=${key}`, /^bad: .*“rsa” is no name=value/],
    [`v=DKIM1; h=sha1; p=${key}`, /^bad: .*only for sha1/],
    [`v=DKIM1; s=other; p=${key}`, /^bad: .*not for mail/],
    [`v=DKIM1; t=y:s; p=${key}`, /^warning: .*t=y/],
  ])('is told of, case %#: %s', (record, expected) => {
    expect(lint(record)).toMatch(expected);
  });

  it('must be there, and only once', () => {
    expect(lint()).toMatch(/^bad: There is no DKIM key at 20261101\._domainkey\.example\.com/);
    expect(lint(`p=${key}`, `p=${rsa(2048)}`)).toMatch(/^bad: There are 2 keys/);
  });

  it('is found where the panel doubled the domain, or the underscore is missing', () => {
    for (const name of mistakenDkimNames(place)) {
      const findings = lintDkim([], place, [{ name, records: [`v=DKIM1; p=${key}`] }]);
      expect(told(findings)).toMatch(
        /^bad: The key is published as \S+, and must be at 20261101\._domainkey\.example\.com\. \| Enter only 20261101\._domainkey/,
      );
    }
    expect(mistakenDkimNames(place)).toEqual([
      '20261101._domainkey.example.com.example.com',
      '20261101.domainkey.example.com',
    ]);
  });

  it('has no selector with _domainkey in it', () => {
    const wrong = { selector: '20261101._domainkey.example.com', domain: 'example.com' };
    expect(told(lintDkim([], wrong))).toMatch(/^bad: .*no selector.*\| The selector is only 20261101/);
  });
});

describe('a DMARC record', () => {
  const lint = (...records: readonly string[]) => told(lintDmarc(records, 'example.com'));
  const reports = 'rua=mailto:dmarc@example.com';

  it.each([
    `v=DMARC1; p=none; ${reports}`,
    `v=DMARC1;p=reject;sp=quarantine;np=reject;adkim=s;aspf=r;psd=n;t=n;fo=1:d:s;${reports};ruf=mailto:a@example.com`,
    `v = DMARC1 ; p = quarantine ; ${reports},mailto:other@reports.example.com`,
  ])('is good: %s', (record) => {
    expect(lint(record)).toMatch(/^good: The DMARC policy of example\.com is (?:none|reject|quarantine)/);
  });

  it.each<[string, RegExp]>([
    [`v=DMARC1; p=avvisa; ${reports}`, /^bad: .*“p=avvisa”.*none, quarantine, reject \(these very words, in English\)/],
    [`v=DMARC1; p=none; sp=all; ${reports}`, /^bad: .*“sp=all”/],
    [`v=DMARC1; p=none; np=1; ${reports}`, /^bad: .*“np=1”/],
    [`v=DMARC1; p=none; adkim=strict; ${reports}`, /^bad: .*adkim= and r, s/],
    [`v=DMARC1; p=none; aspf=x; ${reports}`, /^bad: .*aspf=/],
    [`v=DMARC1; p=none; t=1; ${reports}`, /^bad: .*“t=1”/],
    [`v=DMARC1; p=none; fo=1,d; ${reports}; ruf=mailto:a@example.com`, /^bad: .*“fo=1,d”.*parted by colons/],
    [`v=DMARC1; p=none; p=reject; ${reports}`, /^bad: .*p more than once/],
    [`v=DMARC1; p=none; hello; ${reports}`, /^bad: .*“hello” is no name=value/],
    ['v=DMARC1; p=none; rua=dmarc@example.com', /^bad: .*\| Write rua=mailto:dmarc@example\.com/],
    ['v=DMARC1; p=none; rua=https://example.com/dmarc', /^bad: .*no address that reports can be sent to/],
    ['v=DMARC1; p=none; rua=', /^bad: .*rua= is empty/],
    ['v=DMARC1', /^bad: .*neither p= nor rua=/],
    [`v=DMARC1; ${reports}`, /^warning: .*no p=, which counts as p=none/],
    [`v=DMARC1; ${reports}; p=none`, /^warning: .*not the second tag/],
    ['v=DMARC1; p=none', /^warning: .*no reports.*rua=mailto:dmarc@example\.com/],
    [`v=DMARC1; p=reject; t=y; ${reports}`, /^warning: .*t=y/],
    [`v=DMARC1; p=reject; sp=none; ${reports}`, /^warning: .*subdomains it is none/],
    [`v=DMARC1; p=reject; psd=y; ${reports}`, /^warning: .*psd=y/],
    [`v=DMARC1; p=none; pct=50; ${reports}`, /^warning: .*pct=50, which RFC 9989 took away.*t=y/],
    [`v=DMARC1; p=none; rf=afrf; ${reports}`, /^warning: .*rf=afrf, which RFC 9989/],
    [`v=DMARC1; p=none; ri=3600; ${reports}`, /^warning: .*ri=3600, which RFC 9989/],
    [`v=DMARC1; p=none; policy=x; ${reports}`, /^warning: .*“policy” that there is not/],
    [`v=DMARC1; p=none; fo=1; ${reports}`, /^warning: .*nothing without ruf=/],
    ['v=DMARC1; p=none; rua=mailto:a@example.com!10m', /^warning: .*size limit/],
    [`v=dmarc1; p=none; ${reports}`, /^bad: .*does not begin with v=DMARC1; alone/],
    [`v=DMARC1 p=none; ${reports}`, /^bad: .*does not begin with v=DMARC1; alone/],
    [`"v=DMARC1; p=none; ${reports}"`, /^bad: .*quotes in it/],
    [`v=DMARC1\\; p=none\\; ${reports}`, /^bad: .*backslashes in it/],
  ])('is told of: %s', (record, expected) => {
    expect(lint(record)).toMatch(expected);
  });

  it('must be there, and only once', () => {
    expect(lint()).toMatch(/^bad: There is no DMARC record at _dmarc\.example\.com/);
    expect(lint('v=DMARC1; p=none', 'v=DMARC1; p=reject')).toMatch(/^bad: There are 2 DMARC records/);
  });

  it('needs a word from another organization that its reports go to, and none from its own', () => {
    const record =
      'v=DMARC1; p=none; rua=mailto:a@example.com,mailto:b@sub.example.com,mailto:c@reports.example.net; ruf=mailto:d@reports.example.net';
    expect(reportAuthorizations(record, 'Example.com')).toEqual([
      { name: 'example.com._report._dmarc.reports.example.net', destination: 'reports.example.net' },
    ]);
  });

  it('has its reports sent only where the other one publishes v=DMARC1', () => {
    const [authorization] = reportAuthorizations('v=DMARC1; p=none; rua=mailto:c@reports.example.net', 'example.com');
    if (authorization === undefined) throw new Error('An authorization is needed.');
    expect(told(lintReportAuthorization(['v=DMARC1'], authorization))).toMatch(/^good: /);
    expect(told(lintReportAuthorization(['v=spf1 -all'], authorization))).toMatch(
      /^bad: .*\| Let reports\.example\.net publish a TXT record at example\.com\._report\._dmarc\.reports\.example\.net/,
    );
  });
});

describe('a TXT value', () => {
  it('is split at 255 bytes, and comes back whole', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 900 }), (value) => {
        const { strings, whole } = spellTxt(value);
        expect(strings.join('')).toBe(value);
        expect(whole).toBe(value);
        for (const text of strings) expect(Buffer.byteLength(text)).toBeLessThanOrEqual(255);
      }),
    );
  });

  it('is quoted for a zone file, in as few strings as can be', () => {
    expect(spellTxt('v=spf1 a ~all').quoted).toBe('"v=spf1 a ~all"');
    expect(spellTxt('a"b\\c').quoted).toBe('"a\\"b\\\\c"');
    expect(spellTxt('x'.repeat(256)).quoted).toBe(`"${'x'.repeat(255)}" "x"`);
    expect(spellTxt('').quoted).toBe('""');
  });
});
