import { describe, expect, it } from 'vitest';
import { receiversResults } from '../../src/mail/message.ts';
import { readMessage } from '../../src/mail/read-message.ts';
import { bounceFromChasquid, forwardedByGmail, fromGmail, fromOutlook, fromYahoo, lines } from './messages.ts';

/** A message with these header lines. */
function read(...headers: readonly string[]) {
  return readMessage(lines(...headers, '', 'body'));
}

describe('addresses and words', () => {
  it.each<[string, string, string]>([
    ['i@example.com', '', 'i@example.com'],
    ['Ida <i@Example.COM>', 'Ida', 'i@Example.COM'],
    ['"Lovelace, Ida \\"x\\"" <i@example.com>', 'Lovelace, Ida "x"', 'i@example.com'],
    ['=?iso-8859-1?Q?=C5sa?= <i@example.com>', 'Åsa', 'i@example.com'],
    ['i@example.com (Ida)', '', 'i@example.com'],
    ['"i@other.example" <i@example.com>', 'i@other.example', 'i@example.com'],
  ])('From: %s', (value, name, address) => {
    expect(read(`From: ${value}`, 'Date: x').from).toEqual([{ name, address, domain: 'example.com' }]);
  });

  it('several addresses are parted at their commas, and not at those in names', () => {
    const { from } = read('From: "A, B" <a@example.com>, (x, y) c@example.com', 'Date: x');
    expect(from.map(({ domain }) => domain)).toEqual(['example.com', 'example.com']);
  });

  it.each<[string, string]>([
    ['=?UTF-8?B?w4XDpMO2?=', 'Åäö'],
    ['=?utf-8?q?Gr=C3=BC=C3=9Fe?= =?utf-8?q?_aus?=', 'Grüße aus'],
    // one letter in two words, as many programs split it
    ['=?utf-8?q?Gr=C3?= =?utf-8?q?=BC=C3=9Fe?=', 'Grüße'],
    ['a =?utf-8?q?b?= c', 'a b c'],
    ['=?windows-1252?Q?=80?=', '€'],
    ['=?gb2312?B?xOO6ww==?=', '你好'],
    ['=?utf-8*en?q?x?=', 'x'],
    ['=?no-such-charset?Q?x?=', '=?no-such-charset?Q?x?='],
    ['=?utf-8?x?y?=', '=?utf-8?x?y?='],
  ])('Subject: %s', (value, subject) => {
    expect(read('From: i@example.com', 'Date: x', `Subject: ${value}`).subject).toBe(subject);
  });
});

describe('dates', () => {
  it.each<[string, string | null]>([
    ['Tue, 24 Nov 2026 10:00:00 +0100', '2026-11-24T09:00:00.000Z'],
    ['24 Nov 2026 10:00 -0830', '2026-11-24T18:30:00.000Z'],
    ['Tue, 24 Nov 2026 09:00:00 GMT (today)', '2026-11-24T09:00:00.000Z'],
    ['Tue, 24 Nov 2026 01:00:00 PST', '2026-11-24T09:00:00.000Z'],
    ['Tue,  4 Nov 26 09:00:00 +0000', '2026-11-04T09:00:00.000Z'],
    ['Tue, 24 Nov 99 09:00:00 +0000', '1999-11-24T09:00:00.000Z'],
    ['2026-11-24T09:00:00Z', null],
    ['Tue, 31 Nov 2026 09:00:00 +0000', null],
    ['Tue, 24 Nov 2026 25:00:00 +0000', null],
    ['Tue, 24 Foo 2026 09:00:00 +0000', null],
    ['yesterday', null],
  ])('%s', (date, iso) => {
    expect(read('From: i@example.com', `Date: ${date}`).sentAt).toBe(iso);
  });
});

