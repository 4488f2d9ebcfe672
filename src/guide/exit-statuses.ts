import type { Complaint } from '../error.ts';
import type { Step } from './guide.ts';
import { inFence } from './syntax.ts';

/** What a verify may end with on purpose; with all else the probe counts as broken (probe/shell-answer.ts). */
const answers = ['0', '1', '2', '69', '75'];
/** An `exit` where a command can stand; the number is all that is told of it. */
const exits = /(?:^|[;&|({]|\b(?:then|else|do))\s*exit (\d+)\b/g;

/** Complains of each `exit` with a number that is no answer, in the scripts that verify a step. */
export function checkExitStatuses(step: Pick<Step, 'verify'>): readonly Complaint[] {
  return step.verify.flatMap((verify) => {
    if (verify.kind !== 'shell') return [];
    const { complaint } = inFence(verify.script);
    return outsideQuotes(verify.script.text)
      .split('\n')
      .flatMap((line, index) =>
        Array.from(line.matchAll(exits), ([, status = '']) => status)
          .filter((status) => !answers.includes(status))
          .map((status) =>
            complaint(index + 1, {
              sentence: `A verify that ends with ${status} gives no answer, and counts as broken.`,
              remedy: 'Say 0 (true), 1 (false), 2 (true, with a warning), 69 (it cannot be known) or 75 (not yet).',
            }),
          ),
      );
  });
}

/** The script without comments, and without what stands in quotes: `exit 3` there is awk's, or a text. Lines stay lines. */
function outsideQuotes(script: string): string {
  return script.replaceAll(/\\.|'[^']*'|"(?:\\.|[^"\\])*"|(?:^|(?<=\s))#[^\n]*/gms, (found) =>
    '\n'.repeat(found.split('\n').length - 1),
  );
}
