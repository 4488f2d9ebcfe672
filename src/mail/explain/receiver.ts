import type { ReceivedMessage } from '../message.ts';

/** Who took the message, for a sentence: `mx.google.com`; `the receiver` where nothing names it. */
export function receiverName({ authenticationResults, sendingHop, hops }: ReceivedMessage): string {
  const named = authenticationResults.find(({ isReceivers, authservId }) => isReceivers && authservId !== null);
  return named?.authservId || sendingHop?.by || hops[0]?.by || 'the receiver';
}

/** True where the message seems to have been passed on by somebody. */
export function isForwarded({ forwardingSigns }: ReceivedMessage): boolean {
  return forwardingSigns.length > 0;
}
