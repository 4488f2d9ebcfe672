import type { Complaint } from '../error.ts';
import { placeText } from '../error.ts';
import { GuideError, inReadingOrder } from './error.ts';
import { checkExitStatuses } from './exit-statuses.ts';
import type { Step } from './guide.ts';
import type { GuideSource } from './load.ts';
import { shippedGuides } from './load.ts';
import type { GuideReading } from './read-guide.ts';
import { readGuide } from './read-guide.ts';
import { checkWithShellCheck } from './shellcheck.ts';
import type { CheckedScript } from './syntax.ts';
import { checkSyntax, inFence, scriptsOf, scriptsOfStep } from './syntax.ts';

/** All that is wrong with some guides, in reading order, and what could not be checked. */
export interface Lint {
  readonly problems: readonly Complaint[];
  readonly notes: readonly string[];
}

/**
 * Checks guides: what loading one would refuse, what a verify may end with, the syntax of every script, and what
 * ShellCheck says of them. `files`
 * are indexes, documents or single steps; without any, the guides that came with Brevduva.
 */
export async function lintGuides(files: readonly string[], { shippedDirectory }: GuideSource): Promise<Lint> {
  const shipped = files.length === 0;
  const paths = shipped ? await guidesOrProblems(shippedDirectory) : { files, problems: [] };
  const readings = await Promise.all(paths.files.map((file) => readGuide(file, { shipped })));
  const scripts = readings.flatMap(scriptsIn);
  const syntax = await checkSyntax(scripts);
  // why: of what does not even parse, ShellCheck only says the same again in other words
  const shellCheck = await checkWithShellCheck(syntax.sound);
  const found = readings.flatMap(({ problems }) => problems);
  const statuses = readings.flatMap(stepsIn).flatMap(checkExitStatuses);
  const problems = withoutRepeats([
    ...paths.problems,
    ...found,
    ...statuses,
    ...syntax.problems,
    ...shellCheck.problems,
  ]);
  return { problems: inReadingOrder(problems, filesOf(problems)), notes: [...syntax.notes, ...shellCheck.notes] };
}

async function guidesOrProblems(
  shippedDirectory: string,
): Promise<{ readonly files: readonly string[]; readonly problems: readonly Complaint[] }> {
  try {
    return { files: await shippedGuides(shippedDirectory), problems: [] };
  } catch (error) {
    if (!(error instanceof GuideError)) throw error;
    return { files: [], problems: error.problems };
  }
}

function stepsIn(reading: GuideReading): readonly Pick<Step, 'verify'>[] {
  switch (reading.kind) {
    case 'guide':
      return reading.guide.steps;
    case 'step':
      return [reading.parsed.step];
    case 'none':
      return [];
    default:
      return reading satisfies never;
  }
}

function scriptsIn(reading: GuideReading): readonly CheckedScript[] {
  switch (reading.kind) {
    case 'guide':
      return scriptsOf(reading.guide);
    case 'step':
      return scriptsOfStep(reading.parsed.step).map(inFence);
    case 'none':
      return [];
    default:
      return reading satisfies never;
  }
}

/** Several guides may share a step, whose problems are then told once. */
function withoutRepeats(problems: readonly Complaint[]): readonly Complaint[] {
  const unique = new Map(
    problems.map((problem) => [`${problem.place ? placeText(problem.place) : ''} ${problem.sentence}`, problem]),
  );
  return [...unique.values()];
}

/** Files in the order in which they first have a problem. */
function filesOf(problems: readonly Complaint[]): readonly string[] {
  return [...new Set(problems.flatMap(({ place }) => place?.file ?? []))];
}
