import type { Complaint } from '../error.ts';
import { BrevduvaError } from '../error.ts';

/** Why a session's files cannot be used. */
export type JournalFailure = 'locked' | 'corrupt' | 'unwritable' | 'too-new';

/** The session's files on the operator's disk cannot be read or written (exit code 2; `corrupt` offers `--salvage`). */
export class JournalError extends BrevduvaError {
  readonly kind: JournalFailure;

  constructor(kind: JournalFailure, complaint: Complaint, options?: ErrorOptions) {
    super(complaint, options);
    this.kind = kind;
  }
}
