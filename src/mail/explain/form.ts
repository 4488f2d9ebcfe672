import type { Finding } from '../finding.ts';
import { findingsAbout } from '../finding.ts';
import type { ReceivedMessage } from '../message.ts';

const identified = findingsAbout('message-id');
const dated = findingsAbout('date');
const sender = findingsAbout('from');

const aDay = 86_400_000;
/** A clock may be this far wrong, or a message wait this long, before it is worth a word. */
const mostAhead = aDay / 24;
const mostBehind = 3 * aDay;

/** RFC 5322 §3.6.4; Gmail adds one of its own where it is missing or broken, and says so in it. */
export function explainMessageId({ messageId, fields }: ReceivedMessage): readonly Finding[] {
  const remedy = 'Let the program that writes the message give it one Message-ID, <something.unique@your.domain>.';
  const count = fields.filter(({ name }) => name.toLowerCase() === 'message-id').length;
  if (messageId === null) return [identified.bad('The message has no Message-ID.', remedy)];
  if (/SMTPIN_ADDED_(?:MISSING|BROKEN)/.test(messageId)) {
    return [identified.bad('The message had no valid Message-ID, and Gmail gave it one.', remedy)];
  }
  if (count > 1)
    return [identified.bad(`The message has ${count} Message-IDs; there may be one (RFC 5322 §3.6).`, remedy)];
  if (!/^[^\s@<>]+@[^\s@<>]+$/.test(messageId)) {
    return [identified.bad(`The Message-ID “${messageId}” is not of the form <left@right> (RFC 5322 §3.6.4).`, remedy)];
  }
  return [identified.good(`The Message-ID is <${messageId}>.`)];
}

/** Whether the date can be read, and is near the time at which the receiver took the message. */
export function explainDate({ date, sentAt, sendingHop }: ReceivedMessage): readonly Finding[] {
  if (date === null) {
    return [
      dated.bad('The message has no Date (RFC 5322 §3.6.1).', 'Let the program that writes the message date it.'),
    ];
  }
  if (sentAt === null) {
    return [
      dated.bad(`The Date “${date}” cannot be read.`, 'Write it as in RFC 5322 §3.3: Tue, 24 Nov 2026 10:00:00 +0100'),
    ];
  }
  const taken = sendingHop?.at ?? null;
  const behind = taken === null ? 0 : Date.parse(taken) - Date.parse(sentAt);
  if (behind < -mostAhead || behind > mostBehind) {
    return [
      dated.warning(
        `The message is dated ${sentAt}, and was taken at ${taken}.`,
        'Check the clock of the computer that wrote it, and of the server: timedatectl',
      ),
    ];
  }
  return [dated.good(`The message is dated ${sentAt}.`)];
}

/** There must be one From with one address in it: DMARC has nothing to go by otherwise (RFC 9989 §4.10). */
export function explainFrom({ from, fields }: ReceivedMessage): readonly Finding[] {
  const count = fields.filter(({ name }) => name.toLowerCase() === 'from').length;
  const remedy = 'Let the program that writes the message put one From field with one address in it.';
  const [first, second] = from;
  if (count === 0) return [sender.bad('The message has no From field.', remedy)];
  if (count > 1) return [sender.bad(`The message has ${count} From fields; there may be one (RFC 5322 §3.6).`, remedy)];
  if (first === undefined || first.domain === '') return [sender.bad('There is no address in the From field.', remedy)];
  if (second !== undefined) {
    return [
      sender.warning(`There are ${from.length} addresses in the From field; many receivers refuse that.`, remedy),
    ];
  }
  return [sender.good(`The message is from ${first.address}.`)];
}
