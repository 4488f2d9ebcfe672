/**
 * Messages as the providers hand them out, written from what they and the RFCs document. Names and addresses are of the
 * ranges kept for examples (RFC 2606, RFC 5737, RFC 3849), but for those of the providers.
 */

/** A text of lines, each ended with CR LF as on the wire. */
export function lines(...text: readonly string[]): string {
  return text.map((line) => `${line}\r\n`).join('');
}

const dkimSignature = [
  'DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=example.com; s=20261101;',
  '\tt=1795510800; h=from:subject:date:to:cc:message-id:from:subject:date:to:cc:message-id;',
  '\tbh=frcCV1k9oG9oKj3dpUqdJg1PxRT2RSN/XKdLCPjaYaY=;',
  '\tb=Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXV4',
  '\t Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXV4==',
];

const letter = [
  'From: =?UTF-8?B?QnJldmR1dmE=?= <i@example.com>',
  'To: someone@gmail.com',
  'Subject: =?UTF-8?Q?Gr=C3=BC=C3=9Fe?= =?UTF-8?Q?_aus_=C3=96rebro?=',
  'Message-ID: <0123456789abcdef@example.com>',
  'Date: Tue, 24 Nov 2026 10:00:00 +0100',
  'MIME-Version: 1.0',
  'Content-Type: text/plain; charset=utf-8',
];

const chasquidHop = [
  'Received: by smtp.example.com (chasquid) with ESMTPSA',
  '\ttls TLS_AES_128_GCM_SHA256',
  '\t(over submission+TLS, TLS-1.3, envelope from "i@example.com")',
  '\t; Tue, 24 Nov 2026 09:00:01 +0000',
];

/** What differs between messages that Gmail took. */
export interface GmailMaking {
  readonly spf?: string;
  readonly dkim?: readonly string[];
  readonly dmarc?: string;
  readonly address?: string;
  /** The comment after the greeting in Received. */
  readonly peer?: string;
  readonly tls?: string;
  readonly with?: string;
  readonly letter?: readonly string[];
  readonly top?: readonly string[];
}

/** Gmail’s “Show original” of a message that came straight from its sender over IPv6. */
export function fromGmail(making: GmailMaking = {}): string {
  const address = making.address ?? '2001:db8:17::25';
  return lines(
    'Delivered-To: someone@gmail.com',
    'Received: by 2002:a05:6a10:4a09:b0:5e2:1d4e:8a3c with SMTP id ke9csp1234567pxb;',
    '        Tue, 24 Nov 2026 01:00:03 -0800 (PST)',
    'X-Google-Smtp-Source: AGHT+IExampleExampleExample',
    'X-Received: by 2002:a05:600c:1387:b0:477:7a53:8a3e with SMTP id 5b1f17b1804b1-477c10;',
    '        Tue, 24 Nov 2026 01:00:03 -0800 (PST)',
    'ARC-Seal: i=1; a=rsa-sha256; t=1795510803; cv=none;',
    '        d=google.com; s=arc-20240605;',
    '        b=Zm9vYmFyYmF6cXV4',
    'ARC-Message-Signature: i=1; a=rsa-sha256; c=relaxed/relaxed; d=google.com; s=arc-20240605;',
    '        h=date:message-id:subject:to:from; b=Zm9vYmFyYmF6cXV4',
    'ARC-Authentication-Results: i=1; mx.google.com;',
    '       dkim=pass header.i=@example.com header.s=20261101 header.b=Zm9vYmFy;',
    `       spf=pass (google.com: domain of i@example.com designates ${address} as permitted sender) smtp.mailfrom=i@example.com;`,
    '       dmarc=pass (p=NONE sp=NONE dis=NONE) header.from=example.com',
    ...(making.top ?? []),
    'Return-Path: <i@example.com>',
    `Received: from smtp.example.com (${making.peer ?? `smtp.example.com. [${address}]`})`,
    `        by mx.google.com with ${making.with ?? 'ESMTPS'} id 5b1f17b1804b1-477c1-si123.2026.11.24.01.00.02`,
    '        for <someone@gmail.com>',
    ...(making.tls === ''
      ? []
      : [`        (${making.tls ?? 'version=TLS1_3 cipher=TLS_AES_256_GCM_SHA384 bits=256/256'});`]),
    `${making.tls === '' ? '        ;' : '       '} Tue, 24 Nov 2026 01:00:02 -0800 (PST)`,
    `Received-SPF: pass (google.com: domain of i@example.com designates ${address} as permitted sender) client-ip=${address};`,
    'Authentication-Results: mx.google.com;',
    ...(making.dkim ?? ['dkim=pass header.i=@example.com header.s=20261101 header.b=Zm9vYmFy']).map(
      (line) => `       ${line};`,
    ),
    `       ${making.spf ?? `spf=pass (google.com: domain of i@example.com designates ${address} as permitted sender) smtp.mailfrom=i@example.com`};`,
    `       ${making.dmarc ?? 'dmarc=pass (p=NONE sp=NONE dis=NONE) header.from=example.com'}`,
    ...(making.dkim?.length === 0 ? [] : dkimSignature),
    ...chasquidHop,
    ...(making.letter ?? letter),
    '',
    'Hej!',
    'From: here on this is the body.',
  );
}

