import { join } from 'node:path';
import type { Guide } from '../../src/guide/guide.ts';
import type { Verdict } from '../../src/probe/evidence.ts';
import { basisOf } from '../../src/session/basis.ts';
import type { NewEvent } from '../../src/session/events.ts';
import { pinning } from '../../src/session/gates.ts';
import { openSession } from '../../src/session/open.ts';
import { emptySession } from '../../src/session/reducer.ts';
import { valuesInForce } from '../../src/session/values.ts';
import { aGuide, aStep, type GuideFolder, holds } from '../guide/a-guide.ts';

/** A session as an earlier run left it, with no connection ever made. */
export interface SavedReportSession {
  readonly guide: GuideFolder;
  readonly directory: string;
}

/** Saves a session of two checkpoints: the first one proven, or both. */
export async function aSavedSession({
  state,
  events = 'one-proven',
}: {
  readonly state: string;
  readonly events?: 'one-proven' | 'all-proven';
}): Promise<SavedReportSession> {
  const guide = await aGuide({ one: aStep(holds), two: aStep(holds) });
  const loaded = await guide.load();
  const { journal } = openSession({
    guide: loaded,
    target: 'root@vps',
    sessions: join(state, 'brevduva', 'sessions'),
    by: 'tester@here',
    version: '0',
    now: () => new Date(),
    salvage: false,
    ssh: null,
  });
  journal.append(pinning(loaded));
  journal.append(lookAt(loaded, { step: 'one', verdict: 'true' }));
  if (events === 'all-proven') journal.append(lookAt(loaded, { step: 'two', verdict: 'true' }));
  journal.close();
  return { guide, directory: journal.directory };
}

/** What a look at a step saw, on a server that has shown no identity. */
function lookAt(guide: Guide, { step, verdict }: { readonly step: string; readonly verdict: Verdict }): NewEvent {
  const found = guide.steps.find(({ id }) => id === step);
  if (found === undefined) throw new Error(`The guide has no step ${step}.`);
  return {
    kind: 'probed',
    step,
    verdict,
    evidence: [
      {
        probe: 'sh verify',
        verdict,
        expected: '',
        observed: `${step} is there`,
        raw: '',
        vantage: 'target',
        at: '2026-11-20T10:00:00.000Z',
      },
    ],
    outputs: {},
    basis: basisOf(found, valuesInForce(guide, emptySession).values, emptySession),
  };
}
