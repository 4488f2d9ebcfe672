import type { Script } from '../../src/guide/guide.ts';
import type { Evidence } from '../../src/probe/evidence.ts';
import { noon } from './looks.ts';

const place = { file: 'steps/x.md', line: 1 };

/** A script on the target. */
export function aScript(text: string): Script {
  return { text, on: 'target', place };
}

/** A piece of evidence, seen at noon. */
export function anEvidence(given: Partial<Evidence> = {}): Evidence {
  return {
    probe: 'sh verify',
    verdict: 'true',
    expected: 'exit status 0',
    observed: 'active 31 s, no restarts; listening on 25, 465, 587',
    raw: '',
    vantage: 'target',
    at: noon,
    ...given,
  };
}
