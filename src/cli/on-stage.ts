import { UsageError } from '../error.ts';
import type { Desk } from '../ui/session/hands.ts';
import type { Stage } from './start.ts';
import { realStage } from './start.ts';

/** What a verb that opens a session may be told instead of a target. */
export interface StageOptions {
  readonly practice: boolean;
}

/**
 * Does something on a server, or in the practice world, which is there only meanwhile. Throws UsageError where both are
 * named, or neither.
 */
export async function onStage<T>(
  target: string | undefined,
  { practice }: StageOptions,
  act: (stage: Stage, desk: Desk | null) => Promise<T>,
): Promise<T> {
  if (practice !== (target === undefined)) {
    throw new UsageError({
      sentence: practice ? 'Practice has a server of its own; none can be named.' : 'Which server?',
      remedy: practice ? 'Leave the server out, or --practice.' : 'Name it as [user@]host[:port], or say --practice.',
    });
  }
  if (target !== undefined) return act(realStage(target), null);
  const { openPractice } = await import('./practice-stage.ts');
  const opened = await openPractice({ isAttended: false });
  try {
    return await act(opened.stage, opened.desk);
  } finally {
    await opened.close();
  }
}
