import type { Finding } from '../finding.ts';
import { findingsAbout } from '../finding.ts';
import type { ReceivedMessage } from '../message.ts';
import type { ProviderReply } from '../provider-codes.ts';
import type { Provider } from '../reply-table.ts';

const bounce = findingsAbout('bounce');

const names: Readonly<Record<Provider, string>> = {
  gmail: 'Gmail',
  microsoft: 'Microsoft',
  yahoo: 'Yahoo',
  any: 'The receiving server',
};

/** Why a message came back. */
export function explainBounce({ replies }: ReceivedMessage): readonly Finding[] {
  if (replies.length > 0) return explainReplies(replies);
  return [
    bounce.unknown(
      'This is the notice that a message could not be delivered, and no reply in it is known here.',
      'Read the line that begins with Diagnostic-Code, or with a number such as 550.',
    ),
  ];
}

/** What replies of mail servers mean, one finding each. What will be tried again by itself is a warning. */
export function explainReplies(replies: readonly ProviderReply[]): readonly Finding[] {
  return replies.map(({ provider, code, cause, remedy, isTemporary, line }) => {
    const sentence = `${names[provider]} ${isTemporary ? 'put the message off' : 'refused the message'} (${code}): ${cause} It said: ${line}`;
    return isTemporary ? bounce.warning(sentence, remedy) : bounce.bad(sentence, remedy);
  });
}