describe('hops', () => {
  const at = '; Tue, 24 Nov 2026 09:00:00 +0000';

  it.each<[string, string, object]>([
    [
      'Postfix',
      'from smtp.example.com (smtp.example.com [203.0.113.10]) (using TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits) key-exchange X25519 server-signature RSA-PSS (2048 bits)) (No client certificate requested) by mx.example.net (Postfix) with ESMTPS id 4X for <x@example.net>',
      {
        from: 'smtp.example.com',
        reverseName: 'smtp.example.com',
        address: '203.0.113.10',
        family: 4,
        by: 'mx.example.net',
        with: 'ESMTPS',
        tls: { version: '1.3', cipher: 'TLS_AES_256_GCM_SHA384' },
      },
    ],
    [
      'Postfix without a reverse name, over IPv6, in the clear',
      'from smtp.example.com (unknown [IPv6:2001:db8::25]) by mx.example.net (Postfix) with ESMTP id 4X',
      { reverseName: '', address: '2001:db8::25', family: 6, with: 'ESMTP', tls: null },
    ],
    [
      'Exim',
      'from [203.0.113.10] (port=40000 helo=smtp.example.com) by mx.example.net with esmtps (TLS1.3) tls TLS_AES_256_GCM_SHA384 (Exim 4.96) (envelope-from <i@example.com>) id 1sX',
      {
        from: 'smtp.example.com',
        address: '203.0.113.10',
        by: 'mx.example.net',
        tls: { version: '1.3', cipher: 'TLS_AES_256_GCM_SHA384' },
      },
    ],
    [
      'Exim, where the reverse name was looked up',
      'from smtp.example.com ([203.0.113.10]:40000 helo=smtp.example.com) by mx.example.net with esmtps (TLS1.2) tls ECDHE (Exim)',
      { from: 'smtp.example.com', reverseName: '', address: '203.0.113.10', tls: { version: '1.2', cipher: 'ECDHE' } },
    ],
    [
      'chasquid',
      'from smtp.example.com (smtp.example.com) by mx.example.net (chasquid) with ESMTPS tls TLS_CHACHA20_POLY1305_SHA256 (over SMTP, TLS-1.3, envelope from "i@example.com")',
      { from: 'smtp.example.com', address: null, tls: { version: '1.3', cipher: 'TLS_CHACHA20_POLY1305_SHA256' } },
    ],
    [
      'a local program',
      'by smtp.example.com (Postfix, from userid 0) id 4X',
      { from: '', address: null, by: 'smtp.example.com', with: '', tls: null },
    ],
    [
      'a filter that names itself once more',
      'from smtp.example.com by mx.example.net with ESMTP id 4X by filter.example with HTTP',
      { by: 'mx.example.net', with: 'ESMTP' },
    ],
    ['garbage', '((((by', { from: '', by: '', address: null, tls: null }],
  ])('of %s', (_server, value, expected) => {
    expect(read(`Received: ${value}${at}`, 'From: i@example.com').hops[0]).toMatchObject(expected);
  });

  it('tell when the message was taken', () => {
    expect(read(`Received: by a.example${at}`).hops[0]?.at).toBe('2026-11-24T09:00:00.000Z');
    expect(read('Received: by a.example').hops[0]?.at).toBeNull();
  });
});

describe('the sending hop', () => {
  it.each([
    ['Gmail', fromGmail(), '2001:db8:17::25'],
    ['Outlook', fromOutlook, '203.0.113.10'],
    ['Yahoo', fromYahoo, '203.0.113.10'],
    ['a forwarding Gmail', forwardedByGmail, '209.85.167.48'],
  ])('at %s is the one from outside', (_provider, text, address) => {
    expect(readMessage(text).sendingHop?.address).toBe(address);
  });

  it('is found without results, between two organizations', () => {
    const message = read(
      'Received: from filter.example.net (filter.example.net [198.51.100.1]) by store.example.net with ESMTPS',
      'Received: from smtp.example.com (smtp.example.com [203.0.113.10]) by mx.example.net with ESMTPS',
      'Received: from laptop.local (unknown [192.168.1.2]) by smtp.example.com with ESMTPSA',
      'From: i@example.com',
    );
    expect(message.sendingHop?.from).toBe('smtp.example.com');
  });

  it('is the same address however it is written', () => {
    const message = read(
      'Received: from relay.example.net (relay.example.net [198.51.100.1]) by mx.other.example with ESMTPS',
      'Received: from smtp.example.com (smtp.example.com [IPv6:2001:DB8:0:0::25]) by mx.example.net with ESMTPS',
      'Authentication-Results: mx.example.net; spf=pass smtp.mailfrom=example.com smtp.remote-ip=2001:db8::25',
      'From: i@example.com',
    );
    expect(message.sendingHop?.from).toBe('smtp.example.com');
  });
});

