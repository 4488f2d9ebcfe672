import { describe, expect, it } from 'vitest';
import { explain } from '../../src/mail/explain.ts';
import type { FindingSubject, FindingVerdict } from '../../src/mail/finding.ts';
import { readMessage } from '../../src/mail/read-message.ts';
import {
  bounceFromChasquid,
  forwardedByGmail,
  fromGmail,
  fromOutlook,
  fromYahoo,
  type GmailMaking,
  lines,
} from './messages.ts';

/** The findings of a text, by subject: `verdict: sentence | remedy`. */
function told(text: string): ReadonlyMap<FindingSubject, string> {
  const findings = explain(readMessage(text));
  return new Map(
    findings.map(({ subject, verdict, sentence, remedy }) => [
      subject,
      `${verdict}: ${sentence}${remedy === undefined ? '' : ` | ${remedy}`}`,
    ]),
  );
}

function verdicts(text: string): Readonly<Partial<Record<FindingSubject, FindingVerdict>>> {
  return Object.fromEntries(explain(readMessage(text)).map(({ subject, verdict }) => [subject, verdict]));
}

/** A message of Gmail's whose letter has other headers. */
function letter(...headers: readonly string[]): string {
  return fromGmail({ letter: headers });
}

describe('a message that is all right', () => {
  const good = {
    spf: 'good',
    dkim: 'good',
    dmarc: 'good',
    alignment: 'good',
    tls: 'good',
    address: 'good',
    'message-id': 'good',
    date: 'good',
    from: 'good',
  };

  it('has nothing but good findings at Gmail', () => {
    expect(verdicts(fromGmail())).toEqual({ ...good, 'reverse-name': 'good' });
  });

  it('says who found what, and for which domain', () => {
    const findings = told(fromGmail());
    expect(findings.get('spf')).toBe(
      'good: SPF passes: by the record of example.com, 2001:db8:17::25 may send for it (mx.google.com).',
    );
    expect(findings.get('dkim')).toBe(
      'good: DKIM passes: the signature of example.com with the key 20261101 holds (mx.google.com).',
    );
    expect(findings.get('dmarc')).toBe('good: DMARC passes for example.com, whose policy is none (mx.google.com).');
    expect(findings.get('address')).toBe('good: The message came to mx.google.com over IPv6, from 2001:db8:17::25.');
    expect(findings.get('tls')).toBe('good: The message came to mx.google.com over TLS 1.3 (TLS_AES_256_GCM_SHA384).');
  });

  it('is read at Yahoo, who does not tell the reverse name', () => {
    expect(verdicts(fromYahoo)).toEqual(good);
  });

  it('is read at Outlook, which tells the junk folder and the reverse name in headers of its own', () => {
    expect(verdicts(fromOutlook)).toEqual({ ...good, 'reverse-name': 'good', folder: 'bad' });
  });
});

describe('SPF', () => {
  it.each<[string, string, string]>([
    ['fail', 'bad', 'put ip6:2001:db8:17::25, or a: with its name, into the one SPF record of example.com.'],
    ['softfail', 'bad', 'ip6:2001:db8:17::25'],
    ['neutral', 'bad', 'ip6:2001:db8:17::25'],
    ['none', 'bad', 'ip6:2001:db8:17::25'],
    ['permerror', 'bad', 'exactly one record'],
    ['temperror', 'unknown', 'Send again.'],
    ['frobnicated', 'unknown', 'no meaning that is known here'],
  ])('that says %s is %s', (result, verdict, remedy) => {
    const spf = told(fromGmail({ spf: `spf=${result} smtp.mailfrom=i@example.com` })).get('spf');
    expect(spf).toMatch(new RegExp(`^${verdict}: `));
    expect(spf).toContain(remedy);
  });

  it('is unknown where nobody wrote it down, which is not bad', () => {
    const text = lines('Received: from a.example by b.example', 'From: i@example.com', '', 'x');
    expect(told(text).get('spf')).toMatch(/^unknown: No server/);
  });
});

