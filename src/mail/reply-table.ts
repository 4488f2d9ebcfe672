/** Whose reply it is; `any`: a code that means the same everywhere (RFC 3463, RFC 7372). */
export type Provider = 'gmail' | 'microsoft' | 'yahoo' | 'any';

/** What a known reply of a mail server means. */
export interface KnownReply {
  readonly provider: Provider;
  /** As it is known: `5.7.26`, `S3140`. */
  readonly code: string;
  /** What is found in its line. */
  readonly pattern: RegExp;
  /** True for what no other server says: it is known even where nothing names the provider. */
  readonly isUnmistakable: boolean;
  /** One sentence: why the server said so. */
  readonly cause: string;
  /** What to do. */
  readonly remedy: string;
}

interface Meaning {
  readonly cause: string;
  readonly remedy: string;
}

/** An enhanced code with either class: `7.26` finds 4.7.26 and 5.7.26 (RFC 3463). */
function enhanced(subject: string, also?: string): RegExp {
  const end = subject.replaceAll('.', '\\.');
  return new RegExp(`(?:^|[^\\d.])[45]\\.${end}(?!\\d|\\.\\d)${also === undefined ? '' : `.*(?:${also})`}`, 'i');
}

function code(provider: Provider, subject: string, meaning: Meaning & { readonly also?: string }): KnownReply {
  const { cause, remedy, also } = meaning;
  return { provider, code: `5.${subject}`, pattern: enhanced(subject, also), isUnmistakable: false, cause, remedy };
}

function word(provider: Provider, name: string, meaning: Meaning & { readonly pattern: RegExp }): KnownReply {
  return { provider, code: name, isUnmistakable: true, ...meaning };
}

const reverseName: Meaning = {
  cause: 'The sending address has no reverse name, or one that does not lead back to the address.',
  remedy:
    'Set the reverse name of the address to the server’s full name at the provider, for IPv4 and for IPv6, and publish the A or AAAA record that leads back.',
};
const unauthenticated: Meaning = {
  cause: 'Neither SPF nor DKIM proves the sender, or the domain’s own DMARC policy (or “-all”) forbids the message.',
  remedy:
    'See that SPF covers the sending address and that the message is signed with a DKIM key of the From domain; look at the headers of a delivered message: brevduva headers FILE.',
};
const spfFailed: Meaning = {
  cause: 'SPF does not allow the sending address for the domain of the envelope sender.',
  remedy: 'Put the address, IPv4 and IPv6, into the domain’s one SPF record.',
};
const tooMuch: Meaning = {
  cause: 'More mail than the receiver takes from this address or domain, or too much that its users call spam.',
  remedy:
    'Send less and more evenly, raise the amount over weeks, and do not forward spam; the server tries again by itself.',
};
const noTls: Meaning = {
  cause: 'The message came without TLS.',
  remedy: 'Let the server use STARTTLS for outgoing mail; chasquid does so by itself wherever it is offered.',
};
const dkimFailed: Meaning = {
  cause: 'The message has no DKIM signature that holds.',
  remedy: 'Check that the server signs, and that the published key is the server’s: no part of it may be cut off.',
};
const noDmarc: Meaning = {
  cause: 'The From domain publishes no DMARC record.',
  remedy: 'Publish a TXT record at _dmarc of the domain, to begin with: v=DMARC1; p=none',
};
const notAligned: Meaning = {
  cause: 'The domain in From is neither that of the envelope sender nor that of the DKIM signature.',
  remedy: 'Use the same domain in From, in the envelope and in the signature.',
};
const blocked: Meaning = {
  cause: 'Microsoft blocks the sending address, or the network that it is in.',
  remedy:
    'Ask Microsoft to lift the block in its sender support form, and join SNDS and JMRP to see why; if the whole network is blocked, ask the provider for another address.',
};
const blockList: Meaning = {
  cause: 'The sending address is on a block list.',
  remedy: 'Look it up at the list that the reply names, mend the cause, and ask there to be taken off.',
};

const gmail: readonly KnownReply[] = [
  code('gmail', '7.23', reverseName),
  code('gmail', '7.24', {
    ...spfFailed,
    cause: 'The SPF record is suspicious to Gmail: it allows far too many addresses.',
  }),
  code('gmail', '7.25', reverseName),
  code('gmail', '7.26', unauthenticated),
  code('gmail', '7.27', spfFailed),
  code('gmail', '7.28', tooMuch),
  code('gmail', '7.29', noTls),
  code('gmail', '7.30', dkimFailed),
  code('gmail', '7.31', noDmarc),
  code('gmail', '7.32', notAligned),
  code('gmail', '7.40', noDmarc),
  code('gmail', '7.1', {
    also: 'IPv6',
    cause: 'Mail over IPv6 must come from an address with a reverse name, and pass SPF or DKIM.',
    remedy:
      'Set the reverse name of the IPv6 address, publish the AAAA record that leads back, and put the address into SPF; or take IPv6 off the server.',
  }),
  code('gmail', '7.1', {
    cause: 'Gmail takes the message for unsolicited, or trusts the address or the domain too little.',
    remedy:
      'Check SPF, DKIM and DMARC; then send little, to people who want it, over weeks. Google Postmaster Tools show what Gmail thinks of the domain.',
  }),
  code('gmail', '7.0', tooMuch),
];

