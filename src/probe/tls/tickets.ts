import type { Judgement } from '../conclude.ts';
import { Conversation, SmtpBreak } from '../smtp/conversation.ts';
import type { Handshake } from './handshake.ts';

/** How a mail server is talked with after a handshake. */
export interface TicketOptions {
  /** Whether it has greeted already, in the clear. */
  readonly isGreeted: boolean;
  readonly helo: string;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/**
 * Whether a mail server sends session tickets after a TLS 1.3 handshake: Microsoft's senders end a connection over those
 * of Go's servers (golang/go#70232). They come right after the handshake, though RFC 8446 §4.6.1 sets no time, and Node's
 * servers greet before them; whoever has answered EHLO without having sent any sends none. Rejects with the signal's
 * reason.
 */
export async function judgeTickets(handshake: Handshake, options: TicketOptions): Promise<Judgement> {
  const { protocol, tickets } = handshake;
  if (protocol !== 'TLSv1.3') return { verdict: 'true', observed: `none: it speaks ${protocol}, which has others` };
  const trouble = await talk(handshake, options);
  if (tickets() > 0) return { verdict: 'false', observed: `it sends session tickets: ${tickets()}` };
  if (trouble === null) return { verdict: 'true', observed: 'no session tickets' };
  return { verdict: 'unknown', observed: `no session tickets so far, but the conversation broke off: ${trouble}` };
}

/** Why a conversation did not come to an answer to EHLO; null where it did. */
async function talk({ socket }: Handshake, { isGreeted, helo, ...options }: TicketOptions): Promise<string | null> {
  const conversation = new Conversation(socket, { ...options, transcript: [] });
  try {
    if (!isGreeted) await conversation.hear();
    await conversation.say(`EHLO ${helo}`);
    await conversation.say('NOOP');
    return null;
  } catch (error) {
    if (!(error instanceof SmtpBreak)) throw error;
    return error.message;
  }
}