describe('DKIM', () => {
  it.each<[string, string]>([
    ['dkim=fail (body hash did not verify) header.i=@example.com header.s=s1', 'changed after it was signed'],
    ['dkim=permerror (no key for signature) header.i=@example.com header.s=s1', 's1._domainkey.example.com'],
    ['dkim=neutral (invalid public key) header.i=@example.com header.s=s1', 'publish it again, whole'],
    ['dkim=fail header.i=@example.com header.s=s1', 'Compare the key at s1._domainkey.example.com'],
  ])('that says “%s” is bad, with a remedy for it', (result, remedy) => {
    const dkim = told(fromGmail({ dkim: [result] })).get('dkim');
    expect(dkim).toMatch(/^bad: The signature of example\.com with the key s1 does not hold/);
    expect(dkim).toContain(remedy);
  });

  it('could not be checked where the DNS did not answer', () => {
    expect(verdicts(fromGmail({ dkim: ['dkim=temperror (no key for signature) header.d=example.com'] })).dkim).toBe(
      'unknown',
    );
  });

  it('tells what must be so where nothing is signed', () => {
    expect(told(fromGmail({ dkim: [] })).get('dkim')).toMatch(/^bad: .*no DKIM signature.*Three things must be so/);
  });

  it('forgives another signature that does not hold', () => {
    const findings = explain(
      readMessage(
        fromGmail({ dkim: ['dkim=fail header.i=@lists.example.org', 'dkim=pass header.d=example.com header.s=s1'] }),
      ),
    );
    expect(findings.filter(({ subject }) => subject === 'dkim').map(({ verdict }) => verdict)).toEqual([
      'warning',
      'good',
    ]);
  });

  it('calls a signature with SHA-1, without From, or of the past, bad though the receiver let it pass', () => {
    const text = (signature: string) =>
      lines(
        'Received: from smtp.example.com (smtp.example.com. [192.0.2.1]) by mx.example.net with ESMTPS; Tue, 24 Nov 2026 09:00:00 +0000',
        'Authentication-Results: mx.example.net; dkim=pass header.d=example.com',
        `DKIM-Signature: ${signature}`,
        'From: i@example.com',
        '',
        'x',
      );
    expect(told(text('v=1; a=rsa-sha1; d=example.com; s=s; h=from; b=x')).get('dkim')).toMatch(/^bad: .*rsa-sha1/);
    expect(told(text('v=1; a=rsa-sha256; d=example.com; s=s; h=to; b=x')).get('dkim')).toMatch(/^bad: .*From field/);
    const past = 'v=1; a=rsa-sha256; d=example.com; s=s; h=from; x=1795510799; b=x';
    expect(told(text(past)).get('dkim')).toMatch(/^bad: .*had expired, at 2026-11-24T08:59:59/);
    expect(told(text(past.replace('799', '801'))).get('dkim')).toMatch(/^good: /);
  });
});

