import { describe, expect, it } from 'vitest';
import { lintCaa } from '../../src/mail/records/caa.ts';
import { lintMtaSts } from '../../src/mail/records/mta-sts.ts';
import { lintTlsRpt } from '../../src/mail/records/tls-rpt.ts';
import { told } from './told.ts';

describe('the record of MTA-STS', () => {
  const lint = (...records: readonly string[]) => told(lintMtaSts(records, 'example.com'));
  it('has an id', () => {
    expect(lint('v=STSv1; id=20261124T100000;')).toMatch(/^good: /);
    expect(lint('v=STSv1; id=2026-11-24')).toMatch(/^bad: .*no valid id/);
    expect(lint('v=STSv1')).toMatch(/^bad: .*no valid id/);
  });

  it('need not be there', () => {
    expect(lint()).toBe('good: There is no MTA-STS record, which is allowed.');
    expect(lint('v=spf1 -all')).toMatch(/^good: There is no/);
  });

  it('is one, and begins as it must', () => {
    expect(lint('v=STSv1; id=1', 'v=STSv1; id=2')).toMatch(/^bad: There are 2 MTA-STS records/);
    expect(lint('v=STS1; id=1')).toMatch(/^bad: .*does not begin with v=STSv1; alone/);
  });
});

describe('a TLS-RPT record', () => {
  const lint = (...records: readonly string[]) => told(lintTlsRpt(records, 'example.com'));
  it('says where reports go', () => {
    expect(lint('v=TLSRPTv1; rua=mailto:tls@example.com,https://example.com/tls')).toMatch(/^good: .*tls@example\.com/);
    expect(lint('v=TLSRPTv1; rua=tls@example.com')).toMatch(/^bad: .*neither mailto: nor https:/);
    expect(lint('v=TLSRPTv1;')).toMatch(/^bad: .*no rua=/);
    expect(lint('v=TLSRPT; rua=mailto:tls@example.com')).toMatch(/^bad: .*does not begin with v=TLSRPTv1; alone/);
  });

  it('need not be there', () => {
    expect(lint()).toBe('good: There is no TLS-RPT record, which is allowed.');
  });
});

describe('CAA records', () => {
  const lint = (records: readonly string[], name = 'smtp.example.com') =>
    told(lintCaa(records, 'example.com', { authority: 'letsencrypt.org', name }));
  const ours = '0 issue "letsencrypt.org"';
  const others = '0 issue "ca.example.net"';

  it('forbid nothing where there are none', () => {
    expect(lint([])).toBe('good: There is no CAA record, which is allowed.');
  });

  it.each<[string, readonly string[]]>([
    ['it is named', [ours]],
    ['it is named among others', [others, ours]],
    ['it is named with parameters, and in capitals', ['0 ISSUE "LetsEncrypt.org ; validationmethods=dns-01"']],
    ['they say only where to complain', ['0 iodef "mailto:i@example.com"']],
    ['only wildcards are restricted', ['0 issuewild ";"']],
    ['one is critical, of a tag that all know', ['128 issue "letsencrypt.org"']],
  ])('allow an authority where %s', (_where, records) => {
    expect(lint(records)).toMatch(/^good: The CAA records of example\.com let letsencrypt\.org issue/);
  });

  it.each<[string, readonly string[], RegExp]>([
    [
      'another one is named',
      [others],
      /forbid letsencrypt\.org .*ca\.example\.net.*\| Publish one more .*0 issue "letsencrypt/,
    ],
    ['nobody may', ['0 issue ";"'], /forbid letsencrypt\.org/],
    ['only a longer name is named', ['0 issue "test.letsencrypt.org"'], /forbid letsencrypt\.org/],
    ['one is critical, of a tag that few know', [ours, '128 tbs "x"'], /the tag tbs .*\| Give that record .*flags 0/],
  ])('forbid an authority where %s', (_where, records, expected) => {
    expect(lint(records)).toMatch(/^bad: /);
    expect(lint(records)).toMatch(expected);
  });

  it('may have others for wildcards', () => {
    expect(lint([ours], '*.example.com')).toMatch(/^good: /);
    expect(lint([others, '0 issuewild "letsencrypt.org"'], '*.example.com')).toMatch(/^good: /);
    expect(lint([ours, '0 issuewild "ca.example.net"'], '*.example.com')).toMatch(/^bad: .*0 issuewild "letsencrypt/);
  });
});
