import type { SessionUiOptions } from '../ui/open.tsx';
import { sessionUi } from '../ui/open.tsx';
import { exitCode } from './exit-code.ts';
import type { SessionOptions } from './session-options.ts';
import type { StartedSession } from './start.ts';
import { openingNotes, realStage, startSession } from './start.ts';
import { requireTerminal } from './terminal.ts';

/** `brevduva setup`: the session of a target on the full screen, until the person quits. Resolves to the exit status. */
export async function setup(target: string, options: SessionOptions): Promise<number> {
  requireTerminal(`brevduva run ${target}`);
  const started = await startSession(realStage(target), options);
  await showSession(started, options);
  process.stdout.write(
    `Saved. Go on with: brevduva setup ${target}${options.guide === 'smtp' ? '' : ` --guide ${options.guide}`}\n`,
  );
  return exitCode.proven;
}

/** Shows an open session on the full screen until the person quits, and closes it. Throws what broke it. */
export async function showSession(
  started: StartedSession,
  { trust, notes = [], desk }: Pick<SessionOptions, 'trust'> & Pick<SessionUiOptions, 'notes' | 'desk'>,
): Promise<void> {
  const { engine } = started;
  try {
    const going = (async () => {
      if (trust) await engine.trustGuide();
      else await engine.proceed();
    })();
    await Promise.race([
      sessionUi(engine, { desk, notes: [...notes, ...openingNotes(started)] }),
      going.then(() => new Promise<never>(() => {})),
    ]);
  } finally {
    await engine.close();
  }
  const { broken } = engine.view.getState();
  if (broken !== null) throw broken;
}