describe('DMARC and alignment', () => {
  const other = {
    spf: 'spf=pass smtp.mailfrom=bounce@mailer.example.net',
    dkim: ['dkim=pass header.d=mailer.example.net header.s=s1'],
    dmarc: 'dmarc=fail (p=REJECT sp=REJECT dis=NONE) header.from=example.com',
  } satisfies GmailMaking;

  it('fail where what passed belongs to somebody else', () => {
    const findings = told(fromGmail(other));
    expect(findings.get('dmarc')).toMatch(/^bad: DMARC fails for example\.com.*asks that such mail be rejected/);
    expect(findings.get('alignment')).toMatch(
      /^bad: What passed belongs to mailer\.example\.net, and From says example\.com/,
    );
  });

  it('tell a missing record', () => {
    expect(told(fromGmail({ dmarc: 'dmarc=none header.from=example.com' })).get('dmarc')).toMatch(
      /^bad: example\.com publishes no DMARC record.*_dmarc\.example\.com.*v=DMARC1; p=none/,
    );
  });

  it('hold within one organization, which strict alignment would not allow', () => {
    const dkim = ['dkim=pass header.d=mail.example.com header.s=s1'];
    expect(told(fromGmail({ ...other, dkim })).get('alignment')).toMatch(/^good: DKIM \(the same organization/);
  });

  it('are of two organizations under one public suffix', () => {
    const dkim = ['dkim=pass header.d=other.co.uk header.s=s1'];
    const text = fromGmail({ ...other, dkim, letter: ['From: i@mine.co.uk'] });
    expect(told(text).get('alignment')).toMatch(/^bad: /);
  });

  it('warn where SPF alone holds, since forwarding would end it', () => {
    expect(told(fromGmail({ dkim: [] })).get('alignment')).toMatch(/^warning: SPF .*forwards/);
  });
});

describe('the way', () => {
  it('is in the clear where a receiver that tells of TLS does not', () => {
    expect(told(fromGmail({ with: 'ESMTP', tls: '' })).get('tls')).toMatch(/^bad: .*without TLS/);
  });

  it('is unknown where the receiver does not say how', () => {
    expect(verdicts(fromGmail({ with: '', tls: '' })).tls).toBe('unknown');
  });

  it('is obsolete with TLS 1.0', () => {
    expect(told(fromGmail({ tls: 'version=TLS1 cipher=ECDHE-RSA-AES128-SHA bits=128/128' })).get('tls')).toMatch(
      /^warning: .*TLS 1\.0 \(ECDHE-RSA-AES128-SHA\)/,
    );
  });

  it('begins at an address without a reverse name', () => {
    expect(told(fromGmail({ peer: '[2001:db8:17::25]' })).get('reverse-name')).toMatch(
      /^bad: The address 2001:db8:17::25 has no reverse name/,
    );
  });

  it('begins at an address with the reverse name of the provider', () => {
    expect(told(fromGmail({ peer: 'vmi1234.contaboserver.net. [2001:db8:17::25]' })).get('reverse-name')).toMatch(
      /^warning: .*vmi1234\.contaboserver\.net.*greets with smtp\.example\.com/,
    );
  });

  it('went over somebody who passed the message on: told, with what ARC says', () => {
    const findings = told(forwardedByGmail);
    expect(findings.get('forwarding')).toMatch(/^warning: .*rewritten \(Gmail\).*other@example\.net.*google\.com/);
    expect(findings.get('arc')).toBe(
      'good: ARC says what was found on the way: mx.google.com dkim=pass spf=pass dmarc=pass. mx.example.net found the chain whole.',
    );
    expect(findings.get('alignment')).toMatch(/^good: DKIM .*SPF passed for gmail\.com/);
  });

  it('does not blame SPF for a message that was passed on', () => {
    const failing = forwardedByGmail.replace('spf=pass (mx', 'spf=softfail (mx');
    expect(told(failing).get('spf')).toMatch(/^warning: .*does not survive that/);
  });

  it('breaks an ARC chain', () => {
    expect(told(forwardedByGmail.replace('cv=none', 'cv=fail')).get('arc')).toMatch(
      /^warning: The ARC chain is broken/,
    );
  });
});

describe('the letter', () => {
  const from = 'From: i@example.com';
  const date = 'Date: Tue, 24 Nov 2026 10:00:00 +0100';
  it.each<[string, FindingSubject, readonly string[], RegExp]>([
    ['no Message-ID', 'message-id', [from, date], /^bad: .*has no Message-ID/],
    [
      'one that Gmail gave',
      'message-id',
      [from, date, 'Message-ID: <6924.SMTPIN_ADDED_MISSING@mx.google.com>'],
      /^bad: .*Gmail gave it one/,
    ],
    [
      'two Message-IDs',
      'message-id',
      [from, 'Message-ID: <a@b.example>', 'Message-ID: <c@d.example>'],
      /^bad: .*2 Mess/,
    ],
    ['one without an @', 'message-id', [from, 'Message-ID: <abc>'], /^bad: .*“abc” is not of the form/],
    ['no Date', 'date', [from], /^bad: .*no Date/],
    ['a Date that cannot be', 'date', [from, 'Date: Mon, 31 Feb 2026 10:00:00 +0100'], /^bad: .*cannot be read/],
    ['a Date in the future', 'date', [from, 'Date: Fri, 27 Nov 2026 10:00:00 +0100'], /^warning: .*clock/],
    ['no From', 'from', [date], /^bad: .*no From field/],
    ['two From fields', 'from', [from, from], /^bad: .*2 From fields/],
    ['two addresses in From', 'from', ['From: a@example.com, b@example.com'], /^warning: There are 2 addresses/],
    ['no address in From', 'from', ['From: Somebody'], /^bad: There is no address/],
  ])('has %s', (_what, subject, headers, expected) => {
    expect(told(letter(...headers)).get(subject)).toMatch(expected);
  });
});

describe('the folder', () => {
  it('is told by the spam headers of a receiver, and by nothing else', () => {
    const flagged = fromGmail({ top: ['X-Spam-Flag: YES'] });
    expect(told(flagged).get('folder')).toMatch(/^bad: .*X-Spam-Flag/);
    expect(told(fromGmail({ top: ['X-Spam-Status: No, score=-2.1'] })).get('folder')).toMatch(/^good: /);
    expect(told(fromGmail()).has('folder')).toBe(false);
  });
});

describe('a bounce', () => {
  it('is told by its reply, not by its own headers', () => {
    const findings = explain(readMessage(bounceFromChasquid));
    expect(findings).toHaveLength(1);
    expect(findings[0]).toMatchObject({ subject: 'bounce', verdict: 'bad' });
    expect(findings[0]?.sentence).toMatch(
      /^Gmail refused the message \(5\.7\.26\): .*It said: DATA closing 550 5\.7\.26/,
    );
  });

  it('is a warning where the server will be tried again', () => {
    const delayed = bounceFromChasquid.replaceAll('550 5.7.26', '421 4.7.28');
    expect(told(delayed).get('bounce')).toMatch(/^warning: Gmail put the message off \(5\.7\.28\)/);
  });

  it('whose reply nobody knows is unknown', () => {
    const strange = bounceFromChasquid.replaceAll('550 5.7.26', '599 9.9.9');
    expect(told(strange).get('bounce')).toMatch(/^unknown: .*Diagnostic-Code/);
  });
});
