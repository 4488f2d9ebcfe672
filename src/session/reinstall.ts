import type { Step } from '../guide/guide.ts';
import { stepRecord } from './reducer.ts';
import type { SessionState } from './state.ts';

/**
 * Whether the server may show another key because it is installed anew: until a checkpoint that says so has been
 * proven, and again after its action has run. At any other time a changed key is a reason to stop.
 */
export function expectsReinstall(step: Step, session: SessionState): boolean {
  if (!step.reinstalls) return false;
  const { proof, attempts } = stepRecord(session, step.id);
  return proof === undefined || attempts.some(({ order }) => order > proof.order);
}
