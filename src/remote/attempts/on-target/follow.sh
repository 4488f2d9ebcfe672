#!/bin/sh
# Following a run: every byte of its log, then how it ended (see state.sh).

# Waits until it has begun, at most ten seconds. What has not begun by then, or was never heard of, is called off.
await_begin() {
  tries=100
  find_state
  while [ "$state" = claimed ] && [ "$tries" -gt 0 ]; do
    nap 0.1
    tries=$((tries - 1))
    find_state
  done
  case $state in
    none) call_off; find_state; [ "$state" != void ] || state=unheard ;;
    claimed) call_off; find_state ;;
  esac
}

follow() {
  await_begin
  case $state in none | unheard | claimed) report "$state"; return ;; esac
  if [ ! -f "$run/log" ] || [ ! -r "$run/log" ]; then report damaged; return; fi
  exec 5<"$run/log"
  size=$(wc -c <"$run/log")
  if [ "$1" -gt "$size" ]; then report short "$size"; return; fi
  case $state in void) ;; *) report started ;; esac
  # From the first beat on it is noticed where no others come.
  report beat
  # tail leaves the file where it stopped to read, and each cat goes on from there: no gap, no overlap.
  tail -c "+$(($1 + 1))" <&5 || return
  polls=0
  while :; do
    # First the state, then the bytes: where it says that all is over, these are the last.
    find_state
    cat <&5 || return
    case $state in running | orphaned) ;; *) break ;; esac
    polls=$((polls + 1))
    [ $((polls % 15)) -ne 0 ] || report beat
    if [ "$polls" -lt 30 ]; then nap 0.1; else nap 0.2; fi
  done
  report_end
}

# Reports how it ended, or how it stands.
report_end() {
  case $state in
    exited)
      head -c 65536 "$run/outputs" 2>/dev/null | while IFS= read -r line || [ -n "$line" ]; do
        report output "$line"
      done
      if [ -e "$run/cancelled" ]; then report exited "$status" cancelled; else report exited "$status"; fi
      ;;
    void)
      why=
      { IFS= read -r why <"$run/void"; } 2>/dev/null
      report void "${why:-it was called off before it had begun}"
      ;;
    *) report "$state" ;;
  esac
}