describe('authentication results', () => {
  const hop = 'Received: from smtp.example.com (smtp.example.com [203.0.113.10]) by mx.example.net with ESMTPS';

  it('are read in all that RFC 8601 allows', () => {
    const message = read(
      'Authentication-Results: mx.example.net 1; none',
      'Authentication-Results: "mx.example.net" (a server) / 1 ;',
      ' spf = pass reason="it (is) ; fine" (c1 (nested) c2) smtp.mailfrom = "a b"@example.com ;',
      ' dkim/1=fail header.b=ab/cd+ef== header.d=example.com',
      hop,
      'From: i@example.com',
    );
    expect(message.authenticationResults[0]).toMatchObject({ authservId: 'mx.example.net', results: [] });
    const [spf, dkim] = message.authenticationResults[1]?.results ?? [];
    expect(spf).toMatchObject({ method: 'spf', result: 'pass', reason: 'it (is) ; fine', comment: 'c1 (nested) c2' });
    expect(spf?.properties.get('smtp.mailfrom')).toBe('a b@example.com');
    expect(dkim).toMatchObject({ method: 'dkim', result: 'fail' });
    expect(dkim?.properties.get('header.b')).toBe('ab/cd+ef==');
  });

  it('of the receiver are told from those that came with the message', () => {
    const message = read(
      'Authentication-Results: mx.example.net; dkim=pass header.d=example.com',
      hop,
      'Authentication-Results: mx.example.net; spf=pass smtp.mailfrom=example.com',
      'Received: by smtp.example.com with ESMTPSA',
      'Authentication-Results: mx.example.net; dmarc=pass header.from=example.com',
      'Authentication-Results: evil.example; spf=pass smtp.mailfrom=bank.example',
      'From: i@example.com',
    );
    expect(message.authenticationResults.map(({ isReceivers }) => isReceivers)).toEqual([true, true, false, false]);
    expect(receiversResults(message, 'dmarc')).toEqual([]);
  });

  it('take SPF from Received-SPF where they do not have it', () => {
    const message = read(
      'Received-SPF: Softfail (mailfrom) identity=mailfrom; client-ip=203.0.113.10; helo=smtp.example.com; envelope-from="i@example.com"; receiver=mx.example.net',
      hop,
      'From: i@example.com',
    );
    const [spf] = receiversResults(message, 'spf');
    expect(spf?.result).toBe('softfail');
    expect(spf?.properties.get('smtp.mailfrom')).toBe('i@example.com');
    expect(message.sendingHop?.address).toBe('203.0.113.10');
  });
});

describe('ARC and forwarding', () => {
  it('keep their order, whatever order the fields stand in', () => {
    const message = read(
      'ARC-Authentication-Results: i=2; b.example; spf=fail',
      'ARC-Seal: i=1; d=a.example; cv=none; s=s; b=x',
      'ARC-Seal: i=2; d=b.example; cv=pass; s=s; b=x',
      'ARC-Authentication-Results: i=1; a.example; spf=pass; dkim=pass',
      'ARC-Seal: i=0; d=never.example; cv=none',
      'ARC-Seal: i=51; d=never.example; cv=none',
      'Received: by x.example',
    );
    expect(message.arc.map(({ sealedBy, chain, results }) => [sealedBy, chain, results.length])).toEqual([
      ['a.example', 'none', 2],
      ['b.example', 'pass', 1],
    ]);
  });

  it('do not take the receiver’s own seal for somebody else’s', () => {
    expect(readMessage(fromGmail()).forwardingSigns).toEqual([]);
    expect(readMessage(fromOutlook).forwardingSigns).toEqual([]);
  });

  it.each<[string, string]>([
    ['Return-Path: <SRS0=abcd=xy=example.com=i@forwarder.example>', 'SRS'],
    ['Return-Path: <me+fwd_from=i=example.com@forwarder.example>', 'chasquid'],
    ['Return-Path: <me+caf_=x=example.net@gmail.com>', 'Gmail'],
    ['List-Id: A list <list.example.org>', 'mailing list A list'],
    ['Resent-From: me@example.net', 'resent by me@example.net'],
    ['X-Forwarded-For: me@gmail.com x@example.net', 'forwarded for me@gmail.com'],
  ])('are seen by %s', (header, sign) => {
    const { forwardingSigns } = read(header, 'Received: by x.example');
    expect(forwardingSigns).toHaveLength(1);
    expect(forwardingSigns[0]).toContain(sign);
  });
});

describe('a bounce', () => {
  it('is one by its type, its failed recipients, or its sender', () => {
    expect(readMessage(bounceFromChasquid).isBounce).toBe(true);
    expect(read('Return-Path: <>', 'From: MAILER-DAEMON@mx.example.net (Mail Delivery System)').isBounce).toBe(true);
    expect(read('Return-Path: <>', 'From: i@example.com').isBounce).toBe(false);
    expect(readMessage(fromGmail()).isBounce).toBe(false);
  });
});
