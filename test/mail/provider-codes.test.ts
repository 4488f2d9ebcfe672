import { describe, expect, it } from 'vitest';
import { knownReplies } from '../../src/mail/provider-codes.ts';
import { replyTable } from '../../src/mail/reply-table.ts';

/** The replies in a text: `provider code`, with `later` where the server takes it later. */
function found(text: string): readonly string[] {
  return knownReplies(text).map(
    ({ provider, code, isTemporary }) => `${provider} ${code}${isTemporary ? ' later' : ''}`,
  );
}

describe('known replies', () => {
  it.each<[string, string]>([
    [
      '421-4.7.23 [203.0.113.10] Your email has been rate limited because the sending IP does not have a PTR record. - gsmtp',
      'gmail 5.7.23 later',
    ],
    [
      '550-5.7.25 [2001:db8::25] The IP address sending this message does not have a PTR record. - gsmtp',
      'gmail 5.7.25',
    ],
    ['550 5.7.26 This mail has been blocked because the sender is unauthenticated. - gsmtp', 'gmail 5.7.26'],
    ['421-4.7.28 Gmail has detected an unusual rate of unsolicited mail from your IP. - gsmtp', 'gmail 5.7.28 later'],
    ['550 5.7.40 Gmail requires a DMARC record. - gsmtp', 'gmail 5.7.40'],
    ['421 4.7.32 From is not aligned. https://support.google.com/mail/answer/81126 - gsmtp', 'gmail 5.7.32 later'],
    [
      '550-5.7.1 [2001:db8::25] Our system has detected that this message does not meet IPv6 sending guidelines - gsmtp',
      'gmail 5.7.1',
    ],
    [
      '550; 5.7.515 Access denied, sending domain example.com does not meet the required authentication level.',
      'microsoft 5.7.515',
    ],
    ['550 5.7.15 Access denied, sending domain example.com', 'microsoft 5.7.515'],
    ['550 5.7.1 Unfortunately, messages from [203.0.113.10] weren’t sent. (S3140).', 'microsoft S3140'],
    ['550 5.7.1 part of their network is on our block list (S3150). [x.outlook.com]', 'microsoft S3150'],
    [
      '451 4.7.650 The mail server [203.0.113.10] has been temporarily rate limited. x.outlook.com',
      'microsoft 5.7.650 later',
    ],
    ['421 RP-001 (COL004) Unfortunately, some messages weren’t sent', 'microsoft RP-001 later'],
    [
      '550 5.7.23 The message was rejected because of Sender Policy Framework violation x.outlook.com',
      'microsoft 5.7.23',
    ],
    ['421 4.7.0 [TSS04] Messages from 203.0.113.10 temporarily deferred', 'yahoo TSS04 later'],
    ['553 5.7.1 [BL21] Connections will not be accepted from 203.0.113.10', 'yahoo BL21'],
    ['554 5.7.9 Message not accepted for policy reasons. mta5.am0.yahoodns.net', 'yahoo 5.7.9'],
    ['550 5.7.1 Service unavailable; client blocked using zen.spamhaus.org', 'any block list'],
    ['550 5.7.25 Reverse DNS validation failed', 'any 5.7.25'],
    ['550 5.1.1 <x@example.net>: no such user', 'any 5.1.1'],
    [
      'failed (temporary): all MXs returned transient failures (last: Could not dial: dial tcp 142.250.1.26:25: i/o timeout)',
      'any port 25',
    ],
  ])('%s', (line, expected) => {
    expect(found(line)).toEqual([expected]);
  });

  it('tell whose a code is, since Gmail and the RFC differ', () => {
    expect(knownReplies('550 5.7.23 SPF validation failed')[0]?.cause).toMatch(/^SPF does not allow/);
    expect(knownReplies('421 4.7.23 no PTR - gsmtp')[0]?.cause).toMatch(/^The sending address has no reverse name/);
  });

  it('take the provider from the text around, where the line does not name it', () => {
    expect(found('host gmail-smtp-in.l.google.com said:\n550-5.7.27 SPF\n550-5.7.27 more\n')).toEqual(['gmail 5.7.27']);
  });

  it.each(['250 2.0.0 OK - gsmtp', 'version 5.7.26', 'connected to 10.5.7.26:25', '550 5.7.260 no such code'])(
    'are not found in %s',
    (line) => {
      expect(found(line).filter((reply) => !reply.includes('5.7.26'))).toEqual([]);
      if (!line.startsWith('version')) expect(found(line)).toEqual([]);
    },
  );

  it('are found in little time in 50 MB, at the beginning', () => {
    expect(found(`550 5.1.1 no such user\n${'550 '.repeat(13_000_000)}`)).toEqual(['any 5.1.1']);
  });

  it('are looked for in the first megabyte', () => {
    expect(found(`${'x'.repeat(1_000_000)}\n550 5.1.1 no such user`)).toEqual(['any 5.1.1']);
    expect(found(`${'x'.repeat(1_100_000)}\n550 5.1.1 no such user`)).toEqual([]);
  });

  it('each have a cause and a remedy that are whole sentences', () => {
    for (const { cause, remedy } of replyTable) {
      expect(cause).toMatch(/^[A-Z].*\.$/);
      expect(remedy).toMatch(/^[A-Z].*[.\w;=]$/);
    }
  });
});
