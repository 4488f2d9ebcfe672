import type { Complaint } from '../error.ts';
import { BrevduvaError, placeText } from '../error.ts';

/** Where the parser puts what is wrong with a guide: it goes on reading, so that all of it is told at once. */
export type Complain = (complaint: Complaint) => void;

/** Passes complaints on, and counts them: for a part that must know whether it was sound. */
export function counted(complain: Complain): { readonly complain: Complain; readonly count: () => number } {
  let count = 0;
  return {
    complain: (complaint) => {
      count += 1;
      complain(complaint);
    },
    count: () => count,
  };
}

/**
 * A guide that cannot be used. `problems` holds everything that is wrong with it, in the order of the files and lines;
 * with one problem the error itself is that problem, with several its own sentence counts them.
 */
export class GuideError extends BrevduvaError {
  readonly problems: readonly Complaint[];

  /** `file`: the guide's index, for the summary. */
  constructor(file: string, problems: readonly [Complaint, ...Complaint[]], options?: ErrorOptions) {
    super(problems.length === 1 ? problems[0] : summary(file, problems), options);
    this.problems = problems;
  }
}

function summary(file: string, problems: readonly [Complaint, ...Complaint[]]): Complaint {
  const [first] = problems;
  return {
    sentence: `The guide ${file} has ${problems.length} problems.`,
    place: first.place,
    remedy: `Mend them, the first at ${first.place ? placeText(first.place) : file}; \`brevduva lint ${file}\` shows what is left.`,
  };
}

/** The problems in the order in which a person mends them: by file, as `files` has them, then by line. */
export function inReadingOrder(problems: readonly Complaint[], files: readonly string[]): readonly Complaint[] {
  const rank = new Map(files.map((file, position) => [file, position]));
  const rankOf = (problem: Complaint) => (problem.place ? (rank.get(problem.place.file) ?? files.length) : -1);
  return [...problems].sort(
    (one, other) => rankOf(one) - rankOf(other) || (one.place?.line ?? 0) - (other.place?.line ?? 0),
  );
}
