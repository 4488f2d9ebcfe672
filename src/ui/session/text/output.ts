import type { AttemptRecord } from '../../../session/state.ts';
import type { OutputView } from '../../../session/view.ts';
import { durationText, whenText } from '../../clock.ts';
import type { Line } from '../../line.ts';
import { fitLine, span } from '../../line.ts';
import { sgrLine } from '../../sgr.ts';
import type { Situation } from '../situation.ts';
import type { Section, SectionStyle } from './section.ts';
import { countOf, sizeText } from './section.ts';

/** The output that is at hand. */
export interface OutputSource {
  readonly view: OutputView;
  /** As `Engine.outputLines`. */
  readonly lines: (from: number, count: number) => readonly string[];
}

/** The end of the output, and how the attempt stands or ended. */
export function outputSection(
  situation: Situation,
  output: OutputSource,
  style: SectionStyle & { readonly tail: number },
): Section {
  const { checkpoint } = situation;
  const attempt = checkpoint.lastAttempt;
  const name = attempt?.purpose === 'undo' ? 'output of the undo' : 'output';
  if (output.view.step !== checkpoint.id) return { name, lines: attempt === undefined ? [] : endLines(attempt, style) };
  const { lines, dropped } = output.view;
  const from = Math.max(dropped, lines - style.tail);
  const shown = output
    .lines(from, style.tail)
    .map((text) => fitLine(sgrLine(text), style.width, style.look.glyphs.ellipsis));
  const more = from === 0 ? [] : [[span(`${countOf(from, 'line')} above; o shows all`, 'muted')]];
  const end = attempt === undefined ? [] : endLines(attempt, style);
  return {
    name,
    detail: [countOf(lines, 'line'), ...elapsed(situation, style)].join('  '),
    lines: [...more, ...shown, ...end],
  };
}

function elapsed({ activity, checkpoint }: Situation, { look }: SectionStyle): readonly string[] {
  if (activity?.kind === 'running') return [durationText(look.clock.now() - Date.parse(activity.since))];
  const attempt = checkpoint.lastAttempt;
  if (attempt?.endedAt === undefined) return [];
  return [durationText(Date.parse(attempt.endedAt) - Date.parse(attempt.intendedAt))];
}

/** How the attempt ended; nothing while it runs. */
function endLines({ outcome, endedAt, bytes }: AttemptRecord, { width, look }: SectionStyle): readonly Line[] {
  if (outcome === undefined) return [];
  const when = endedAt === undefined ? '' : `, ${whenText(endedAt, look.clock)}`;
  const size = `${sizeText(bytes)} of output`;
  switch (outcome.kind) {
    case 'exited': {
      const cancelled = outcome.cancelled ? ', ended by you' : '';
      const role = outcome.status === 0 ? 'muted' : 'failed';
      return [
        fitLine([span(`exit status ${outcome.status}`, role), span(`${cancelled}, ${size}${when}`, 'muted')], width),
      ];
    }
    case 'void':
      return [fitLine([span('did not run', 'failed'), span(`: ${outcome.why}`, 'muted')], width)];
    case 'unknown':
      return [fitLine([span('end unknown', 'unknown'), span(`: ${outcome.why}, ${size}`, 'muted')], width)];
    default:
      return outcome satisfies never;
  }
}
