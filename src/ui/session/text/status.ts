import type { Checkpoint } from '../../../session/state.ts';
import { wrapPieces } from '../../../text/wrap.ts';
import { durationText, whenText } from '../../clock.ts';
import { stateRole, stateWord } from '../../glyphs.ts';
import type { Line } from '../../line.ts';
import { span } from '../../line.ts';
import type { Look } from '../../look.tsx';
import type { Situation } from '../situation.ts';
import { nameOf, stateNameOf } from '../situation.ts';
import type { SectionStyle } from './section.ts';

/** `8  Install chasquid`, and below it where the checkpoint stands: glyph, word, and why or since when. */
export function headLines(situation: Situation, { width, look }: SectionStyle): readonly Line[] {
  const { checkpoint, activity } = situation;
  const name = stateNameOf(checkpoint, activity);
  const title = [span(`${checkpoint.number}  `, 'muted'), span(checkpoint.title, 'title')];
  const optional = checkpoint.optional ? [span('  optional', 'muted')] : [];
  const detail = detailOf(situation, look);
  const state = [span(stateWord(name), stateRole(name)), span(detail === '' ? '' : detail, 'muted')];
  const glyph = look.linear ? '' : `${look.glyphs.states[name]}  `;
  return [
    ...wrapPieces([...title, ...optional], { width, rest: span('   ') }),
    ...wrapPieces(state, {
      width,
      first: glyph === '' ? undefined : span(glyph, stateRole(name)),
      rest: span('   '),
    }),
  ];
}

/** What follows the state's word: `, since 0:14`, `: exit status 100`. */
function detailOf(situation: Situation, look: Look): string {
  const { activity, step } = situation;
  const now = look.clock.now();
  switch (activity?.kind) {
    case 'running': {
      const doing = activity.purpose === 'undo' ? ', taking the action back' : '';
      const asked = activity.interrupts > 0 ? '; asked to stop' : '';
      return `${doing}, ${durationText(now - Date.parse(activity.since))}${asked}`;
    }
    case 'waiting':
      return `: looks again in ${durationText(Date.parse(activity.next) - now)}, gives up in ${durationText(Date.parse(activity.until) - now)}`;
    case 'verifying':
      return '';
    case 'hinting':
      return ', asking for a hint';
    default:
      return restingDetail(situation.checkpoint, situation, step.run === undefined ? ', by hand' : '', look);
  }
}

function restingDetail({ state }: Checkpoint, situation: Situation, byHand: string, look: Look): string {
  switch (state.kind) {
    case 'todo':
      return byHand;
    case 'blocked':
      return ` by ${state.by.map((id) => nameOf(situation.view, id)).join(', ')}`;
    case 'running':
      return `, since ${whenText(state.since, look.clock)}`;
    case 'waiting':
      return `, since ${whenText(state.since, look.clock)}`;
    case 'proven':
      return `, ${whenText(state.at, look.clock)}${seenBy(situation.checkpoint)}`;
    case 'confirmed':
    case 'ran':
      return `, ${whenText(state.at, look.clock)}`;
    case 'failed':
    case 'unknown':
    case 'stale':
      return `: ${state.why}`;
    case 'skipped':
      return `: ${state.reason}`;
    default:
      return state satisfies never;
  }
}

/** The proof in a few words, for whoever reads no further. */
function seenBy({ evidence }: Checkpoint): string {
  const [only] = evidence;
  if (only === undefined) return '';
  return evidence.length === 1 ? `: ${only.observed}` : `, by ${evidence.length} probes`;
}
