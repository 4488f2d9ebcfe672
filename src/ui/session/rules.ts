import { isSettled } from '../../session/checkpoints.ts';
import { wantedRecords } from '../../session/records.ts';
import { canGenerateIn } from '../form.ts';
import { copyablesOf } from './copyables.ts';
import { nextThing } from './next.ts';
import { openForm } from './open-form.ts';
import { isWide } from './screen.ts';
import type { Situation } from './situation.ts';
import { interruptible, isActing, nameOf } from './situation.ts';

/** Whether a key works now: true, or the sentence that says why not. */
export type Rule = (situation: Situation) => true | string;

/** A key that always works. */
export const always: Rule = () => true;

const isAtRest: Rule = ({ activity }) =>
  activity === null || 'This checkpoint is being worked on; Ctrl-C interrupts that.';

/** True where every rule says so, else the first reason against. */
function every(...rules: readonly Rule[]): Rule {
  return (situation) => {
    for (const rule of rules) {
      const verdict = rule(situation);
      if (verdict !== true) return verdict;
    }
    return true;
  };
}

const nothingElseActs: Rule = ({ view, checkpoint }) => {
  const acting = Object.entries(view.activity).find(([id, { kind }]) => kind === 'running' && id !== checkpoint.id);
  return acting === undefined || `${nameOf(view, acting[0])} is running, and only one action runs at a time.`;
};

/** `r`: there is an action, nothing is in its way, and no other runs. */
export const canRun: Rule = every(
  ({ step }) =>
    step.run !== undefined ||
    `There is no command here: it is done by hand, as the text says.${step.verify.length > 0 ? ' v looks whether it is.' : ''}`,
  isAtRest,
  ({ checkpoint: { state }, view }) =>
    state.kind !== 'blocked' || `It needs ${state.by.map((id) => nameOf(view, id)).join(', ')} first.`,
  nothingElseActs,
);

/** `v`: there is something to look with. */
export const canVerify: Rule = every(
  ({ step }) => step.verify.length > 0 || 'No probe can see this checkpoint, so there is nothing to look with.',
  isAtRest,
);

/** `u`: there is an undo, and something that it could take back. */
export const canUndo: Rule = every(
  ({ step }) => step.undo !== undefined || 'The guide has no undo for this checkpoint.',
  ({ checkpoint }) => checkpoint.lastAttempt !== undefined || 'Nothing was run here, so there is nothing to take back.',
  isAtRest,
  nothingElseActs,
);

/** `h`: the guide has a hint. */
export const canHint: Rule = every(
  ({ step }) => step.hint !== undefined || 'The guide has no hint for this checkpoint.',
  isAtRest,
);

/** `s`: it is not done, and not skipped already. */
export const canSkip: Rule = every(
  ({ checkpoint: { state } }) =>
    !isSettled(state) || state.kind === 'skipped' || 'This checkpoint is done; there is nothing to skip.',
  ({ checkpoint: { state } }) => state.kind !== 'skipped' || 'It is skipped already; s takes that back.',
  isAtRest,
);

/** `s` again: takes a skip back. */
export const canUnskip: Rule = ({ checkpoint }) =>
  checkpoint.state.kind === 'skipped' || 'This checkpoint is not skipped.';

/** `c`: only what no probe can see is confirmed. */
export const canConfirm: Rule = every(
  ({ step }) =>
    step.confirm !== undefined || 'This checkpoint is proven by looking (v); there is nothing to confirm by hand.',
  ({ checkpoint: { state } }) => state.kind !== 'confirmed' || 'You have confirmed it already; c takes that back.',
  isAtRest,
);

/** `c` again: takes a confirmation back. */
export const canUnconfirm: Rule = ({ checkpoint }) =>
  checkpoint.state.kind === 'confirmed' || 'This checkpoint is not confirmed.';

/** `e`: the checkpoint uses an input that the person can change. */
export const canEdit: Rule = ({ step, view }) =>
  view.guide.inputs.some(({ name }) => step.uses.includes(name) || step.secrets.includes(name)) ||
  'This checkpoint uses no input that could be edited.';

/** `y`: there is a command or a record. */
export const canCopy: Rule = (situation) =>
  copyablesOf(situation).length > 0 || 'There is no command and no record here to copy.';

/** `p`: in practice, the checkpoint wants records, and knows what is to be in them. */
export const canPublish: Rule = ({ screen, step, view }) => {
  if (!screen.hasDesk) return 'Only the practice world takes records from here; at your provider you publish them.';
  return wantedRecords(step, view.values).length > 0 || 'This checkpoint wants no record published, or none yet.';
};

/** `o`: the output that is at hand is this checkpoint's. */
export const canShowOutput: Rule = ({ checkpoint, outputStep }) =>
  outputStep === checkpoint.id || 'Nothing was run here since Brevduva was started, so there is no output to show.';

/** `m`: it failed or is unknown, so there is something to decide. */
export const canAskWhatNow: Rule = every(
  ({ checkpoint: { state } }) =>
    state.kind === 'failed' || state.kind === 'unknown' || 'Nothing went wrong here, so there is nothing to decide.',
  isAtRest,
);

/** `Enter` in a list that has the screen for itself: shows the marked checkpoint. */
export const canShowText: Rule = ({ screen }) =>
  (screen.focus === 'list' && !isWide(screen.size)) || 'The text is shown already.';

/** `Enter`: there is a next thing to do. */
export const canGoOn: Rule = (situation) => {
  if (canShowText(situation) === true) return 'Enter shows the text first.';
  const next = nextThing(situation);
  if (next.kind === 'nothing') return next.why;
  return next.kind === 'run' ? canRun(situation) : true;
};

/** `Ctrl-C`, first: something is under way. */
export const canInterrupt: Rule = ({ view }) =>
  interruptible(view) !== null || 'Nothing is running that could be interrupted.';

/** `x`: an action runs on although it was interrupted. */
export const canCancel: Rule = ({ view }) => {
  const activity = interruptible(view);
  if (activity?.kind !== 'running') return 'No action is running that could be ended.';
  return activity.interrupts > 0 || 'Ctrl-C asks the action to stop; x ends one that does not.';
};

/** `Ctrl-G`: the cursor is in a secret that the person makes up. */
export const canGenerate: Rule = (situation) => {
  const form = openForm(situation);
  return (form !== null && canGenerateIn(form)) || 'Only a new password can be made up here, and this input is none.';
};

/** `q`: nothing would be left running unasked. */
export const canQuit: Rule = ({ view }) =>
  !isActing(view) || 'An action is running. Ctrl-C interrupts it; Ctrl-C twice leaves it running, and then q quits.';
