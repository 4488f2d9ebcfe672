import { guideDifference } from '../guide/difference.ts';
import type { Guide } from '../guide/guide.ts';
import type { NewEvent } from './events.ts';
import type { SessionState } from './state.ts';
import { valuesInForce } from './values.ts';
import type { Gate } from './view.ts';

/** What must be settled before a session goes on; null: nothing. A shipped guide is pinned without asking, once. */
export function dueGate(guide: Guide, session: SessionState): Gate | null {
  const pinned = session.pinned;
  if (pinned === undefined) {
    if (!guide.shipped) return { kind: 'trust' };
  } else if (pinned.digest !== guide.digest) {
    const before = Object.entries(pinned.steps).map(([id, digests]) => ({ id, digests }));
    return { kind: 'changed', differences: guideDifference(before, guide) };
  }
  const { missing } = valuesInForce(guide, session);
  return missing.length === 0 ? null : { kind: 'inputs', inputs: missing };
}

/** The event by which a session agrees to run this text of the guide. */
export function pinning(guide: Guide): NewEvent {
  return {
    kind: 'guide-pinned',
    digest: guide.digest,
    file: guide.file,
    shipped: guide.shipped,
    steps: guide.steps.map(({ id, digests }) => ({ id, digests })),
  };
}
