#!/bin/sh
# One request about one attempt, on the target. This file, follow.sh, orders.sh, start.sh and request.sh are sent as one
# text with every request, its arguments set before it:
#
#   start NONCE ID SHA256 WATCH ENVIRONMENT SCRIPT [SECRET…]    runs it, then does as `follow 0`
#   follow NONCE ID BYTE        every byte of its output from there on, then how it ended
#   status NONCE ID             how it stands
#   interrupt NONCE ID          SIGINT to its process group
#   cancel NONCE ID TENTHS      TERM, then KILL after so many tenths of a second, to all of its session
#
# Standard output carries the attempt's bytes and nothing else. Standard error carries reports, lines that begin with
# the nonce (attempt-reports.ts). While it follows, lines on standard input are orders: `interrupt`, `cancel TENTHS`.
#
# An attempt is a directory, $HOME/.local/state/brevduva/attempts/ID (or below XDG_STATE_HOME). That mkdir(2) is the
# claim of the id: it succeeds once. What is in it, run/, is made elsewhere and moved in whole:
#
#   watch, environment, script   what runs: watch.sh, variables, the guide's text
#   boot                         the boot of the machine in which it was started
#   slot                         it has not begun; renamed to token by the watch, or to void by who calls it off
#   token                        it has begun; renamed by the watch to
#   exit.STATUS                  it has ended
#   void                         it will never run; the first line says why
#   pid                          the watch, leader of the run's session: its line of /proc/PID/stat
#   log, outputs                 what it printed; what it appended to $BREVDUVA_OUTPUT
#   uncancelled                  renamed to cancelled by who cancels it
verb=$1
nonce=$2
id=$3
shift 3

state_home=${XDG_STATE_HOME:-}
case $state_home in /*) ;; *) state_home=${HOME:-}/.local/state ;; esac
base=$state_home/brevduva/attempts

# Sets the names of an attempt's directory, and of the one in it.
name_attempt() { claim=$base/$1 run=$base/$1/run; }
name_attempt "$id"

report() { printf '%s %s\n' "$nonce" "$*" >&3; }
nap() { sleep "$1" 2>/dev/null || sleep 1; }
flush() { sync "$@" 2>/dev/null || sync; }

# Reads a line of /proc/PID/stat (proc(5)) from a file. The name in it may hold blanks and parentheses.
read_stat() {
  line=
  { IFS= read -r line <"$1"; } 2>/dev/null || return 1
  # shellcheck disable=SC2086 # split into its fields
  { set -f; set -- ${line##*") "}; set +f; }
  [ $# -ge 20 ] || return 1
  pid=${line%% *} process_state=$1 session=$4 started=${20}
}

# This boot of this machine. A container that is started again keeps the kernel's boot_id, but not its first process.
boot_identity() {
  boot_id=
  { IFS= read -r boot_id </proc/sys/kernel/random/boot_id; } 2>/dev/null
  started=
  read_stat /proc/1/stat
  printf '%s:%s\n' "$boot_id" "$started"
}

# Is the watch still the process that the pid file tells of? Process ids are used again. A zombie is dead: in a
# container there may be nobody who reaps it. Sets $watch, and $stranger where another process has its id now.
watch_lives() {
  watch='' stranger=''
  read_stat "$run/pid" || return 1
  case $pid in '' | *[!0-9]*) return 1 ;; esac
  watch=$pid since=$started
  read_stat "/proc/$watch/stat" || return 1
  [ "$started" = "$since" ] || { stranger=yes; return 1; }
  case $process_state in [ZX]*) return 1 ;; esac
}

# Sets $members: the living processes of the run's session, but the watch. False where there are none.
find_members() {
  members=
  watch_lives
  # A process id is not given away while a session goes by it: where a stranger has it, the session is empty.
  if [ -z "$watch" ] || [ -n "$stranger" ]; then return 1; fi
  for file in /proc/[0-9]*/stat; do
    read_stat "$file" || continue
    [ "$session" = "$watch" ] || continue
    case $process_state in [ZX]*) continue ;; esac
    [ "$pid" = "$watch" ] || members="$members $pid"
  done
  [ -n "$members" ]
}

find_exit() {
  status=
  for file in "$run"/exit.*; do
    [ -e "$file" ] || return 1
    status=${file##*.}
    state=exited
    case $status in '' | *[!0-9]* | ????*) state=damaged ;; esac
    return 0
  done
}

# Sets $state:
#   none      the target knows nothing of it      claimed   it has not begun       void   it will never begin
#   running   under its watch                     exited    with $status
#   orphaned  its watch is gone, it runs on       lost      it and its watch are gone, without an exit status
#   rebooted  the machine was started again       damaged   somebody changed its directory
find_state() {
  state=none
  [ -d "$claim" ] || return
  state=claimed
  [ -d "$run" ] || return
  find_exit && return
  if [ -e "$run/void" ]; then state=void; return; fi
  if [ -e "$run/slot" ]; then
    [ "$(boot_identity)" = "$(cat "$run/boot" 2>/dev/null)" ] || state=void
    return
  fi
  state=running
  watch_lives && return
  # It may have ended between these two looks.
  find_exit && return
  if [ -e "$run/void" ]; then state=void; return; fi
  state=damaged
  if [ ! -e "$run/token" ] || [ ! -e "$run/boot" ] || [ -z "$watch" ]; then return; fi
  state=rebooted
  [ "$(boot_identity)" = "$(cat "$run/boot")" ] || return
  state=lost
  if find_members; then state=orphaned; fi
}

# Makes sure that what has not begun never will.
call_off() {
  mkdir -p "$base" 2>/dev/null
  mkdir "$claim" 2>/dev/null
  if mkdir "$run" 2>/dev/null; then : >"$run/void"; fi
  mv "$run/slot" "$run/void" 2>/dev/null
}
