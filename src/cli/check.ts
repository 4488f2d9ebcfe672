import { exitCodeFor } from './exit-code.ts';
import { onStage } from './on-stage.ts';
import type { SessionOptions } from './session-options.ts';
import { withSession } from './session-run.ts';
import type { Stage } from './start.ts';

/** The options of `brevduva check`. */
export interface CheckOptions extends SessionOptions {
  readonly json: boolean;
  readonly practice: boolean;
}

/** `brevduva check`: looks at every checkpoint that a probe can see, and changes nothing. Resolves to the exit status. */
export function check(target: string | undefined, options: CheckOptions): Promise<number> {
  return onStage(target, options, (stage) => checkOn(stage, options));
}

function checkOn(stage: Stage, options: CheckOptions): Promise<number> {
  return withSession(stage, options, async (engine, reporter) => {
    await engine.verifyAll();
    const { guide, checkpoints } = engine.view.getState();
    const seen = checkpoints.filter(({ id }) => guide.steps.some((step) => step.id === id && step.verify.length > 0));
    for (const checkpoint of seen) reporter.checkpoint(checkpoint);
    return exitCodeFor(seen);
  });
}
