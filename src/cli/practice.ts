import { exitCode } from './exit-code.ts';
import { practiceExtent } from './practice-extent.ts';
import { openPractice } from './practice-stage.ts';
import { noOptions } from './session-options.ts';
import { showSession } from './setup.ts';
import { startSession } from './start.ts';
import { requireTerminal } from './terminal.ts';

/** `brevduva practice`: the usual guide on the practice server, on the full screen. Resolves to the exit status. */
export async function practice(): Promise<number> {
  requireTerminal('brevduva run --practice --yes');
  const opened = await openPractice({ isAttended: true });
  try {
    const started = await startSession(opened.stage, noOptions);
    await showSession(started, {
      trust: false,
      desk: opened.desk,
      notes: [`This is a rehearsal: the server is simulated, and gone when you quit. ${practiceExtent}`],
    });
  } finally {
    await opened.close();
  }
  process.stdout.write('The rehearsal is over, and nothing of it is left. On a real server: brevduva setup root@…\n');
  return exitCode.proven;
}
