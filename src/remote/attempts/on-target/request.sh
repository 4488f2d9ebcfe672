#!/bin/sh
# Does what was asked for (see state.sh). Reports go to file descriptor 3, orders come from 4.

exec 3>&2 4<&0
case $verb in
  start) start "$@" ;;
  follow)
    obey <&4 &
    obeying=$!
    follow "$@"
    kill "$obeying" 2>/dev/null
    ;;
  status)
    find_state
    report_end
    ;;
  interrupt) interrupt ;;
  cancel) cancel "$@" ;;
esac
