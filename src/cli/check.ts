import { exitCodeFor } from './exit-code.ts';
import type { SessionOptions } from './session-options.ts';
import { withSession } from './session-run.ts';

/** `brevduva check`: looks at every checkpoint that a probe can see, and changes nothing. Resolves to the exit status. */
export function check(target: string, options: SessionOptions & { readonly json: boolean }): Promise<number> {
  return withSession(target, options, async (engine, reporter) => {
    await engine.verifyAll();
    const { guide, checkpoints } = engine.view.getState();
    const seen = checkpoints.filter(({ id }) => guide.steps.some((step) => step.id === id && step.verify.length > 0));
    for (const checkpoint of seen) reporter.checkpoint(checkpoint);
    return exitCodeFor(seen);
  });
}
