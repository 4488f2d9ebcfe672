import type { Verdict } from './evidence.ts';

/** What a probe printed: what it saw, and what it says is to be done. */
export interface Said {
  readonly seen: string;
  /** Empty where it says nothing. */
  readonly remedy: string;
}

/** A line that begins with this says what to do, not what was seen. */
const remedyLine = /^remedy: */;

/** Parts what a probe printed. */
export function readSaid(printed: string): Said {
  const lines = printed.split('\n');
  return {
    seen: lines.filter((line) => !remedyLine.test(line)).join('\n'),
    remedy: lines
      .filter((line) => remedyLine.test(line))
      .map((line) => line.replace(remedyLine, '').trim())
      .join(' '),
  };
}

/** What a probe concluded, by its exit status and what it printed. */
export interface Answer {
  readonly verdict: Verdict;
  readonly observed: string;
  readonly remedy: string;
}

/**
 * What an exit status means: 0 true, 1 false, 2 a warning, 69 that it cannot be known (EX_UNAVAILABLE of sysexits(3), as 75
 * is its EX_TEMPFAIL), 75 not yet; all else is a broken probe. Not 3, with which `systemctl is-active` says "inactive".
 */
export function judgeAnswer(status: number, { seen, remedy }: Said): Answer {
  const line = lastLine(seen);
  const answers: Readonly<Record<number, Verdict>> = {
    0: 'true',
    1: 'false',
    2: 'warning',
    69: 'unknown',
    75: 'not-yet',
  };
  if ((status === 1 || status === 2) && isShellFailure(line)) {
    return {
      verdict: 'unknown',
      observed: `The probe itself is broken: ${line}`,
      remedy: 'Mend the script in the guide; the number is its line.',
    };
  }
  const verdict = answers[status];
  if (verdict !== undefined) return { verdict, observed: line || `nothing printed, exit status ${status}`, remedy };
  return {
    verdict: 'unknown',
    observed: `The probe itself is broken: ${whyBroken(status)}.${line === '' ? '' : ` It said: ${line}`}`,
    remedy: 'Run it by hand in a shell there, and mend what it needs, or the script in the guide.',
  };
}

/**
 * A shell that gives a script up (a variable not set under `set -u`, a bad substitution, a failed redirection) or does not
 * find a command ends with 1 or 2 or goes on, and no answer of the script follows from that. dash says `sh: 3: X:
 * parameter not set`, bash `sh: line 3: X: unbound variable`, busybox `sh: eval: line 3: X: parameter not set`.
 */
function isShellFailure(line: string): boolean {
  return /^\S*sh: (?:eval: )?(?:line )?\d+: /.test(line);
}

function whyBroken(status: number): string {
  if (status === 126) return 'a command may not be executed (exit status 126)';
  if (status === 127) return 'a command was not found (exit status 127)';
  if (status > 128) return `it was ended by signal ${status - 128} (exit status ${status})`;
  return `exit status ${status} is no answer`;
}

/** The last line that is not empty. */
export function lastLine(printed: string): string {
  return printed.split('\n').findLast((line) => line.trim() !== '') ?? '';
}