const microsoft: readonly KnownReply[] = [
  // Many pages print 5.7.15, and so people look for that.
  word('microsoft', '5.7.515', {
    pattern: /(?:^|[^\d.])5\.7\.(?:515|15)(?!\d)/,
    cause: 'Microsoft wants SPF, DKIM and DMARC of the From domain to pass, and at least one of them did not.',
    remedy:
      'See that SPF covers the sending address, that the message is signed by the From domain, and that _dmarc of the domain has a record.',
  }),
  word('microsoft', 'S3140', { pattern: /\bS3140\b/, ...blocked }),
  word('microsoft', 'S3150', { pattern: /\bS3150\b/, ...blocked }),
  word('microsoft', '5.7.606', { pattern: /(?:^|[^\d.])5\.7\.6(?:0[6-9]|[1-4]\d)(?!\d)/, ...blocked }),
  code('microsoft', '7.509', {
    cause: 'DMARC fails, and the From domain’s own policy is to reject such mail.',
    remedy: 'Let SPF or DKIM pass with the From domain; if the message was forwarded, only DKIM can.',
  }),
  code('microsoft', '7.23', spfFailed),
  code('microsoft', '7.650', tooMuch),
  word('microsoft', 'RP-001', { pattern: /\bRP-00[1-3]\b/, ...tooMuch }),
  word('microsoft', 'SC-001', { pattern: /\bSC-00\d\b/, ...blocked }),
  word('microsoft', 'DY-001', {
    pattern: /\bDY-00\d\b/,
    cause: 'Microsoft takes the address for one of a home connection.',
    remedy: 'Give the address a reverse name that is the server’s own, and ask Microsoft in its sender support form.',
  }),
  word('microsoft', 'OU-001', { pattern: /\bOU-00\d\b/, ...blockList }),
];

const yahoo: readonly KnownReply[] = [
  word('yahoo', 'TSS04', { pattern: /\[TSS\d\d\]/, ...tooMuch }),
  word('yahoo', 'TS03', { pattern: /\[TS0\d\]/, ...tooMuch }),
  word('yahoo', 'BL21', { pattern: /\[BL2\d\]/, ...blockList }),
  word('yahoo', 'PH01', {
    pattern: /\[PH0\d\]/,
    cause: 'Yahoo takes the message for phishing.',
    remedy: 'Let DMARC pass, and look at the links in the message.',
  }),
  code('yahoo', '7.9', {
    cause: 'Yahoo refuses the message by its policy; most often SPF, DKIM or DMARC does not pass.',
    remedy: unauthenticated.remedy,
  }),
];

/** RFC 7372 and RFC 3463, and what chasquid and other servers say themselves. */
const any: readonly KnownReply[] = [
  word('any', 'port 25', {
    pattern:
      /\bdial tcp\b.{0,80}:25: .{0,40}(?:i\/o timeout|connection timed out|network is unreachable)|:25:? Connection timed out/i,
    cause: 'No connection to port 25 of the receiving server could be made.',
    remedy: 'Ask the provider whether outbound TCP port 25 is open; changing our own port does not help.',
  }),
  word('any', 'block list', {
    pattern:
      /\b[45]\d\d\b.{0,400}(?:spamhaus|spamcop|barracudacentral|\bblocked using\b|\bblack ?list|\bblock ?list|\bDNSBL\b)/i,
    ...blockList,
  }),
  code('any', '7.20', dkimFailed),
  code('any', '7.21', dkimFailed),
  code('any', '7.22', notAligned),
  code('any', '7.23', spfFailed),
  code('any', '7.24', { ...spfFailed, cause: 'The SPF record could not be evaluated.' }),
  code('any', '7.25', reverseName),
  code('any', '7.26', unauthenticated),
  code('any', '7.27', {
    cause: 'The domain of the sender takes no mail (a null MX record), so nobody could answer.',
    remedy: 'Send from a domain that takes mail, or take its null MX record away.',
  }),
  code('any', '1.1', {
    cause: 'There is no such mailbox.',
    remedy: 'Check the address. If it is one of your own domain, give it an alias on the server.',
  }),
  code('any', '2.2', { cause: 'The mailbox is full.', remedy: 'Try again later, or reach the person in another way.' }),
  code('any', '7.10', {
    cause: 'Somebody tried to log in without TLS.',
    remedy: 'Let the mail program use port 465 with TLS, or port 587 with STARTTLS.',
  }),
];

/** All replies that are known; the first that fits counts, so the general ones stand last. */
export const replyTable: readonly KnownReply[] = [...gmail, ...microsoft, ...yahoo, ...any];
