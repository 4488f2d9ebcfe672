import type { Notice } from '../../session/view.ts';
import { wrapPieces } from '../../text/wrap.ts';
import type { Line } from '../line.ts';
import { span } from '../line.ts';
import type { Look } from '../look.tsx';
import type { Role } from '../theme.ts';

const roles: Readonly<Record<Notice['tone'], Role>> = { calm: 'key', warning: 'warning', error: 'failed' };

/** What is to be told, above the footer, as lines of at most `columns`. */
export function noticeLines(notice: Notice, columns: number, look: Look): readonly Line[] {
  const { verdicts, dot } = look.glyphs;
  const glyphs: Readonly<Record<Notice['tone'], string>> = {
    calm: dot,
    warning: verdicts.warning,
    error: verdicts.false,
  };
  const words = look.linear ? `${notice.tone === 'calm' ? 'note' : notice.tone}: ` : ` ${glyphs[notice.tone]} `;
  const remedy = notice.remedy === undefined ? '' : ` ${notice.remedy}`;
  return wrapPieces(
    [span(notice.sentence, notice.tone === 'calm' ? 'strong' : roles[notice.tone]), span(remedy, 'muted')],
    { width: columns - 1, first: span(words, roles[notice.tone]), rest: span('   ') },
  );
}