/** Outlook.com’s message source: hops of its own, no authserv-id, several results in one line. */
export const fromOutlook = lines(
  'Received: from AM0PR03MB0001.eurprd03.prod.outlook.com (2603:10a6:208:30e::19) by',
  ' DB9PR03MB0002.eurprd03.prod.outlook.com with HTTPS; Tue, 24 Nov 2026 09:00:06 +0000',
  'ARC-Seal: i=1; a=rsa-sha256; s=arcselector10001; d=microsoft.com; cv=none; b=Zm9v',
  'ARC-Authentication-Results: i=1; mx.microsoft.com 1; spf=pass (sender ip is',
  ' 203.0.113.10) smtp.rcpttodomain=outlook.com smtp.mailfrom=example.com; dmarc=pass',
  ' (p=none sp=none pct=100) action=none header.from=example.com; dkim=pass (signature was',
  ' verified) header.d=example.com; arc=none (0)',
  'Received: from DB5EUR03FT030.eop-EUR03.prod.protection.outlook.com',
  ' (2603:10a6:10:1d0:cafe::5e) by AM0PR03MB0001.outlook.office365.com',
  ' (2603:10a6:208:30e::19) with Microsoft SMTP Server (version=TLS1_3,',
  ' cipher=TLS_AES_256_GCM_SHA384) id 15.20.9343.10; Tue, 24 Nov 2026 09:00:04 +0000',
  'Authentication-Results: spf=pass (sender IP is 203.0.113.10)',
  ' smtp.mailfrom=example.com; dkim=pass (signature was verified)',
  ' header.d=example.com;dmarc=pass action=none',
  ' header.from=example.com;compauth=pass reason=100',
  'Received-SPF: Pass (protection.outlook.com: domain of example.com designates',
  ' 203.0.113.10 as permitted sender) receiver=protection.outlook.com;',
  ' client-ip=203.0.113.10; helo=smtp.example.com; pr=C',
  'Received: from smtp.example.com (203.0.113.10) by',
  ' DB5EUR03FT030.mail.protection.outlook.com (10.152.20.122) with Microsoft SMTP',
  ' Server (version=TLS1_3, cipher=TLS_AES_256_GCM_SHA384) id 15.20.9343.9 via Frontend',
  ' Transport; Tue, 24 Nov 2026 09:00:03 +0000',
  'X-IncomingTopHeaderMarker: OriginalChecksum:0123;UpperCasedChecksum:4567;',
  ...dkimSignature,
  ...chasquidHop,
  ...letter,
  'X-MS-Exchange-Organization-SCL: 1',
  'X-Forefront-Antispam-Report: CIP:203.0.113.10;CTRY:DE;LANG:en;SCL:1;SRV:;IPV:NLI;SFV:NSPM;H:smtp.example.com;PTR:smtp.example.com;CAT:NONE;SFS:;DIR:INB;',
  'X-Microsoft-Antispam-Mailbox-Delivery:',
  ' ucf:0;jmr:0;auth:0;dest:J;ENG:(5062000308)(920221119095)(90000117)',
  '',
  'Hej!',
);

/** Yahoo’s raw message: the address before the greeting, `dkim=unknown`, a policy in parentheses without a space. */
export const fromYahoo = lines(
  'X-Apparently-To: someone@yahoo.com; Tue, 24 Nov 2026 09:00:04 +0000',
  'Return-Path: <i@example.com>',
  'X-Originating-Ip: [203.0.113.10]',
  'Received-SPF: pass (domain of example.com designates 203.0.113.10 as permitted sender)',
  'Authentication-Results: atlas-production.v2-mail-prod1-bf1.omega.yahoo.com;',
  ' dkim=pass header.i=@example.com header.s=20261101;',
  ' spf=pass smtp.mailfrom=example.com;',
  ' dmarc=pass(p=NONE) header.from=example.com;',
  'X-Yahoo-Filtered: no',
  'Received: from 203.0.113.10 (EHLO smtp.example.com)',
  ' by 10.253.228.118 with SMTPs',
  ' (version=TLS1_3 cipher=TLS_AES_128_GCM_SHA256);',
  ' Tue, 24 Nov 2026 09:00:03 +0000',
  ...dkimSignature,
  ...chasquidHop,
  ...letter,
  '',
  'Hej!',
);

