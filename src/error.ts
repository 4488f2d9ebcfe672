/** Where in a file something stands; lines count from 1. */
export interface Place {
  readonly file: string;
  readonly line?: number;
}

/** What every error of ours says: what is wrong, where, and what the reader can do about it. */
export interface Complaint {
  /** One complete sentence: what is wrong. */
  readonly sentence: string;
  readonly place?: Place | undefined;
  /** One complete sentence: what to do next. */
  readonly remedy?: string | undefined;
}

/**
 * An error that a person can act on. Modules throw their own subclass where they find it; only the command line
 * prints it. Anything thrown that is not one of these is a bug of ours.
 */
export abstract class BrevduvaError extends Error {
  readonly sentence: string;
  readonly place: Place | undefined;
  readonly remedy: string | undefined;

  constructor(complaint: Complaint, options?: ErrorOptions) {
    super(complaint.sentence, options);
    this.name = new.target.name;
    this.sentence = complaint.sentence;
    this.place = complaint.place;
    this.remedy = complaint.remedy;
  }
}

/** The command line, or a value that a person typed, cannot be used (exit code 2). */
export class UsageError extends BrevduvaError {}

/** `file:line`, or only the file where no line is known. */
export function placeText(place: Place): string {
  return place.line === undefined ? place.file : `${place.file}:${place.line}`;
}
