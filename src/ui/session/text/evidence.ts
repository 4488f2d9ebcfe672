import type { Evidence } from '../../../probe/evidence.ts';
import { wrapPieces } from '../../../text/wrap.ts';
import { whenText } from '../../clock.ts';
import { verdictRole, verdictWord } from '../../glyphs.ts';
import type { Line, Span } from '../../line.ts';
import { fitLine, lineCells, span, spread } from '../../line.ts';
import type { Role } from '../../theme.ts';
import type { Situation } from '../situation.ts';
import type { Section, SectionStyle } from './section.ts';

/** What each probe saw last: verdict, from where, what was seen, and where it isn't right what was expected and to do. */
export function evidenceSection({ checkpoint }: Situation, style: SectionStyle): Section {
  const { evidence } = checkpoint;
  const [first] = evidence;
  return {
    name: 'evidence',
    detail: first === undefined ? undefined : `seen ${whenText(first.at, style.look.clock)}`,
    lines: evidence.flatMap((seen) => evidenceLines(seen, style)),
  };
}

function evidenceLines(seen: Evidence, { width, look }: SectionStyle): readonly Line[] {
  const role = verdictRole(seen.verdict);
  const mark = look.linear ? `${verdictWord(seen.verdict)}: ` : `${look.glyphs.verdicts[seen.verdict]} `;
  const head: Line = [span(mark, role), span(seen.probe, 'strong')];
  const from: Line = [span(`from ${seen.vantage}`, 'muted')];
  const isRight = seen.verdict === 'true';
  const hasRoom = lineCells(head) + lineCells(from) + 2 <= width;
  const field = (name: string, text: string, ...roles: readonly Role[]): readonly Line[] =>
    text === '' ? [] : fieldLines(name, span(text, ...roles), width);
  return [
    ...(hasRoom ? [spread(head, from, width)] : [fitLine(head, width)]),
    ...(hasRoom ? [] : field('from', seen.vantage, 'muted')),
    ...(isRight ? wrapPieces([span(seen.observed)], { width, first: span('  '), rest: span('  ') }) : []),
    ...(isRight ? [] : field('expected', seen.expected)),
    ...(isRight ? [] : field('observed', seen.observed, role)),
    ...(isRight ? [] : rawLines(seen, width)),
    ...field('remedy', seen.remedy ?? '', 'strong'),
  ];
}

const nameCells = 12;

function fieldLines(name: string, text: Span, width: number): readonly Line[] {
  return wrapPieces([text], {
    width,
    first: span(`  ${name}`.padEnd(nameCells), 'muted'),
    rest: span(' '.repeat(nameCells)),
  });
}

const mostRawLines = 8;

/** More of what was seen, where the one line says less. */
function rawLines({ raw, observed }: Evidence, width: number): readonly Line[] {
  const lines = raw.trimEnd().split('\n');
  if (raw.trim() === '' || raw.trim() === observed.trim()) return [];
  const shown = lines.slice(-mostRawLines).map((line) => fitLine([span('    '), span(line, 'muted')], width));
  const above = lines.length - shown.length;
  return above > 0 ? [[span(`    ${above} more above`, 'muted')], ...shown] : shown;
}
