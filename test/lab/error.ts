import { BrevduvaError } from '../../src/error.ts';

/** The lab cannot be built, used or removed; the sentence says what is in the way and the remedy what to do. */
export class LabError extends BrevduvaError {}
