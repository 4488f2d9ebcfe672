// biome-ignore-all lint/suspicious/noTemplateCurlyInString: shell text

import { execa } from 'execa';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Machine } from '../../../src/practice/machine/machine.ts';
import { aMachine, runOn } from './a-shell.ts';

// What the guide's scripts use of the language, each once in real bash and once in the practice shell.
const features: Readonly<Record<string, string>> = {
  'a status': 'false; echo $?; (exit 4); echo $?; exit 3',
  'an assignment has the status 0': 'false; a=b; echo $?; false || c=d; echo $?; e=$(exit 5); echo $?',
  'the status can be kept': 'false || kept=$?; echo "$kept"; false; kept=$?; echo "$kept"',
  'set -e ends a script': 'set -e; echo a; false; echo never',
  'set -e in a function called left of ||': 'set -e; f() { false; echo on; false; }; f || echo other; echo end',
  'set -e in a function called left of &&': 'set -e; f() { false; echo on; }; f && echo then; echo end',
  'a list of functions has the status of the last that ran':
    'set -e; a() { return 3; }; b() { echo b; }; is() { a && b; }; if is; then echo yes; else echo "no $?"; fi; echo end',
  'three functions in a list': 'set -e; t() { true; }; f() { false; }; t && f || echo c; f || t && echo d; echo end',
  'a group left of ||': 'set -e; { false; echo in; } || echo not; (false; echo sub) || echo not; echo end',
  'a loop that ends with a list': 'set -e; for p in a b; do [ "$p" = c ] || m="$m$p"; done; echo "$m"',
  'continue in a list': 'set -e; for p in a b; do [ "$p" = b ] || continue; echo "$p"; done; echo end',
  'set -u':
    'set -u; echo "${none-unset}"; echo "${none:+set}end"; (echo "$none"; echo never) 2>/dev/null || echo unbound',
  'a trap at exit': "work=w; trap 'echo gone $work' EXIT; echo in; exit 5",
  'a trap of a subshell': "(trap 'echo inner' EXIT; echo body); trap 'echo outer' EXIT; echo last",
  'a trap at exit after set -e': "set -e; trap 'echo gone' EXIT; false; echo never",
  'a trap that calls a function': 'f() { echo "f $1"; }; trap \'f x\' EXIT; :',
  'a trap that is taken back': "trap 'echo gone' EXIT; trap - EXIT; echo end",
  'sets in patterns': 'for m in 81 8a ""; do case $m in "" | *[!0-9]*) echo bad ;; *) echo good ;; esac; done',
  'sets in expansions': 'x=ab12; echo "${x%%[!a-z]*}" "${x##*[!0-9]}"; y=/a/b.c; echo "${y##*/}" "${y%.*}"',
  'jobs and their status': '(echo one; exit 3) & a=$!; wait "$a"; echo "$?"; (echo two) & wait; echo end',
  'output of jobs to files':
    '(echo a; echo b >&2) </dev/null >/tmp/brevduva-language 2>&1 & wait "$!"; cat /tmp/brevduva-language',
  'eval of lines': 't="x=1\necho \\"\\$x\\"\nfalse || echo or"; (eval "$t") 2>&1 </dev/null; echo "$?"',
  'eval that does not parse': '(eval "if") 2>/dev/null || echo no; echo end',
  'a shell that only parses': "printf 'if\\n' | sh -n 2>/dev/null || echo no; printf 'echo x\\n' | sh -n && echo yes",
  'a shell in a pipe': 'printf \'echo "$A"; exit 4\' | A=b sh; echo $?',
  'arguments of a shell': "sh -c 'echo \"$1 $2\"' name a 'b c'; sh -eu -c 'echo \"$#\"' name x",
  'exec of a program': '(exec sh -c "exit 6"); echo $?; exec echo last; echo never',
  'descriptors above two': 'exec 3>&1; f() { echo "to 3" >&3; }; x=$(f; echo kept); echo "$x"; f | cat; exec 3>&-',
  'descriptors of groups':
    '{ e=$({ { sh -c "exit 3" && echo 0 >&3 || echo "$?" >&3; } | cat >&4; } 3>&1); } 4>&1; echo "[$e]"',
  'here documents':
    'a=b; cat <<X\n  $a \\$a\nX\ncat <<"X"\n  $a\nX\nwhile read -r l; do echo "<$l>"; done <<X\none\ntwo\nX',
  'functions that read':
    'f() { while read -r a b; do echo "$b $a"; done; }; printf \'1 2\\n3 4\\n\' | f; printf \'5 6\\n\' | { read -r a; echo "$a"; }',
  arithmetic: 'i=0; while [ "$i" -lt 3 ]; do i=$((i + 1)); done; echo "$i $((7 / 2)) $((7 % 4)) $((i * -2))"',
  'set and shift':
    'set -- a "b c" d; echo "$#"; shift; echo "$1"; for x; do echo "$x"; done; IFS=:; set -- a:b; echo "$1"',
  defaults: ': "${a:=b}"; echo "$a ${c:-d} ${e:+f}${a:+g}"',
  quotes: "printf '%s\\n' \"it's\" 'a\"b' \"\\$x\" a\\ b; printf '%s|' \"$@\"; printf '%04X %02d\\n' 25 7",
  'local changes of the environment':
    'A=b sh -c "echo [\\$A]"; echo "${A-none}"; (unset PATH; echo gone); echo "${PATH:+kept}"',
  not: 'set -e; ! false; if ! true; then echo no; else echo yes; fi; ! grep -q a /dev/null && echo none',
  'find by name':
    'mkdir -p /tmp/brevduva-find/a; : >/tmp/brevduva-find/a/x.conf; find /tmp/brevduva-find -name "*.conf"; rm -r /tmp/brevduva-find',
  'awk, sed and sort':
    "printf 'b 2\\na 1\\nb 3\\n' | awk '!seen[$1]++ { n += $2; print } END { print n; exit !n }' | sed -e 's/a/c/' -e '/3/d' | sort -u",
  'stat and install':
    'd=$(mktemp -d); install -m 0640 /dev/null "$d/f"; install -d -m 0750 "$d/g"; stat -c "%a" "$d/f" "$d/g"; stat -c "%04a" "$d/f"; rm -r "$d"',
  'cmp, mkdir and mv':
    'd=$(mktemp -d); echo a >"$d/a"; cp -p "$d/a" "$d/b"; cmp -s "$d/a" "$d/b" && echo same; mv "$d/b" "$d/c"; mkdir -p -m 0700 "$d/e"; stat -c %a "$d/e"; rm -r "$d"',
};

let machine: Machine;
beforeAll(async () => {
  machine = await aMachine();
});

describe('the practice shell runs as bash does', () => {
  it.each(Object.entries(features))('%s', async (_name, script) => {
    const real = await execa('bash', ['-c', script], { reject: false, stdin: 'ignore', env: { LC_ALL: 'C.UTF-8' } });
    const practised = await runOn(machine, script);
    expect({ status: practised.status, out: practised.out.trimEnd() }).toEqual({
      status: real.exitCode,
      out: real.stdout.trimEnd(),
    });
  });
});
