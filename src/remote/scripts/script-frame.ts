import { shellQuote } from '../../shell/quote.ts';
import { beginMark, endMark } from './marked-stream.ts';

/** How `sh` is reached: as the user who logged in, or as root by sudo. */
export type Access =
  | { readonly kind: 'user' }
  | { readonly kind: 'sudo' }
  | { readonly kind: 'sudo-password'; readonly password: string };

/** What to run, and what to write to its standard input. */
export interface Launch {
  /** The command for the login shell; constant but for the nonce, so that no secret and no script is ever in argv. */
  readonly command: string;
  readonly input: string;
}

/**
 * Frames a script so that it runs whole or not at all, and so that its output is told from the login's.
 *
 * - It goes to `sh` as one compound command. A shell reads such a command to its end before it runs any of it, so a
 *   cut upload is a syntax error and runs nothing.
 * - It runs in a subshell: whatever it does (`exit`, `exec`, `set -e`), the mark with its status follows.
 * - The mark before it tells which process the shell is (the line of /proc/PID/stat), so that it can be stopped.
 * - Its standard input is empty, so that a command in it cannot swallow text of ours; with `readsInput` it is what
 *   follows on the channel.
 *
 * The command is understood by every login shell (sh, csh, fish). Under sudo with a password the first line is the
 * password; sudo takes it, but not where it remembers an earlier one, and then `sh` must not take it for a command:
 * so lines are dropped up to the nonce.
 */
export function launch(
  script: string,
  access: Access,
  { nonce, readsInput }: { readonly nonce: string; readonly readsInput: boolean },
): Launch {
  const frame = framed(script, nonce, readsInput);
  switch (access.kind) {
    case 'user':
      return { command: 'exec sh', input: frame };
    case 'sudo':
      return { command: 'exec sudo -n sh', input: frame };
    case 'sudo-password': {
      const skip = `while IFS= read -r line; do [ "$line" = ${nonce} ] && exec sh; done`;
      return { command: `exec sudo -S -p '' sh -c '${skip}'`, input: `${access.password}\n${nonce}\n${frame}` };
    }
  }
}

function framed(script: string, nonce: string, readsInput: boolean): string {
  const [begin, end] = [shellQuote(beginMark(nonce)), shellQuote(endMark(nonce))];
  return `{
{ IFS= read -r brevduva_shell < "/proc/$$/stat"; } 2>/dev/null
printf '%s%s\\n' ${begin} "$brevduva_shell"
printf '%s\\n' ${begin} >&2
(eval ${shellQuote(script)})${readsInput ? '' : ' </dev/null'}
brevduva_status=$?
printf '%s%s\\n' ${end} "$brevduva_status"
printf '%s%s\\n' ${end} "$brevduva_status" >&2
exit "$brevduva_status"
}
`;
}
