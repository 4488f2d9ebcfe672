import type { Complaint } from '../error.ts';
import { BrevduvaError } from '../error.ts';

/** Why the target could not be reached or worked with. */
export type RemoteFailure =
  | 'name-not-found'
  | 'refused'
  | 'timed-out'
  | 'unreachable'
  | 'host-key-changed'
  | 'host-key-unknown'
  | 'host-key-revoked'
  | 'authentication'
  | 'no-common-algorithm'
  | 'sudo'
  | 'lost'
  | 'configuration';

/** The target cannot be reached or used (exit code 3, or 2 where the person must mend something: see the kind). */
export class RemoteError extends BrevduvaError {
  readonly kind: RemoteFailure;

  constructor(kind: RemoteFailure, complaint: Complaint, options?: ErrorOptions) {
    super(complaint, options);
    this.kind = kind;
  }
}
