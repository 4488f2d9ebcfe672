import type { Step } from '../../../guide/guide.ts';
import { padToCells } from '../../../text/width.ts';
import { wrapPieces } from '../../../text/wrap.ts';
import type { Line } from '../../line.ts';
import { span } from '../../line.ts';
import { codeLines } from '../../markdown/code.ts';
import type { SectionStyle } from '../text/section.ts';
import { sectionLines } from '../text/section.ts';

/** A page that is read and scrolled. */
export interface Page {
  readonly title: string;
  readonly lines: readonly Line[];
}

/** Texts, a blank line between two. */
export function paragraphs(texts: readonly string[], { width }: SectionStyle): readonly Line[] {
  return texts.flatMap((text, index) => [
    ...(index === 0 ? [] : [[]]),
    ...wrapPieces([span(text)], { width: Math.min(width, 92) }),
  ]);
}

const nameCells = 10;

/** Names and what they are, the values aligned. */
export function facts(
  rows: readonly (readonly [name: string, value: string])[],
  { width }: SectionStyle,
): readonly Line[] {
  return rows.flatMap(([name, value]) =>
    wrapPieces([span(value, 'strong')], {
      width,
      first: span(padToCells(name, nameCells), 'muted'),
      rest: span(' '.repeat(nameCells)),
    }),
  );
}

/** Everything of a step that is run or looked with, in the order in which it would be: a section each. */
export function scriptSections(step: Step, style: SectionStyle, remark = ''): readonly Line[] {
  return scriptsOf(step).flatMap(({ role, on, text }) =>
    sectionLines(
      {
        name: `${step.id}: ${role}`,
        detail: `${on}${remark}`,
        lines: codeLines(text, { width: style.width, glyphs: style.look.glyphs }),
      },
      style,
    ),
  );
}

/** What a step runs: `verify` for probes too, which may connect from this computer. */
export interface RunnablePart {
  readonly role: 'run' | 'verify' | 'hint' | 'undo';
  readonly on: string;
  readonly text: string;
}

/** What a step runs and looks with. */
export function scriptsOf(step: Step): readonly RunnablePart[] {
  const verifies = step.verify.map((verify): RunnablePart => {
    if (verify.kind === 'shell')
      return { role: 'verify', on: machineWords(verify.script.on), text: verify.script.text };
    const probes = verify.probes.map(({ kind, spec }) => `${kind}: ${JSON.stringify(spec)}`);
    return { role: 'verify', on: 'by Brevduva', text: probes.join('\n') };
  });
  const part = (role: RunnablePart['role'], script: Step['run']): readonly RunnablePart[] =>
    script === undefined ? [] : [{ role, on: machineWords(script.on), text: script.text }];
  return [...part('run', step.run), ...verifies, ...part('hint', step.hint), ...part('undo', step.undo)];
}

function machineWords(on: 'here' | 'target'): string {
  return on === 'here' ? 'on this computer' : 'on the server';
}
