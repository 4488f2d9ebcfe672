import type { Judgement } from './conclude.ts';
import type { ProbeContext } from './context.ts';
import type { Dialled } from './dial.ts';
import { dialRemedy } from './dial.ts';

/** What a guide says about the ways in which a service may be out of reach. */
export interface ReachSpec {
  readonly from: 'here' | 'target';
  readonly silence: 'false' | 'unknown';
  readonly noroute: 'false' | 'warning' | 'unknown';
  readonly remedy?: string | undefined;
}

/**
 * What to do where nobody answers at all. A guide's own remedy for a conversation speaks of what the server said wrong, and
 * would blame that.
 */
export const unansweredRemedy =
  'Nobody answers there: see that the service runs, and that no firewall on the way closes the port. Many networks let nobody out to port 25.';

/** What it means for a service that no connection to it could be made. */
export function unreached({ failure, why }: Extract<Dialled, { kind: 'failed' }>, spec: ReachSpec): Judgement {
  const remedy = dialRemedy(failure, { from: spec.from, own: spec.remedy });
  switch (failure) {
    case 'refused':
      return { verdict: 'false', observed: `refused (${why})`, remedy };
    case 'silence':
      return { verdict: spec.silence, observed: why, remedy };
    case 'no-route':
      return { verdict: spec.noroute, observed: `no way there: ${why}`, remedy };
    case 'no-name':
      // why: from the target, that is what its own resolver says, which may be broken
      return { verdict: spec.from === 'target' ? 'unknown' : 'false', observed: `name not found: ${why}`, remedy };
    case 'not-allowed':
      return { verdict: 'unknown', observed: `connecting is not allowed: ${why}`, remedy };
    case 'lost':
      return { verdict: 'unknown', observed: `could not look: ${why}`, remedy };
    default:
      return failure satisfies never;
  }
}

/**
 * What it means that a service closed a connection: nothing, where the line to the target is gone, over which it went.
 */
export async function hungUp(why: string, spec: ReachSpec, { connection }: ProbeContext): Promise<Judgement> {
  if (spec.from === 'target' && connection !== null) {
    // the connections over a line end in the same turn in which the line says that it is gone
    const turn = new Promise<null>((resolve) => setImmediate(resolve, null));
    const lost = await Promise.race([connection.lost, turn]);
    if (lost !== null) return { verdict: 'unknown', observed: `the line to the target was lost: ${lost}` };
  }
  return { verdict: 'false', observed: why, remedy: spec.remedy };
}
