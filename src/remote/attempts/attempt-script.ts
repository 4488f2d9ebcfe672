import { shellQuote } from '../../shell/quote.ts';
import { environmentLines, runGuideScript } from '../../shell/script.ts';
import type { AttemptRequest } from '../attempt.ts';

/**
 * The POSIX sh text that runs one attempt and watches over it. It is run as a script of its own on the target, with
 * stdout for the action's bytes and nothing else, stderr for reports to us, and stdin for our orders.
 *
 * Reports are lines that start with the nonce (see attempt-reports.ts):
 *   NONCE started GROUP      the action runs; GROUP is its process group
 *   NONCE void REASON        nothing of it ran
 *   NONCE output KEY=VALUE   a line of $BREVDUVA_OUTPUT
 *   NONCE exited STATUS [cancelled]      it ended
 *   NONCE interrupted        SIGINT was sent
 *   NONCE gone | left        cancelled: nothing of the group lives | something does
 *
 * Orders are lines of ours:
 *   interrupt GROUP
 *   cancel GROUP TENTHS      TERM, then KILL after so many tenths of a second
 */
export function attemptScript(request: AttemptRequest, nonce: string): string {
  return `nonce=${nonce}
action=${shellQuote(actionScript(request, nonce))}
${watch}`;
}

/**
 * What runs in a session and process group of its own, so that a signal to the group meets all of the action and
 * nothing of the watch. It comes on standard input, as one compound command; fd 3 is for reports.
 *
 * The shell around the guide's script catches what the group is sent, so that it is the script whose end counts; in
 * the script's own subshell a caught signal does again what it does by default (POSIX.1-2017, 2.12). The start is
 * reported from there, so no order can come while a signal would fall into the void.
 */
function actionScript({ script, environment, secrets }: AttemptRequest, nonce: string): string {
  const reportStart = `printf '%s started %s\\n' ${nonce} "$$" >&3; exec 3>&-\n`;
  return `{
trap : HUP INT QUIT TERM
${environmentLines(environment)}${runGuideScript(script, secrets, reportStart)}
[ -z "$unparsable" ] || printf '%s void the script does not parse\\n' ${nonce} >&3
exit "$status"
}
`;
}

const watch = `
report() { printf '%s %s\\n' "$nonce" "$*" >&3; }

# A process group lives while one of its processes does. A zombie does not count: in a container nobody may reap it.
# /proc/PID/stat: pid (name) state parent group ...; the name may hold blanks and parentheses.
lives() {
  if [ ! -r /proc/self/stat ]; then kill -s 0 -- "-$1" 2>/dev/null; return; fi
  for stat in /proc/[0-9]*/stat; do
    { read -r line < "$stat"; } 2>/dev/null || continue
    rest="\${line##*) }"
    case $rest in [ZX]*) continue ;; esac
    rest="\${rest#* * }"
    [ "\${rest%% *}" = "$1" ] && return 0
  done
  return 1
}

# Waits until the group is gone, at most $2 tenths of a second.
outlasts() {
  tenths=$2
  while lives "$1"; do
    [ "$tenths" -gt 0 ] || return 0
    sleep 0.1 2>/dev/null || { sleep 1; tenths=$((tenths - 9)); }
    tenths=$((tenths - 1))
  done
  return 1
}

cancel() {
  : > "$scratch/cancelled"
  kill -s TERM -- "-$1" 2>/dev/null
  # A stopped process takes no TERM before it goes on.
  kill -s CONT -- "-$1" 2>/dev/null
  if outlasts "$1" "$2"; then
    kill -s KILL -- "-$1" 2>/dev/null
    if outlasts "$1" 50; then report left; return; fi
  fi
  report gone
}

obey() {
  while read -r order group tenths; do
    case $order in
      interrupt) kill -s INT -- "-$group" 2>/dev/null; report interrupted ;;
      cancel) cancel "$group" "$tenths"; return ;;
    esac
  done
}

exec 3>&2 4<&0
command -v setsid >/dev/null 2>&1 || { report void the target has no setsid '(package util-linux)'; exit 0; }
umask_before=$(umask)
umask 077
scratch=$(mktemp -d) || { report void no temporary directory could be made; exit 0; }
BREVDUVA_OUTPUT=$scratch/output
: > "$BREVDUVA_OUTPUT" || { rm -rf "$scratch"; report void no temporary file could be written; exit 0; }
export BREVDUVA_OUTPUT
umask "$umask_before"

obey <&4 &
obeying=$!

# In the foreground, for what a shell starts in the background ignores SIGINT for ever (POSIX.1-2017, 2.11).
printf '%s' "$action" | setsid sh 4<&-
status=$?

# An order to cancel is finished first: it says whether something of the group is left.
if [ -e "$scratch/cancelled" ]; then wait "$obeying"; else kill "$obeying" 2>/dev/null; fi
head -c 65536 "$BREVDUVA_OUTPUT" 2>/dev/null | while IFS= read -r line || [ -n "$line" ]; do
  report "output $line"
done
if [ -e "$scratch/cancelled" ]; then end="exited $status cancelled"; else end="exited $status"; fi
rm -rf "$scratch"
report "$end"
`;
