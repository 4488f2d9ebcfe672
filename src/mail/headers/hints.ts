import type { HeaderField, SpamHint } from '../message.ts';

/** What a receiver's own header says, by the header's name in lower case; null where it says nothing. */
const readers: ReadonlyMap<string, (value: string) => SpamHint['says'] | null> = new Map([
  ['x-spam-flag', (value) => (/^yes\b/i.test(value) ? 'spam' : /^no\b/i.test(value) ? 'clean' : null)],
  ['x-spam-status', (value) => (/^yes\b/i.test(value) ? 'spam' : /^no\b/i.test(value) ? 'clean' : null)],
  ['x-spam', (value) => (/^(?:yes|true)\b/i.test(value) ? 'spam' : null)],
  // Google Takeout writes the labels into its mbox files.
  ['x-gmail-labels', (value) => (/(?:^|,)\s*"?(?:spam|skräppost)\b/i.test(value) ? 'spam' : 'clean')],
  ['x-gm-spam', (value) => (value === '1' ? 'spam' : value === '0' ? 'clean' : null)],
  ['x-yahoofilteredbulk', () => 'spam'],
  ['x-microsoft-antispam-mailbox-delivery', microsoftDelivery],
  ['x-forefront-antispam-report', microsoftReport],
  ['x-ms-exchange-organization-scl', microsoftLevel],
]);

/** `dest:J` is the junk folder, `dest:I` the inbox. */
function microsoftDelivery(value: string): SpamHint['says'] | null {
  const destination = /(?:^|;)\s*dest:(\w)/i.exec(value)?.[1]?.toUpperCase();
  return destination === 'J' ? 'spam' : destination === 'I' ? 'clean' : null;
}

/** SFV: what the filter decided; SCL: how sure it is, from 5 on spam. */
function microsoftReport(value: string): SpamHint['says'] | null {
  const verdict = /(?:^|;)\s*SFV:(\w+)/i.exec(value)?.[1]?.toUpperCase();
  if (verdict === 'SPM' || verdict === 'SKB' || verdict === 'BLK') return 'spam';
  const level = /(?:^|;)\s*SCL:(-?\d)/i.exec(value)?.[1];
  return level === undefined ? null : microsoftLevel(level);
}

function microsoftLevel(value: string): SpamHint['says'] | null {
  if (!/^-?\d$/.test(value)) return null;
  return Number(value) >= 5 ? 'spam' : 'clean';
}

/** The headers by which receivers say what they take the message for. */
export function spamHints(fields: readonly HeaderField[]): readonly SpamHint[] {
  return fields.flatMap(({ name, value }) => {
    const says = readers.get(name.toLowerCase())?.(value) ?? null;
    return says === null ? [] : [{ header: name, value, says }];
  });
}

/** The reverse name in Microsoft's report (`PTR:smtp.example.com`): `''` where it found none, null where it tells nothing. */
export function microsoftReverseName(fields: readonly HeaderField[]): string | null {
  const report = fields.find(({ name }) => name.toLowerCase() === 'x-forefront-antispam-report');
  const name = /(?:^|;)\s*PTR:([^;]*)/i.exec(report?.value ?? '')?.[1]?.trim();
  if (name === undefined) return null;
  return name === '' || /^Info(?:Domain|No)/i.test(name) ? '' : name.toLowerCase();
}

/** What the parts that were read already say of the way. */
export interface WayParts {
  readonly returnPath: string | null;
  /** Domains that sealed the message with ARC before it came to the receiver. */
  readonly foreignSeals: readonly string[];
}

/** Why it seems that somebody passed the message on, each a part of a sentence; empty where nothing says so. */
export function forwardingSigns(
  fields: readonly HeaderField[],
  { returnPath, foreignSeals }: WayParts,
): readonly string[] {
  const firstValue = (wanted: string) => fields.find(({ name }) => name.toLowerCase() === wanted)?.value;
  const rewritten = rewriting.find(({ pattern }) => pattern.test(returnPath ?? ''))?.by;
  const list = firstValue('list-id');
  const resent = firstValue('resent-from');
  const forwardedTo = firstValue('x-forwarded-to');
  const movedBy = firstValue('x-forwarded-for');
  return [
    ...(rewritten === undefined ? [] : [`its envelope sender was rewritten (${rewritten})`]),
    ...(forwardedTo === undefined ? [] : [`it was forwarded to ${forwardedTo}`]),
    ...(forwardedTo === undefined && movedBy !== undefined ? [`it was forwarded for ${movedBy}`] : []),
    ...(resent === undefined ? [] : [`it was resent by ${resent}`]),
    ...(list === undefined ? [] : [`it went over the mailing list ${list}`]),
    ...(foreignSeals.length === 0 ? [] : [`it was sealed on its way by ${foreignSeals.join(', ')} (ARC)`]),
  ];
}

/** How forwarders write the envelope sender anew. */
const rewriting: readonly { readonly pattern: RegExp; readonly by: string }[] = [
  { pattern: /^(?:SRS[01]|prvs)[=+-]/i, by: 'SRS' },
  { pattern: /\+caf_=/i, by: 'Gmail' },
  { pattern: /\+fwd_from=/i, by: 'chasquid' },
  { pattern: /^bounces?\+srs=/i, by: 'Microsoft' },
];
