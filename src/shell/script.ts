import { exportLines, shellQuote } from './quote.ts';

/** Set before every guide script: nobody is there to answer a prompt, and output is read by a program. */
const unattended: Readonly<Record<string, string>> = {
  DEBIAN_FRONTEND: 'noninteractive',
  LC_ALL: 'C.UTF-8',
  NEEDRESTART_MODE: 'a',
  NO_COLOR: '1',
  PYTHONUNBUFFERED: '1',
  TERM: 'dumb',
};

/** The exit status of `runGuideScript` where the script's text does not parse: nothing of it ran. */
export const statusUnparsable = 70;

/** Shell lines that set the variables of every guide script, ours and the guide's. */
export function environmentLines(environment: Readonly<Record<string, string>>): string {
  return exportLines({ ...unattended, ...environment });
}

/**
 * Shell lines that run `text` in a subshell with the given standard input, stderr joined to stdout, and leave its exit
 * status in `$status`. The text is parsed before any of it runs: `status=70` with `unparsable=yes` says that it does
 * not parse, since a shell's own status for that (1 or 2) would read as an answer. `$unparsable` is empty otherwise,
 * also where the script itself exits with 70.
 *
 * `sh -n` parses and never executes (POSIX.1-2017, `set -n`). Wrapping the text into a function definition was tried:
 * it calls an empty script unparsable, and runs what stands between an unbalanced `}` and `{`.
 *
 * `inside` are lines of ours that run in the subshell just before the text, once it is known to parse.
 */
export function runGuideScript(text: string, secrets: readonly string[], inside = ''): string {
  const input = secrets.length === 0 ? '' : `printf '%s\\n' ${secrets.map(shellQuote).join(' ')} | `;
  const end = secrets.length === 0 ? ' </dev/null' : '';
  return `brevduva_text=${shellQuote(text)}
unparsable=
if printf '%s\\n' "$brevduva_text" | sh -n 2>&1; then
${input}(${inside}eval "$brevduva_text") 2>&1${end}
status=$?
else
unparsable=yes
status=${statusUnparsable}
fi
`;
}
