#!/bin/sh
# Starting a run: uploaded whole, then claimed, then begun (see state.sh).

keep_days=14

# Removes what ended long ago, never what lives.
tidy() {
  while IFS= read -r old; do
    case $old in
      */run)
        old=${old%/run}
        name_attempt "${old##*/}"
        find_state
        case $state in running | orphaned) ;; *) rm -rf "$claim" ;; esac
        ;;
      */new.*) rm -rf "$old" ;;
    esac
  done <<OLD
$(find "$base" -mindepth 1 -maxdepth 2 -type d \( -name 'new.*' -o -name run \) -mtime "+$keep_days" 2>/dev/null)
OLD
  name_attempt "$id"
}

# Puts a text into a file. By cat, which names the reason where there is no room; a shell's printf does not.
put() { printf '%s' "$2" | cat >"$1"; }

# Makes the run directory, elsewhere. Prints why it cannot.
prepare() {
  {
    put "$new/watch" "$2" && put "$new/environment" "$3" && put "$new/script" "$4" &&
      boot_identity | cat >"$new/boot" && put "$new/slot" '' && put "$new/uncancelled" '' && put "$new/outputs" '' &&
      put "$new/log" ''
  } 2>&1 || return
  sum=$(cat "$new/environment" "$new/script" | sha256sum 2>&1)
  [ "${sum%% *}" = "$1" ] || { printf 'what arrived there is not what was sent'; return 1; }
  (cd "$new" && sh -n script >log 2>&1) && return
  rm "$new/slot"
  printf 'the script does not parse\n' >"$new/void"
}

# What to tell where nothing can be kept; of what a program said, the reason at its end.
no_record() {
  printf 'the server cannot keep a record of it (%s); make room, or make it writable: %s' "${1##*: }" "$base" | tr '\n' ' '
}

# Claims the id and moves the prepared run in. False where that was not possible; why has been reported.
take() {
  if [ -e "$claim" ]; then report taken; return 1; fi
  for need in 'setsid to run it apart from this login:util-linux' 'sha256sum to check the upload with:coreutils'; do
    command -v "${need%% *}" >/dev/null 2>&1 && continue
    report void "the server has no ${need%:*}; install it (package ${need##*:})"
    return 1
  done
  if ! new=$({ mkdir -p "$base" && chmod 700 "$base" && mktemp -d "$base/new.XXXXXXXX"; } 2>&1); then
    report void "$(no_record "$new")"
    return 1
  fi
  tidy
  if ! why=$(prepare "$@"); then
    rm -rf "$new"
    report void "$(no_record "$why")"
    return 1
  fi
  if ! mkdir "$claim" 2>/dev/null; then
    rm -rf "$new"
    if [ -e "$claim" ]; then report taken; else report void "$(no_record 'no room')"; fi
    return 1
  fi
  if ! mv "$new" "$run" 2>/dev/null; then
    rm -rf "$new"
    call_off
    report void "$(no_record 'no room')"
    return 1
  fi
  flush "$run/script" "$run/environment" "$run" "$claim" "$base"
}

# Starts a session of its own. Where the server ends whatever a login leaves running (KillUserProcesses in
# logind.conf(5)), that also needs a scope of its own, which only root has without more ado; see attempts-on.ts.
detach() {
  kills=$(busctl get-property org.freedesktop.login1 /org/freedesktop/login1 org.freedesktop.login1.Manager \
    KillUserProcesses 2>/dev/null)
  if [ "$kills" = 'b true' ]; then systemd-run --quiet --scope setsid "$@"; else setsid "$@"; fi
}

start() {
  umask_before=$(umask)
  umask 077
  take "$@" || return
  shift 4
  follow 0 &
  following=$!
  obey <&4 &
  obeying=$!
  umask "$umask_before"
  # In the foreground, for what a shell starts in the background ignores SIGINT for ever (POSIX.1-2017, 2.11). The
  # secrets go through a pipe, by the shell's own printf: they are in no file and in no process's arguments.
  if [ $# -eq 0 ]; then
    detach sh "$run/watch" "$run" </dev/null >/dev/null 2>&1 3>&- 4<&-
  else
    printf '%s\n' "$@" | detach sh "$run/watch" "$run" >/dev/null 2>&1 3>&- 4<&-
  fi
  wait "$following"
  kill "$obeying" 2>/dev/null
}
