import { shellQuote } from '../shell/quote.ts';
import { environmentLines, runGuideScript } from '../shell/script.ts';

/** A probe in POSIX sh: a `sh verify` fence of a guide. */
export interface ShellProbe {
  readonly text: string;
  /** `DOMAIN` → value. */
  readonly environment: Readonly<Record<string, string>>;
  /** Lines for the probe's standard input; after them comes end-of-file. */
  readonly secrets: readonly string[];
}

/** What one probe of a composed script left behind. */
export type ShellFrame =
  | {
      readonly kind: 'ended';
      readonly status: number;
      /** The last of what it printed, stdout and stderr. */
      readonly printed: Uint8Array;
      /** What it appended to `$BREVDUVA_OUTPUT`. */
      readonly output: string;
    }
  | { readonly kind: 'unparsable'; readonly printed: Uint8Array }
  | { readonly kind: 'stopped'; readonly printed: Uint8Array };

/** What was found in the output of a composed script. */
export interface ShellFrames {
  /** By the probe's place in the list; a probe without a frame has none. */
  readonly frames: ReadonlyMap<number, ShellFrame>;
  /** True where the machine has no room for temporary files, so that nothing was run. */
  readonly hasNoRoom: boolean;
}

/** Bytes of what a probe prints, and of its `$BREVDUVA_OUTPUT`, that come back. */
const printedLimit = 16_384;
const outputLimit = 32_768;
/** Bytes that shell start-up files may print before the first frame. */
const preludeLimit = 262_144;

/** Stands in `$BREVDUVA_OUTPUT` where the text did not parse; no probe can mean it, since it is no `key=value`. */
const unparsableMark = '!unparsable';

/**
 * One script that runs all probes at once, each in a shell of its own, and prints a frame for each when all have ended
 * or were stopped after `limitSeconds`. Its output is read by `readFrames`.
 *
 * - The nonce stands only in this outer shell, which no probe is a part of; a probe cannot know it, so it cannot print
 *   a frame. What it prints goes to a file first: a process that it leaves behind cannot write into another's frame.
 * - A probe is stopped by what marks all its processes, also those in other sessions: `$BREVDUVA_OUTPUT` in their
 *   environment. (Process groups would need `set -m`, which dash refuses without a terminal; `timeout` is not POSIX.)
 * - All of it stands in braces, so that a script that was cut on its way runs nothing.
 */
export function composeProbes(
  probes: readonly ShellProbe[],
  { nonce, limitSeconds }: { readonly nonce: string; readonly limitSeconds: number },
): string {
  const each = (line: (number: number) => string) => probes.map((_, number) => line(number)).join('\n');
  return `{
brevduva_temporary() { mktemp "$@" "\${TMPDIR:-/tmp}/brevduva.XXXXXXXX" 2>/dev/null; }
brevduva_room=$(brevduva_temporary -d)
${each((number) => `brevduva_output_${number}=$(brevduva_temporary)`)}
brevduva_clear() { rm -rf -- "$brevduva_room" ${probes.map((_, number) => `"$brevduva_output_${number}"`).join(' ')}; }
trap brevduva_clear EXIT
trap 'exit 1' HUP INT PIPE TERM
for brevduva_path in "$brevduva_room" ${probes.map((_, number) => `"$brevduva_output_${number}"`).join(' ')}; do
  [ -e "$brevduva_path" ] || { printf '\\n%s\\n' '${nonce} no-room'; exit 1; }
done
brevduva_frame() {
  brevduva_end=ended
  [ ! -e "$brevduva_room/stopped.$1" ] || brevduva_end=stopped
  printf '\\n%s\\n' "${nonce} frame $1 $2 $brevduva_end"
  tail -c ${printedLimit} "$brevduva_room/printed.$1"
  printf '\\n%s\\n' '${nonce} output'
  head -c ${outputLimit} "$3"
  printf '\\n%s\\n' '${nonce} end'
}
brevduva_stop() {
  [ ! -e "$brevduva_room/done.$1" ] || return 0
  : >"$brevduva_room/stopped.$1"
  for brevduva_signal in TERM KILL KILL; do
    brevduva_paths=$(grep -lsF "BREVDUVA_OUTPUT=$2" /proc/[0-9]*/environ)
    [ -n "$brevduva_paths" ] || return 0
    for brevduva_path in $brevduva_paths; do
      brevduva_pid=\${brevduva_path#/proc/}
      kill -s "$brevduva_signal" "\${brevduva_pid%/environ}"
    done
    sleep 1
  done
}
${probes.map(startLines).join('')}(
  brevduva_seconds=0
  while [ "$brevduva_seconds" -lt ${limitSeconds} ]; do
    sleep 1
    brevduva_seconds=$((brevduva_seconds + 1))
  done
${each((number) => `  brevduva_stop ${number} "$brevduva_output_${number}" &`)}
  wait
) </dev/null >/dev/null 2>&1 &
brevduva_watch=$!
${each((number) => `wait "$brevduva_pid_${number}"; brevduva_status_${number}=$?`)}
kill "$brevduva_watch" 2>/dev/null
${each((number) => `brevduva_frame ${number} "$brevduva_status_${number}" "$brevduva_output_${number}"`)}
exit 0
}
`;
}

/** Bytes that the output of a composed script may have. */
export function outputLimitOf(probes: readonly ShellProbe[]): number {
  return preludeLimit + probes.length * (printedLimit + outputLimit + 512);
}

/** Finds the frames in what a composed script printed. Anything around them is not ours and is passed over. */
export function readFrames(stdout: Uint8Array, nonce: string): ShellFrames {
  const text = Buffer.from(stdout.buffer, stdout.byteOffset, stdout.byteLength).toString('latin1');
  const frame = new RegExp(
    `\\n${nonce} frame (\\d+) (\\d+) (\\w+)\\n([\\s\\S]*?)\\n${nonce} output\\n([\\s\\S]*?)\\n${nonce} end\\n`,
    'g',
  );
  const frames = new Map<number, ShellFrame>();
  for (const [, number, status, end, printed = '', output = ''] of text.matchAll(frame)) {
    frames.set(Number(number), frameOf({ status: Number(status), end, printed, output }));
  }
  return { frames, hasNoRoom: text.includes(`\n${nonce} no-room\n`) };
}

/**
 * Lines that start one probe. Its shell reads its script from a pipe that the printf builtin fills, never from argv or
 * the disk, for it may hold secrets.
 */
function startLines(probe: ShellProbe, number: number): string {
  const script = `${environmentLines(probe.environment)}${runGuideScript(probe.text, probe.secrets)}
[ -z "$unparsable" ] || printf '%s\\n' '${unparsableMark}' >"$BREVDUVA_OUTPUT"
exit "$status"
`;
  return `(
  printf '%s' ${shellQuote(script)} | BREVDUVA_OUTPUT=$brevduva_output_${number} sh
  brevduva_status=$?
  : >"$brevduva_room/done.${number}"
  exit "$brevduva_status"
) </dev/null >"$brevduva_room/printed.${number}" 2>&1 &
brevduva_pid_${number}=$!
`;
}

function frameOf(parts: {
  readonly status: number;
  readonly end: string | undefined;
  readonly printed: string;
  readonly output: string;
}): ShellFrame {
  const printed = Buffer.from(parts.printed, 'latin1');
  const output = Buffer.from(parts.output, 'latin1').toString();
  if (parts.end === 'stopped') return { kind: 'stopped', printed };
  if (output === `${unparsableMark}\n`) return { kind: 'unparsable', printed };
  return { kind: 'ended', status: parts.status, printed, output };
}
