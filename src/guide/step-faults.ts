import type { Place } from '../error.ts';
import type { Complain } from './error.ts';
import type { Script, Step } from './guide.ts';
import type { RoleFence } from './role-fences.ts';

/** A step file as read, for the checks that need all of it. */
export interface StepParts {
  readonly step: Omit<Step, 'uses'>;
  readonly fences: readonly RoleFence[];
  /** False where a fence was complained of, so that nothing can be said to be absent. */
  readonly fencesAreWhole: boolean;
  placeOf(path: readonly PropertyKey[]): Place;
}

/** Complains of what the parts of a step lack or contradict in each other. */
export function checkStep(parts: StepParts, complain: Complain): void {
  const { step, placeOf } = parts;
  if (step.confirm !== undefined && step.verify.length > 0) {
    complain({
      sentence: 'A step is proven by its verify or confirmed by a person, and this one has both.',
      place: placeOf(['confirm']),
      remedy: 'Take `confirm` out, or the verify fence where no probe can see the truth.',
    });
  }
  for (const verify of step.verify) {
    if (verify.kind === 'shell') checkExits(verify.script, complain);
  }
  if (parts.fencesAreWhole) checkAbsences(parts, complain);
}

/**
 * A verify answers with its exit status, so it must be the author who chooses it. Under `set -e` a command that fails by
 * accident chooses it (grep's 2 for a missing file reads as "true, with a warning"), under `set -u` a variable that is
 * not set (dash ends with 2).
 */
function checkExits({ text, place }: Script, complain: Complain): void {
  const line = text.split('\n').findIndex((one) => /^\s*set\s+-[a-z]*[eu]/.test(one));
  if (line === -1) return;
  complain({
    sentence: 'A verify with `set -e` or `set -u` answers by accident where a command fails or a variable is not set.',
    place: { file: place.file, line: (place.line ?? 0) + line + 1 },
    remedy: 'Take it out, and end with `exit 0`, `1`, `2` or `75` where the answer is known.',
  });
}

function checkAbsences({ step, fences, placeOf }: StepParts, complain: Complain): void {
  if (step.verify.length === 0 && step.confirm === undefined) {
    complain({
      sentence: 'This step has no verify, so it could never be called proven.',
      place: step.place,
      remedy: 'Add a `sh verify` or `yaml verify` fence, or `confirm: …` for what only a person can see.',
    });
  }
  if (step.reverts !== undefined && step.run === undefined) {
    complain({
      sentence: '`reverts` guards an action, and this step has no `sh run` fence.',
      place: placeOf(['reverts']),
      remedy: 'Take it out, or add the action.',
    });
  }
  if (step.reverts !== undefined && step.run !== undefined && step.undo === undefined) {
    complain({
      sentence: '`reverts` takes the action back by the undo, and this step has no `sh undo` fence.',
      place: placeOf(['reverts']),
      remedy: 'Add the undo, or take `reverts` out.',
    });
  }
  const comparing = fences.find(({ content }) => content.kind === 'probes' && content.probes.some(comparesRecords));
  const reading = fences.find(({ content }) => content.kind === 'probes' && content.probes.some(readsRecords));
  const records = fences.find(({ content }) => content.kind === 'records');
  if (records !== undefined && comparing === undefined && reading === undefined) {
    complain({
      sentence: 'Nothing compares these records with what is published.',
      place: records.place,
      remedy: 'Add a `yaml verify` fence with `- dns: {records: true}`, or a `mail` probe of spf, dkim or dmarc.',
    });
  }
  if (comparing !== undefined && records === undefined) {
    complain({
      sentence: 'A `dns` probe with `records: true` compares the records of its step, and this step has none.',
      place: comparing.place,
      remedy: 'Add a `yaml records` fence, or name a record with `name` and `type`.',
    });
  }
}

/**
 * Whether a probe reads published records as receivers do. An SPF record that allows others too, or a DMARC policy that
 * was made stricter, is right, and yet not the very record that the guide shows to begin with.
 */
function readsRecords(probe: { readonly kind: string; readonly spec: object }): boolean {
  return probe.kind === 'mail' && 'of' in probe.spec && ['spf', 'dkim', 'dmarc'].includes(String(probe.spec.of));
}

function comparesRecords(probe: { readonly kind: string; readonly spec: object }): boolean {
  return probe.kind === 'dns' && 'records' in probe.spec && probe.spec.records === true;
}
