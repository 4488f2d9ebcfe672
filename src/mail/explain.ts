import type { Finding } from './finding.ts';
import type { ReceivedMessage } from './message.ts';

/** What a message's headers show, a finding for each thing that decides whether mail is trusted, in a fixed order. */
export function explain(_message: ReceivedMessage): readonly Finding[] {
  throw new Error('explain is being written.');
}
