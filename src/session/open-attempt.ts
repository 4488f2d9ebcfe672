import type { Guide, Step } from '../guide/guide.ts';
import { isOpen } from './checkpoints.ts';
import { stepRecord } from './reducer.ts';
import type { AttemptRecord, SessionState } from './state.ts';
import { missingSecrets } from './values.ts';

/**
 * The last attempt of a step where its end was never seen and it can be followed now; null where not. Without the
 * step's secrets it is not followed, since its output could show them; what ran on this machine is gone with its process.
 */
export function openAttempt(
  step: Step,
  {
    guide,
    session,
    secrets,
  }: { readonly guide: Guide; readonly session: SessionState; readonly secrets: ReadonlyMap<string, string> },
): AttemptRecord | null {
  const last = stepRecord(session, step.id).attempts.at(-1);
  if (last === undefined || !isOpen(last) || missingSecrets(guide, step, secrets).length > 0) return null;
  const script = last.purpose === 'run' ? step.run : step.undo;
  return script?.on === 'here' ? null : last;
}
