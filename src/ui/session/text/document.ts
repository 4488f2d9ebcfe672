import type { Line } from '../../line.ts';
import { fitLine } from '../../line.ts';
import { markdownLines } from '../../markdown/layout.ts';
import { sgrLine } from '../../sgr.ts';
import type { Situation } from '../situation.ts';
import { commandSection, confirmSection } from './command.ts';
import { evidenceSection } from './evidence.ts';
import type { OutputSource } from './output.ts';
import { outputSection } from './output.ts';
import { recordsSection } from './records.ts';
import type { Section, SectionStyle } from './section.ts';
import { sectionLines } from './section.ts';

/** Lines of prose that are longer than this are hard to read. */
const widestProse = 92;

/** How a checkpoint's text is laid out. */
export interface DocumentStyle extends SectionStyle {
  /** Lines of output to show at most. */
  readonly tail: number;
}

/** All that is to be read about a checkpoint, below its head: prose, records, command, output, evidence, hint. */
export function documentLines(situation: Situation, output: OutputSource, style: DocumentStyle): readonly Line[] {
  const { step, view } = situation;
  const prose = markdownLines(
    { text: step.prose, values: view.values },
    Math.min(style.width, widestProse),
    style.look,
  );
  const sections: readonly Section[] = [
    recordsSection(situation, style),
    commandSection(situation, style),
    confirmSection(situation, style),
    outputSection(situation, output, style),
    evidenceSection(situation, style),
    hintSection(situation, style),
  ];
  return [...prose, ...sections.flatMap((section) => sectionLines(section, style))];
}

function hintSection({ step, view }: Situation, { width, look }: SectionStyle): Section {
  const lines = view.hints[step.id] ?? [];
  return { name: 'hint', lines: lines.map((text) => fitLine(sgrLine(text), width, look.glyphs.ellipsis)) };
}
