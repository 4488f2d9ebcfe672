import { noOptions } from '../../src/cli/session-options.ts';
import { realStage, startSession } from '../../src/cli/start.ts';

// `undo-program.ts TARGET CONFIG STEP…`: takes steps of the saved session back, one after the other, and prints where each
// stands. No verb of the command line undoes: a person does that in the full screen, by the same intent. GUIDE in the
// environment names another guide than the one for mail; SECRET_FILES (an object) and AUTHORITIES (a list) in it are what
// --secret-file and --authority give, in JSON.
const [target = '', config = '', ...steps] = process.argv.slice(2);
const { engine } = await startSession(realStage(target), {
  ...noOptions,
  guide: process.env.GUIDE ?? noOptions.guide,
  secretFile: JSON.parse(process.env.SECRET_FILES ?? '{}'),
  authority: JSON.parse(process.env.AUTHORITIES ?? '[]'),
  F: config,
});
try {
  await engine.enter();
  for (const step of steps) {
    await engine.undo(step);
    const { checkpoints, notice } = engine.view.getState();
    const found = checkpoints.find(({ id }) => id === step);
    const { state, evidence, lastAttempt: attempt } = found ?? {};
    process.stdout.write(`${JSON.stringify({ id: step, state, evidence, attempt, notice })}\n`);
  }
} finally {
  await engine.close();
}
