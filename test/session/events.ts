import type { Guide, Step } from '../../src/guide/guide.ts';
import type { Evidence, Verdict } from '../../src/probe/evidence.ts';
import type { Basis, NewEvent, SessionEvent } from '../../src/session/events.ts';
import { emptySession, reduceSession, stampEvent } from '../../src/session/reducer.ts';
import type { SessionState } from '../../src/session/state.ts';

/** A basis that says nothing in particular. */
export const aBasis: Basis = { action: 'a', verify: 'v', values: {}, hostKey: 'SHA256:one', machine: 'm1' };

/** One piece of evidence with a verdict. */
export function anEvidence(verdict: Verdict, observed = `saw ${verdict}`): Evidence {
  return {
    probe: 'sh verify',
    verdict,
    expected: '',
    observed,
    raw: '',
    vantage: 'target',
    at: '2026-01-01T00:00:00Z',
  };
}

/** A `probed` event of a step. */
export function probed(step: string, verdict: Verdict, basis: Basis = aBasis): NewEvent {
  return { kind: 'probed', step, verdict, evidence: [anEvidence(verdict)], outputs: {}, basis };
}

/** The events of an action that ran and ended. */
export function ran(step: string, status: number, attempt = `${step}-1`, purpose: 'run' | 'undo' = 'run'): NewEvent[] {
  return [
    { kind: 'attempt-intended', attempt, step, purpose, script: 'abc' },
    { kind: 'attempt-started', attempt },
    {
      kind: 'attempt-ended',
      attempt,
      outcome: { kind: 'exited', status, cancelled: false },
      bytes: 10,
      outputs: {},
    },
  ];
}

/** Stamped with an id and a time that is the same for all: order must not come from the clock. */
export function stamped(events: readonly NewEvent[]): SessionEvent[] {
  return events.map((event, index) => stampEvent(event, { id: `id-${index}`, at: '2026-01-01T00:00:00.000Z' }));
}

/** The state after a session was created on `server` and its identity seen, then these events. */
export function stateAfter(...events: readonly NewEvent[]): SessionState {
  return stamped([
    { kind: 'session-created', format: 1, guide: 'g', target: 'server' },
    { kind: 'target-seen', hostKey: { type: 'ssh-ed25519', fingerprint: 'SHA256:one' }, machine: 'm1' },
    ...events,
  ]).reduce(reduceSession, emptySession);
}

/** A guide of these steps. */
export function aGuide(steps: readonly Step[], more: Partial<Guide> = {}): Guide {
  return {
    kind: 'runbook',
    id: 'g',
    title: 'A guide',
    file: 'g.md',
    shipped: true,
    introduction: '',
    inputs: [],
    steps,
    digest: 'd',
    ...more,
  };
}