/** A message that Gmail took from another Gmail account that forwards: ARC of that one, its envelope sender rewritten. */
export const forwardedByGmail = lines(
  'Delivered-To: other@example.net',
  'Return-Path: <someone+caf_=other=example.net@gmail.com>',
  'Received: from mail-lf1-f48.google.com (mail-lf1-f48.google.com [209.85.167.48])',
  '\t(using TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits)',
  '\t key-exchange X25519 server-signature RSA-PSS (2048 bits) server-digest SHA256)',
  '\t(No client certificate requested)',
  '\tby mx.example.net (Postfix) with ESMTPS id 4X1Y2Z3A4Bz1',
  '\tfor <other@example.net>; Tue, 24 Nov 2026 09:05:00 +0000 (UTC)',
  'Authentication-Results: mx.example.net;',
  '\tdkim=pass (2048-bit key; unprotected) header.d=example.com header.i=@example.com header.a=rsa-sha256 header.s=20261101;',
  '\tspf=pass (mx.example.net: domain of "someone+caf_=other=example.net@gmail.com" designates 209.85.167.48 as permitted sender) smtp.mailfrom="someone+caf_=other=example.net@gmail.com";',
  '\tdmarc=pass (policy=none) header.from=example.com;',
  '\tarc=pass (i=1)',
  'X-Forwarded-To: other@example.net',
  'X-Forwarded-For: someone@gmail.com other@example.net',
  'ARC-Seal: i=1; a=rsa-sha256; t=1795510803; cv=none; d=google.com; s=arc-20240605; b=Zm9v',
  'ARC-Authentication-Results: i=1; mx.google.com;',
  '       dkim=pass header.i=@example.com header.s=20261101 header.b=Zm9vYmFy;',
  '       spf=pass (google.com: domain of i@example.com designates 203.0.113.10 as permitted sender) smtp.mailfrom=i@example.com;',
  '       dmarc=pass (p=NONE sp=NONE dis=NONE) header.from=example.com',
  'Received: from smtp.example.com (smtp.example.com. [203.0.113.10])',
  '        by mx.google.com with ESMTPS id si123 for <someone@gmail.com>;',
  '        Tue, 24 Nov 2026 01:00:02 -0800 (PST)',
  'Authentication-Results: mx.google.com; spf=fail smtp.mailfrom=i@example.com',
  ...dkimSignature,
  ...letter,
  '',
  'Hej!',
);

/** The bounce that chasquid writes when Gmail refuses a message (RFC 3464). */
export const bounceFromChasquid = lines(
  'Delivered-To: i@example.com',
  'From: Mail Delivery System <postmaster-dsn@smtp.example.com>',
  'To: <i@example.com>',
  'Subject: Mail delivery failed: returning message to sender',
  'Message-ID: <chasquid-dsn-0123@smtp.example.com>',
  'Date: Tue, 24 Nov 2026 09:00:05 +0000',
  'In-Reply-To: <0123456789abcdef@example.com>',
  'X-Failed-Recipients: someone@gmail.com,',
  'Auto-Submitted: auto-replied',
  'MIME-Version: 1.0',
  'Content-Type: multipart/report; report-type=delivery-status;',
  '    boundary="dsn-boundary"',
  '',
  '--dsn-boundary',
  'Content-Type: text/plain; charset="utf-8"',
  '',
  'Delivery of your message to the following recipient(s) failed permanently:',
  '',
  '  - someone@gmail.com',
  '    DATA closing 550 5.7.26 Your email has been blocked because the sender is unauthenticated. Gmail requires all senders to authenticate with either SPF or DKIM. ... - gsmtp',
  '',
  '--dsn-boundary',
  'Content-Type: message/global-delivery-status',
  '',
  'Reporting-MTA: dns; smtp.example.com',
  '',
  'Original-Recipient: utf-8; someone@gmail.com',
  'Final-Recipient: utf-8; someone@gmail.com',
  'Action: failed',
  'Status: 5.0.0',
  'Diagnostic-Code: smtp; DATA closing 550 5.7.26 Your email has been blocked because the sender is unauthenticated.',
  '',
  '--dsn-boundary--',
);
