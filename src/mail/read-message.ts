import type { ReceivedMessage } from './message.ts';

/**
 * Reads a message, or its headers alone, as a person saved or pasted it. However long the text, only its beginning is
 * read. Throws MessageError where it has no headers.
 */
export function readMessage(_text: string): ReceivedMessage {
  throw new Error('readMessage is being written.');
}
