import { sessionUi } from '../ui/open.tsx';
import { exitCode } from './exit-code.ts';
import type { SessionOptions } from './session-options.ts';
import { openingNotes, startSession } from './start.ts';
import { requireTerminal } from './terminal.ts';

/** `brevduva setup`: the session of a target on the full screen, until the person quits. Resolves to the exit status. */
export async function setup(target: string, options: SessionOptions): Promise<number> {
  requireTerminal(`brevduva run ${target}`);
  const started = await startSession(target, options);
  const { engine } = started;
  try {
    const going = (async () => {
      if (options.trust) await engine.trustGuide();
      else await engine.proceed();
    })();
    await Promise.race([
      sessionUi(engine, { notes: openingNotes(started) }),
      going.then(() => new Promise<never>(() => {})),
    ]);
  } finally {
    await engine.close();
  }
  const { broken } = engine.view.getState();
  if (broken !== null) throw broken;
  process.stdout.write(
    `Saved. Go on with: brevduva setup ${target}${options.guide === 'smtp' ? '' : ` --guide ${options.guide}`}\n`,
  );
  return exitCode.proven;
}
