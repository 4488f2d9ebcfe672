import { availableParallelism } from 'node:os';
import type { Complaint } from '../error.ts';
import type { Guide, Script, Step } from './guide.ts';

/** What a check of scripts found. `notes` say what could not be checked on this machine. */
export interface ScriptFindings {
  readonly problems: readonly Complaint[];
  readonly notes: readonly string[];
}

/** A script to check, and how to tell where a line of it (from 1) stands. */
export interface CheckedScript {
  readonly text: string;
  /** Complains of a line. */
  complaint(line: number, fault: { readonly sentence: string; readonly remedy: string }): Complaint;
}

/** Every script of a guide's steps, in order. */
export function scriptsOf(guide: Pick<Guide, 'kind' | 'steps'>): readonly CheckedScript[] {
  return guide.steps.flatMap((step) =>
    scriptsOfStep(step).map((script) => (guide.kind === 'runbook' ? inFence(script) : inDocument(script, step.title))),
  );
}

/** The scripts of one step: run, verify, hint, undo. */
export function scriptsOfStep(step: Omit<Step, 'uses'>): readonly Script[] {
  const verify = step.verify.flatMap((one) => (one.kind === 'shell' ? [one.script] : []));
  return [step.run, ...verify, step.hint, step.undo].filter((script) => script !== undefined);
}

/** A script that stands in one fence: its first line follows the fence's opening line. */
export function inFence({ text, place }: Script): CheckedScript {
  return {
    text,
    complaint: (line, fault) => ({ ...fault, place: { file: place.file, line: (place.line ?? 0) + line } }),
  };
}

/** A document's script is joined out of several fences, so a line of it is told with its heading. */
function inDocument({ text, place }: Script, title: string): CheckedScript {
  return {
    text,
    complaint: (_, { sentence, remedy }) => ({ sentence: `Under "${title}": ${sentence}`, remedy, place }),
  };
}

/** Complains of each script that `sh` cannot parse; `sound` are those that it can. */
export async function checkSyntax(
  scripts: readonly CheckedScript[],
): Promise<ScriptFindings & { readonly sound: readonly CheckedScript[] }> {
  const { execa } = await import('execa');
  const results = await inTurns(scripts, async (script) => {
    const result = await execa('sh', ['-n'], { input: shellTwice(script.text), reject: false });
    if (result.exitCode === undefined) return 'no sh';
    return result.exitCode === 0 ? 'sound' : syntaxComplaint(script, result.stderr);
  });
  return {
    problems: results.filter((result) => typeof result !== 'string'),
    notes: results.includes('no sh') ? ['There is no `sh` on this machine, so the scripts were not parsed.'] : [],
    sound: scripts.filter((_, position) => results[position] === 'sound'),
  };
}

/**
 * The script as the body of a function, as the target parses it (see shell/script.ts), and then as it is. Within the
 * function an unfinished here-document is an error; alone, an unfinished block is.
 */
function shellTwice(text: string): string {
  return `brevduva_parse() {\n${text}\n}\n${text}\n`;
}

function syntaxComplaint(script: CheckedScript, stderr: string): Complaint {
  // dash: `sh: 3: Syntax error: …`; bash: `sh: line 3: syntax error …`; busybox: `sh: line 3: syntax error: …`
  const said = /^[^:]*: (?:line )?(\d+): (.*)$/m.exec(stderr);
  const length = script.text.split('\n').length;
  const told = Number(said?.[1] ?? 2);
  const line = told <= length + 2 ? told - 1 : told - length - 2;
  const reason = (said?.[2] ?? stderr.trim()).replace(/^syntax error:? ?/i, '').replace(/\.$/, '');
  return script.complaint(Math.min(Math.max(line, 1), length), {
    sentence: `This script cannot be parsed by \`sh\`: ${reason === '' ? 'syntax error' : reason}.`,
    remedy: 'Mend its syntax; it is POSIX sh, not bash.',
  });
}

/** Does the work of each item, a few at once, and gives the results in the items' order. */
async function inTurns<Item, Result>(
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
): Promise<readonly Result[]> {
  const results: Result[] = [];
  const waiting = items.entries();
  const turn = async () => {
    for (const [position, item] of waiting) results[position] = await work(item);
  };
  await Promise.all(Array.from({ length: availableParallelism() }, turn));
  return results;
}
