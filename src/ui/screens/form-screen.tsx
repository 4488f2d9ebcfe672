import { Box } from 'ink';
import type { ReactElement } from 'react';
import { wrapPieces } from '../../text/wrap.ts';
import type { Form } from '../form.ts';
import type { Line } from '../line.ts';
import { span } from '../line.ts';
import { useLook } from '../look.tsx';
import { formLines } from '../parts/form-lines.ts';
import { Lines } from '../parts/lines.tsx';
import { withScrollbar } from '../parts/scrollbar.ts';
import { frameOf } from '../session/frame.ts';
import { pageColumns } from '../session/moves.ts';
import { visibleLines } from '../session/screen.ts';
import { useSituation } from '../session/session-context.tsx';
import type { Situation } from '../session/situation.ts';
import { nameOf } from '../session/situation.ts';
import { SessionFrame } from './session-frame.tsx';

/** Fields wider than this are hard to take in. */
const widestForm = 76;

/** Inputs to fill in: all that are missing, or those of a checkpoint that the person wants to change. */
export function FormScreen(): ReactElement {
  const look = useLook();
  const situation = useSituation();
  const { bodyRows } = frameOf(situation, look);
  const columns = Math.min(pageColumns(situation), widestForm);
  const form = formOn(situation);
  const intro = wrapPieces([span(introOf(situation))], { width: columns, first: span('  '), rest: span('  ') });
  const head: readonly Line[] = [
    ...(bodyRows >= 30 ? [[]] : []),
    [span('  '), span(titleOf(situation), 'heading')],
    ...(bodyRows < 14 ? [] : intro),
    [],
  ];
  const { lines, focusFirst, focusLast } = formLines(form, columns, look);
  const rows = Math.max(1, bodyRows - head.length);
  // The focused input stays whole in sight, and as much before it as can.
  const first = Math.max(0, Math.min(focusFirst, focusLast + 2 - rows));
  const text = withScrollbar(visibleLines(lines, { first, rows }), { rows, columns }, look);
  return (
    <SessionFrame>
      <Box height={bodyRows}>
        <Lines lines={[...head, ...text]} />
      </Box>
    </SessionFrame>
  );
}

function formOn({ place, screen }: Situation): Form {
  const form = place === 'edit' && screen.mode.kind === 'edit' ? screen.mode.form : screen.gateForm;
  return form ?? { inputs: [], focus: 0, values: {} };
}

function titleOf({ place, view, checkpoint, screen }: Situation): string {
  if (place === 'edit') return `Inputs of ${nameOf(view, checkpoint.id)}`;
  return isAllSecret(screen.gateForm) ? 'A secret is needed' : 'Before it begins';
}

function introOf({ place, screen }: Situation): string {
  if (place === 'edit') return 'What was proven with another value becomes stale.';
  return isAllSecret(screen.gateForm)
    ? 'It is kept in memory only, and handed to the script on its standard input.'
    : 'The guide needs to know this. Everything can be changed later, with e.';
}

function isAllSecret(form: Form | null): boolean {
  return form?.inputs.every(({ spec }) => spec.type === 'secret') ?? false;
}
