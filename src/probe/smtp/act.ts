import type { Judgement } from '../conclude.ts';
import type { Conversation } from './conversation.ts';
import { SmtpBreak } from './conversation.ts';
import type { Reply } from './reply.ts';
import { isPositive, isPutOff, replyText } from './reply.ts';

/** What a server shall say to something. */
export type Answer = 'accepted' | 'refused';

/**
 * What a reply means where something shall be accepted or refused. What is put off (4yz) is neither, and may be asked
 * again: RFC 5321 §4.2.1.
 */
export function judgeReply(reply: Reply, { is, asked }: { readonly is: Answer; readonly asked: string }): Judgement {
  const observed = `${asked}: ${replyText(reply)}`;
  if (isPutOff(reply)) return { verdict: 'not-yet', observed };
  if (isPositive(reply)) return { verdict: is === 'accepted' ? 'true' : 'false', observed };
  return { verdict: is === 'refused' ? 'true' : 'false', observed };
}

/**
 * Does something in a conversation, and ends it. A conversation that breaks off says neither yes nor no.
 * Rejects with the signal's reason.
 */
export async function actIn(conversation: Conversation, act: () => Promise<Judgement>): Promise<Judgement> {
  try {
    const judgement = await act();
    await conversation.close();
    return judgement;
  } catch (error) {
    if (!(error instanceof SmtpBreak)) throw error;
    return { verdict: 'unknown', observed: `the conversation broke off: ${error.message}` };
  } finally {
    conversation.abandon();
  }
}
