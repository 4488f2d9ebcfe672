import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { killIfThere, type Sshd } from '../sshd.ts';
import { aGuideOf, aStepFile, type TestSession } from './a-session.ts';

/** A guide of one step whose action is this script. It is proven where `place` has a file `done`. */
export function aGuideThatRuns(
  place: string,
  script: string,
  settings: readonly string[] = [],
  inputs: readonly string[] = [],
) {
  const verify = `[ -e ${place}/done ] && echo "it is done" || { echo "not done"; exit 1; }`;
  const step = aStepFile(settings, [
    ['sh run', `echo ran >> ${place}/ran\n${script}`],
    ['sh verify', verify],
  ]);
  return aGuideOf({ one: step }, inputs);
}

/** A script that prints its `lines` lines, some each moment, and knows what it printed: `place/printed`. */
export function printing(place: string, lines: number): string {
  return `i=0
while [ "$i" -lt ${lines} ]; do
  i=$((i + 1))
  printf 'line %s \\303\\244 \\377 .......................................\\n' "$i"
  [ $((i % 500)) -ne 0 ] || sleep 0.05
done | tee ${place}/printed
touch ${place}/done`;
}

/** Resolves when so many bytes of output have come. */
export function bytesOf({ engine }: TestSession, bytes: number): Promise<void> {
  return new Promise((resolve) => {
    const look = () => {
      if (engine.output.getState().bytes < bytes) return;
      stop();
      resolve();
    };
    const stop = engine.output.subscribe(look);
    look();
  });
}

/** What is saved of the output of the last attempt. */
export function savedOutput({ directory, engine }: TestSession): Buffer {
  return readFileSync(join(directory, 'output', `${engine.output.getState().attempt}.log`));
}

/** Cuts all lines to a server. */
export async function cut(server: Sshd): Promise<void> {
  for (const pid of await server.connectionPids()) killIfThere(pid);
}
