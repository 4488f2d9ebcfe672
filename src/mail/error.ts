import { BrevduvaError } from '../error.ts';

/** A text that was given as a message is none: it has no headers. */
export class MessageError extends BrevduvaError {}
