#!/bin/sh
# The watch over one attempt: runs its script, apart from whoever started it, and leaves a record of how it ended.
#
#   setsid sh watch RUN-DIRECTORY        the secrets, one a line, on standard input
#
# In the run directory (made by attempt.sh, which also explains its files) it
#   writes pid       its own line of /proc/PID/stat, before anything of the script runs
#   renames slot     to token: from here on the script runs. Who renames slot to void first has called it off.
#   appends to log   standard output and error of the script, in the order in which they were written
#   renames token    to exit.STATUS, which needs no room, so that a full disk loses no exit status
run=$1

flush() { sync "$@" 2>/dev/null || sync; }

# Caught, not ignored: the script's own shell then starts with what these signals do by default
# (POSIX.1-2017, 2.12), and the watch outlives whatever is sent to its process group.
trap : HUP INT QUIT TERM

# The subshell becomes the script's shell. Once pid is there, a signal meets the action.
(
  { IFS= read -r line </proc/$$/stat && printf '%s\n' "$line" >"$run/pid"; } 2>/dev/null ||
    { mv "$run/slot" "$run/void"; exit 1; }
  flush "$run/pid" "$run"
  mv "$run/slot" "$run/token" 2>/dev/null || exit 1
  flush "$run"
  # shellcheck source=/dev/null
  . "$run/environment"
  BREVDUVA_OUTPUT=$run/outputs
  export BREVDUVA_OUTPUT
  exec sh "$run/script" >>"$run/log" 2>&1
)
status=$?
[ -e "$run/token" ] || exit 1
flush "$run/log" "$run/outputs"
mv "$run/token" "$run/exit.$status"
flush "$run"
