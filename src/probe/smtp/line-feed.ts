import type { Judgement } from '../conclude.ts';
import type { Conversation } from './conversation.ts';
import { SmtpBreak } from './conversation.ts';
import type { Reply } from './reply.ts';
import { isPositive, isPutOff, replyText } from './reply.ts';

/**
 * More than any server lets pass: RFC 5321 §6.3 asks for a limit of at least 100; chasquid and Postfix have 50, Exim 30.
 */
const manyHops = 120;
/** A fixed one will do: nobody is to read it. */
const date = 'Thu, 01 Jan 1970 00:00:00 +0000';

/**
 * Looks whether a bare line feed ends a message, as in SMTP smuggling (CVE-2023-52354): a server that takes
 * `<LF>.<LF>` or `<LF>.<CRLF>` for the end lets a stranger put a second message, with any sender, into a first one.
 *
 * Only DATA can show it, and nothing may be delivered. So the message bears so many Received fields that whoever takes
 * it for whole refuses it as a loop; its real end, `<CRLF>.<CRLF>`, is never sent, and a connection that ends before
 * that drops the message (RFC 5321 §4.1.1.10); and it has no sender, so that no bounce can come of it. What is left: a
 * server that has both faults, and counts no hops, delivers one message, which says what happened.
 */
export async function sendBareLineFeeds(conversation: Conversation, to: string): Promise<Judgement> {
  for (const command of ['MAIL FROM:<>', `RCPT TO:<${to}>`]) {
    const reply = await conversation.say(command);
    if (!isPositive(reply)) return notThere(command, reply);
  }
  const ready = await conversation.say('DATA');
  if (ready.code !== 354) return notThere('DATA', ready);
  conversation.send(`${message(to)}\n.\nsecond\n.\r\n`, '(a message with bare line feeds, and without its real end)');
  try {
    return judgeEnd(await conversation.hear());
  } catch (error) {
    if (error instanceof SmtpBreak && error.kind === 'silence') {
      return { verdict: 'true', observed: `it waited for the real end of the message (${error.message})` };
    }
    throw error;
  } finally {
    // why: after a QUIT a server that still reads the message would wait for more of it
    conversation.abandon();
  }
}

function judgeEnd(reply: Reply): Judgement {
  const text = replyText(reply);
  if (isPositive(reply)) {
    return {
      verdict: 'false',
      observed: `it took a bare line feed for the end of a message, and took the message: ${text}`,
    };
  }
  // chasquid: `521 5.5.2 Error reading DATA: invalid line ending`; Postfix: `521 5.5.2 … bare <LF> received`
  if (/line.?(?:end|feed)|bare|newline|\bLF\b/i.test(text)) return { verdict: 'true', observed: text };
  // RFC 3463 §3.5: X.4.6 is a routing loop. chasquid: `554 5.4.6 Loop detected (50 hops)`; Postfix: `too many hops`
  if (/\b5\.4\.6\b|loop|hops|received/i.test(text)) {
    const observed = `it took a bare line feed for the end of a message, and refused that only for its many hops: ${text}`;
    return { verdict: 'false', observed };
  }
  return { verdict: 'unknown', observed: `it answered to a bare line feed, and did not say why: ${text}` };
}

function notThere(asked: string, reply: Reply): Judgement {
  return {
    verdict: isPutOff(reply) ? 'not-yet' : 'unknown',
    observed: `it did not get as far as a message; ${asked}: ${replyText(reply)}`,
    remedy: 'Let the guide name a recipient that the server accepts without a login.',
  };
}

/** Header and text, with proper line ends; the last line has none. */
function message(to: string): string {
  const hops = Array.from({ length: manyHops }, (_, hop) => `Received: by hop-${hop}.brevduva.invalid; ${date}`);
  return [
    ...hops,
    `Date: ${date}`,
    'From: Brevduva <brevduva@brevduva.invalid>',
    `To: <${to}>`,
    'Subject: This server takes a bare line feed for the end of a message',
    '',
    'Brevduva looked whether it does. It should not: by that, strangers can forge mail (CVE-2023-52354).',
    'Upgrade the mail server.',
  ].join('\r\n');
}
