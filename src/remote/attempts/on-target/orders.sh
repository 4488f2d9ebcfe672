#!/bin/sh
# Orders for a run: interrupt it, cancel it (see state.sh).

interrupt() {
  if watch_lives; then kill -s INT -- "-$watch" 2>/dev/null; fi
  report interrupted
}

# An attempt that has ended is left alone, and so is what it left in the background; but not where it was cancelled.
cancel() {
  find_state
  case $state in
    claimed) call_off; find_state ;;
    running | orphaned) mv "$run/uncancelled" "$run/cancelled" 2>/dev/null ;;
  esac
  case $state in
    running | orphaned) ;;
    damaged) report left; return ;;
    *) [ -e "$run/cancelled" ] || { report gone; return; } ;;
  esac
  # A stopped process takes no TERM before it goes on. What is started now may be cleaning up, and is let be.
  if find_members; then
    for member in $members; do
      kill -s TERM "$member" 2>/dev/null
      kill -s CONT "$member" 2>/dev/null
    done
  fi
  tenths=$1
  while find_members || watch_lives; do
    [ "$tenths" -gt 0 ] || break
    nap 0.1
    tenths=$((tenths - 1))
  done
  tries=50
  while find_members || watch_lives; do
    if [ "$tries" -eq 0 ]; then report left; return; fi
    for member in $members; do kill -s KILL "$member" 2>/dev/null; done
    nap 0.1
    tries=$((tries - 1))
  done
  report gone
}

# Carries out what comes on standard input, a line each.
obey() {
  while read -r order tenths; do
    case $order in
      interrupt) interrupt ;;
      cancel) cancel "$tenths" ;;
    esac
  done
}
