import type { Step } from '../src/guide/guide.ts';

/** A step with nothing in it but what is given. */
export function bareStep(given: Partial<Step> & Pick<Step, 'id'>): Step {
  return {
    title: given.id,
    place: { file: `steps/${given.id}.md`, line: 1 },
    needs: [],
    optional: false,
    effects: [],
    reinstalls: false,
    secrets: [],
    gives: [],
    prose: '',
    verify: [],
    records: [],
    uses: [],
    digests: { prose: 'p', action: 'a', verify: 'v', settings: 's' },
    ...given,
  };
}
